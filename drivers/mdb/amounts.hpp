#pragma once
// Amounts as the bus writes them: wire value x scale factor x 10^-decimal places (MDB/ICP 4.2, READER CONFIG). In
// 16 bits, or in 32 where machine and reader agreed on that.

#include <cstdint>
#include <optional>

#include "controller/base/money.hpp"

namespace qrvend::mdb {

enum class Width : std::uint8_t { narrow = 2, wide = 4 };  ///< bytes of an amount

struct Units {
    Currency currency;
    std::uint8_t scale_factor = 1;
    std::uint8_t decimal_places = 2;
};

/// FFFF or FFFFFFFF: no amount, but "unknown", or a token where it stands in an approval.
std::uint32_t unknown_amount(Width width);

/// Nothing where the value is the unknown amount or is no whole number of minor units.
std::optional<Money> to_money(std::uint32_t wire, Width width, const Units& units);

/// Nothing where the amount is negative, of another currency, no multiple of the unit, or too large.
std::optional<std::uint32_t> to_wire(Money amount, Width width, const Units& units);

}  // namespace qrvend::mdb
