#pragma once
// What a sale knows of the machine: what was selected, what a vend was commanded with, and how it ended.

#include <cstdint>
#include <optional>
#include <string>

#include "controller/base/ids.hpp"
#include "controller/base/money.hpp"

namespace qrvend {

struct Selection {
    RequestId request;
    Slot slot;
    std::optional<Money> price{};  ///< where the machine names it, it is the price that is charged
    bool operator==(const Selection&) const = default;
};

/// What the machine needs to tell later whether this very vend happened: board sequence, drop counter. `state` is
/// the driver's own text; nobody else reads it.
struct VendTicket {
    RequestId request;
    Slot slot;
    std::string state;
    bool operator==(const VendTicket&) const = default;
};

struct VendResult {
    enum class Outcome : std::uint8_t {
        vended,   ///< the machine confirms the product
        failed,   ///< the machine's own failure report, or a working drop sensor that stayed silent
        unknown,  ///< anything else that is not proof
        unsent,   ///< the command surely never reached the mechanism
    };
    Outcome outcome = Outcome::unknown;
    std::string reason;  ///< the machine's proof or reason, for the record
    bool operator==(const VendResult&) const = default;
};

}  // namespace qrvend
