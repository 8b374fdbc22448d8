#pragma once
// What a reader answers, as the machine takes it apart. Several messages may stand in one block, so the machine
// must know every message's length, which depends on what was agreed on (MDB/ICP 4.2, 7.4.4).

#include <cstdint>
#include <optional>
#include <vector>

#include "drivers/mdb/wire.hpp"

namespace qrvend::mdb::vmc {

struct Answer {
    enum class Kind : std::uint8_t { silence, ack, nak, block, garbled };
    Kind kind = Kind::silence;
    Block block{};  ///< without checksum
};

/// What came before the machine stopped listening: at the first mode bit. Lone answers are told apart by counting
/// their bits, so that one flipped bit makes no NAK of an ACK.
Answer read_answer(const Frame& frame);

enum class MessageCode : std::uint8_t {
    just_reset = 0x00,
    reader_config = 0x01,
    display_request = 0x02,
    begin_session = 0x03,
    session_cancel = 0x04,
    vend_approved = 0x05,
    vend_denied = 0x06,
    end_session = 0x07,
    cancelled = 0x08,
    peripheral_id = 0x09,
    malfunction = 0x0A,
    out_of_sequence = 0x0B,
    time_request = 0x11,
    data_entry_request = 0x12,
    data_entry_cancel = 0x13,
    diagnostics = 0xFF,
};

struct Message {
    MessageCode code = MessageCode::just_reset;
    Block data{};  ///< what follows the code
    bool operator==(const Message&) const = default;
};

/// What was agreed on, as far as lengths depend on it.
struct Layout {
    std::uint8_t said_level = 1;  ///< what the machine said it can; PERIPHERAL ID goes by that
    std::uint8_t level = 1;       ///< what both can
    bool wide_money = false;
    std::size_t display_cells = 0;
};

/// Nothing where a code is unknown or the lengths do not add up.
std::optional<std::vector<Message>> split(const Block& block, const Layout& layout);

/// `bytes` bytes of `data` from `at`, big endian.
std::uint32_t number_at(const Block& data, std::size_t at, std::size_t bytes);

}  // namespace qrvend::mdb::vmc
