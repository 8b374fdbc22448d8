#include "drivers/mdb/vmc/answers.hpp"

#include <algorithm>
#include <bit>
#include <span>

namespace qrvend::mdb::vmc {

namespace {

Answer::Kind kind_of_lone(std::uint8_t value) {
    const int bits = std::popcount(value);
    if (bits <= 2) {
        return Answer::Kind::ack;
    }
    return bits >= 6 ? Answer::Kind::nak : Answer::Kind::garbled;
}

// The length of what follows the code; nothing where the code is unknown.
std::optional<std::size_t> data_length(MessageCode code, std::size_t left, const Layout& layout) {
    using enum MessageCode;
    switch (code) {
        case just_reset:
        case session_cancel:
        case vend_denied:
        case end_session:
        case cancelled:
        case time_request:
        case data_entry_cancel:
            return 0;
        case reader_config:
            return 7;
        case display_request:
            return 1 + layout.display_cells;
        case begin_session:
            return layout.level == 1 ? 2 : layout.wide_money ? 16 : 9;
        case vend_approved:
            return layout.wide_money ? 4 : 2;
        case peripheral_id:
            return layout.said_level == 3 && left >= 33 ? 33 : 29;
        case malfunction:
        case data_entry_request:
            return 1;
        case out_of_sequence:
            return layout.level == 1 || left == 0 ? 0 : 1;  // a reader that has restarted is at level 1
        case diagnostics:
            return left;
        default:
            return std::nullopt;
    }
}

}  // namespace

Answer read_answer(const Frame& frame) {
    if (frame.empty()) {
        return {};
    }
    const auto last = std::ranges::find_if(frame, &Byte::mode);
    if (last == frame.end() || frame.size() > longest_block) {
        return {.kind = Answer::Kind::garbled};
    }
    if (last == frame.begin()) {
        return {.kind = kind_of_lone(last->value)};
    }
    Block block;
    std::transform(frame.begin(), last, std::back_inserter(block), [](Byte byte) { return byte.value; });
    if (checksum(block) != last->value) {
        return {.kind = Answer::Kind::garbled};
    }
    return {.kind = Answer::Kind::block, .block = std::move(block)};
}

std::optional<std::vector<Message>> split(const Block& block, const Layout& layout) {
    std::vector<Message> messages;
    for (auto at = block.begin(); at != block.end();) {
        const auto code = static_cast<MessageCode>(*at++);
        const auto left = static_cast<std::size_t>(block.end() - at);
        const auto length = data_length(code, left, layout);
        if (!length || *length > left) {
            return std::nullopt;
        }
        const auto end = at + static_cast<std::ptrdiff_t>(*length);
        messages.push_back({.code = code, .data = Block(at, end)});
        at = end;
    }
    return messages;
}

std::uint32_t number_at(const Block& data, std::size_t at, std::size_t bytes) {
    std::uint32_t number = 0;
    for (const std::uint8_t byte : std::span(data).subspan(at, bytes)) {
        number = number << 8U | byte;
    }
    return number;
}

}  // namespace qrvend::mdb::vmc
