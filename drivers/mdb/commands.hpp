#pragma once
// What the master says to a cashless device (MDB/ICP 4.2, section 7): RESET, SETUP, POLL, VEND, READER, REVALUE,
// EXPANSION. Lengths follow from the first two bytes, except where the master writes as much as it likes.
//
// Real machines shorten and skip; what can be understood without guessing is.

#include <cstdint>
#include <optional>
#include <span>
#include <variant>

#include "drivers/mdb/amounts.hpp"

namespace qrvend::mdb {

namespace command {

struct Reset {};
struct Poll {};
struct SetupConfig {
    std::uint8_t level = 1;  ///< as the machine says it, out of range too
};
struct SetupPrices {};  ///< the highest and the lowest price: of no use to us
struct VendRequest {
    std::uint32_t price = 0;
    std::uint16_t item = 0;
};
struct VendCancel {};
struct VendSuccess {
    std::optional<std::uint16_t> item;  ///< some machines leave it out
};
struct VendFailure {};
struct SessionComplete {};
struct CashSale {
    std::uint32_t price = 0;
    std::uint16_t item = 0;
    std::optional<std::uint16_t> currency;  ///< BCD, with 32-bit amounts only
};
struct NegativeVend {};
struct ReaderDisable {};
struct ReaderEnable {};
struct ReaderCancel {};
struct Revalue {};  ///< request or limit request
struct RequestId {};
struct EnableOptions {
    std::uint32_t options = 0;
};
/// Known, and nothing that we do anything about: time and date, diagnostics, file transfer, data entry.
struct Unused {};
/// Not in the standard as we know it.
struct Unknown {};

}  // namespace command

using Command = std::variant<command::Reset, command::Poll, command::SetupConfig, command::SetupPrices,
                             command::VendRequest, command::VendCancel, command::VendSuccess, command::VendFailure,
                             command::SessionComplete, command::CashSale, command::NegativeVend,
                             command::ReaderDisable, command::ReaderEnable, command::ReaderCancel, command::Revalue,
                             command::RequestId, command::EnableOptions, command::Unused, command::Unknown>;

/// How long the block will be that begins so, without its checksum. Nothing: not to be told from these bytes, or
/// not laid down; the gap behind it ends it.
std::optional<std::size_t> command_length(std::span<const std::uint8_t> begun, Width width);

/// A block without its checksum, of either cashless address. Nothing where its length is none of that command's.
std::optional<Command> parse_command(std::span<const std::uint8_t> block, Width width);

}  // namespace qrvend::mdb
