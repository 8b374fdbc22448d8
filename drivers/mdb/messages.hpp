#pragma once
// What a cashless reader answers (MDB/ICP 4.2, section 7), each message with the length that it has at the level
// and with the width of amounts that machine and reader agreed on. The machine tells messages apart by these
// lengths alone, so none may ever be a byte off.

#include <cstdint>
#include <string>
#include <variant>

#include "drivers/mdb/amounts.hpp"
#include "drivers/mdb/wire.hpp"

namespace qrvend::mdb {

/// What machine and reader agreed on.
struct Layout {
    std::uint8_t level = 1;  ///< the lower of both sides'
    Width width = Width::narrow;
};

/// Option bits (PERIPHERAL ID, ENABLE OPTIONS), level 3.
inline constexpr std::uint32_t option_wide_money = 1U << 1U;
inline constexpr std::uint32_t option_always_idle = 1U << 5U;

/// READER CONFIG, its last byte.
inline constexpr std::uint8_t can_refund = 1U << 0U;
inline constexpr std::uint8_t own_display = 1U << 2U;
inline constexpr std::uint8_t wants_cash_sales = 1U << 3U;

/// The reader's states as CMD OUT OF SEQUENCE names them.
enum class StateNumber : std::uint8_t { inactive = 1, disabled, enabled, session_idle, vend };

namespace message {

struct JustReset {};
struct ReaderConfig {
    std::uint8_t level = 3;
    std::uint16_t country_code = 0xFFFF;
    std::uint8_t scale_factor = 1;
    std::uint8_t decimal_places = 2;
    std::uint8_t answer_limit_s = 255;
    std::uint8_t miscellaneous = 0;
};
/// Media, payment type and language stay at what means "unknown" or "normal".
struct BeginSession {
    std::optional<std::uint32_t> funds{};  ///< nothing: unknown, the machine must let the customer choose
    std::uint16_t country_code = 0xFFFF;   ///< told with 32-bit amounts
};
struct SessionCancelRequest {};
struct VendApproved {
    std::uint32_t amount = 0;
};
struct VendDenied {};
struct EndSession {};
struct Cancelled {};
struct PeripheralId {
    std::string manufacturer;        ///< 3 characters
    std::string serial_number;       ///< 12
    std::string model;               ///< 12
    std::uint16_t version = 0x0100;  ///< BCD
    std::uint32_t options = 0;
};
struct OutOfSequence {
    StateNumber state = StateNumber::inactive;
};
struct RevalueDenied {};

}  // namespace message

using Message =
    std::variant<message::JustReset, message::ReaderConfig, message::BeginSession, message::SessionCancelRequest,
                 message::VendApproved, message::VendDenied, message::EndSession, message::Cancelled,
                 message::PeripheralId, message::OutOfSequence, message::RevalueDenied>;

/// Its bytes, without checksum. Texts are cut or filled with spaces to their length.
Block encode(const Message& message, Layout layout);

}  // namespace qrvend::mdb
