#include "drivers/mdb/exchange.hpp"

#include <algorithm>

#include "drivers/mdb/commands.hpp"

namespace qrvend::mdb {

namespace {

using namespace std::chrono_literals;

constexpr std::uint8_t device_bits = 0xF8;

// From byte to byte: one of 1.1 ms, the gap that the standard allows, and what a clock of milliseconds may add.
constexpr milliseconds gap_limit = longest_gap + 3ms;

// Until the master's reply is here: our delay, our bytes, its delay, its byte, and some patience, because a reply
// that we only read late was still in time on the wire.
milliseconds reply_limit(std::size_t bytes) {
    constexpr milliseconds patience = 5ms;
    return longest_response + bytes * 6ms / 5 + longest_response + 2ms + patience;
}

}  // namespace

Exchange::Exchange(std::uint8_t address) : address_(address & device_bits) {}

Exchange::Happened Exchange::take(Byte byte, MonotonicTime now, Width width) {
    if (byte.mode) {
        return begin_block(byte.value, now);
    }
    return begun_.empty() ? hear_reply(byte.value, now) : go_on(byte.value, now, width);
}

Exchange::Happened Exchange::begin_block(std::uint8_t address_byte, MonotonicTime now) {
    reply_until_.reset();
    begun_.clear();
    if ((address_byte & device_bits) == address_) {
        begun_.push_back(address_byte);
        last_byte_ = now;
    }
    return Nothing{};
}

Exchange::Happened Exchange::go_on(std::uint8_t value, MonotonicTime now, Width width) {
    if (now - last_byte_ >= gap_limit || begun_.size() == longest_block) {
        begun_.clear();
        return Nothing{};
    }
    last_byte_ = now;
    const auto length = command_length(begun_, width);
    begun_.push_back(value);
    if (!length || begun_.size() <= *length) {
        return Nothing{};
    }
    if (auto block = finish_block()) {
        return Command{*std::move(block)};
    }
    return Nothing{};
}

Exchange::Happened Exchange::hear_reply(std::uint8_t value, MonotonicTime now) {
    if (!reply_until_ || now >= *reply_until_) {
        return Nothing{};
    }
    reply_until_.reset();
    switch (read_reply(value)) {
        case Reply::ack:
            return holds_data_ ? Happened{Acknowledged{}} : Happened{Nothing{}};
        case Reply::ret:
            return SendAgain{};
        default:
            return Nothing{};
    }
}

std::optional<Block> Exchange::finish_block() {
    Block block = std::exchange(begun_, {});
    const std::uint8_t sum = block.back();
    block.pop_back();
    if (block.empty() || checksum(block) != sum) {
        return std::nullopt;
    }
    return block;
}

std::optional<Block> Exchange::pass_time(MonotonicTime now) {
    if (reply_until_ && now >= *reply_until_) {
        reply_until_.reset();
    }
    if (begun_.empty() || now - last_byte_ < gap_limit) {
        return std::nullopt;
    }
    return finish_block();
}

std::optional<MonotonicTime> Exchange::next_deadline() const {
    if (!begun_.empty()) {
        return last_byte_ + gap_limit;
    }
    return reply_until_;
}

Frame Exchange::answer(const Block& block, MonotonicTime now) {
    holds_data_ = !block.empty();
    answer_ = holds_data_ ? answer_frame(block) : lone(ack);
    return again(now);
}

Frame Exchange::again(MonotonicTime now) {
    reply_until_ = now + reply_limit(answer_.size());
    return answer_;
}

void Exchange::bus_reset() {
    begun_.clear();
    reply_until_.reset();
}

}  // namespace qrvend::mdb
