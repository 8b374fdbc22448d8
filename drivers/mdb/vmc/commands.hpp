#pragma once
// The commands of a vending machine to its cashless reader, without mode bits and checksum (MDB/ICP 4.2, 7.4).
// `address` is 10h or 60h.

#include <cstdint>

#include "drivers/mdb/amounts.hpp"
#include "drivers/mdb/vmc/habits.hpp"
#include "drivers/mdb/wire.hpp"

namespace qrvend::mdb::vmc::command {

/// Option bits of EXPANSION (MDB/ICP 4.2, 7.4.18).
inline constexpr std::uint32_t option_wide_money = 1U << 1;
inline constexpr std::uint32_t option_always_idle = 1U << 5;

/// An amount in units of the wire.
struct Amount {
    std::uint32_t value = 0;
    Width width = Width::narrow;
};

Block reset(std::uint8_t address);
Block poll(std::uint8_t address);

Block setup_config(std::uint8_t address, const Habits& habits);
Block setup_prices(std::uint8_t address, Amount highest, Amount lowest);
/// The same in 32 bits, with the currency in BCD.
Block setup_wide_prices(std::uint8_t address, Amount highest, Amount lowest, std::uint16_t currency);

Block request_identity(std::uint8_t address);
Block enable_options(std::uint8_t address, std::uint32_t options);
Block enable(std::uint8_t address);

Block vend_request(std::uint8_t address, Amount price, std::uint16_t item);
Block vend_cancel(std::uint8_t address);
Block vend_success(std::uint8_t address, std::uint16_t item);
Block vend_success_without_item(std::uint8_t address);
Block vend_failure(std::uint8_t address);
Block session_complete(std::uint8_t address);
Block cash_sale(std::uint8_t address, Amount price, std::uint16_t item, std::uint16_t currency);

}  // namespace qrvend::mdb::vmc::command
