#include "drivers/mdb/exchange.hpp"

#include <doctest/doctest.h>

using namespace qrvend::mdb;
using qrvend::MonotonicTime;

namespace {

using namespace std::chrono_literals;

// Bytes as they come, a millisecond each; a mode bit on the first of each frame.
struct Bus {
    std::optional<Block> hear(const Block& bytes) {
        bool first = true;
        std::optional<Block> block;
        for (const std::uint8_t value : bytes) {
            CHECK_FALSE(block);
            block = block_in(take({.value = value, .mode = std::exchange(first, false)}));
        }
        return block;
    }
    Exchange::Happened take(Byte byte) {
        now += 1ms;
        return exchange.take(byte, now, Width::narrow);
    }
    Exchange::Happened reply(std::uint8_t value) { return take({.value = value}); }
    std::optional<Block> pass(qrvend::milliseconds time) {
        now += time;
        return exchange.pass_time(now);
    }
    static std::optional<Block> block_in(const Exchange::Happened& happened) {
        const auto* command = std::get_if<Exchange::Command>(&happened);
        return command == nullptr ? std::nullopt : std::optional{command->block};
    }

    Exchange exchange{0x10};
    MonotonicTime now{1000ms};
};

template <class Kind>
bool is(const Exchange::Happened& happened) {
    return std::holds_alternative<Kind>(happened);
}

}  // namespace

TEST_CASE_FIXTURE(Bus, "a block is whole with its last byte") {
    CHECK(hear({0x12, 0x12}) == Block{0x12});
    CHECK(hear({0x13, 0x00, 0x00, 0x96, 0x00, 0x05, 0xAE}) == Block{0x13, 0x00, 0x00, 0x96, 0x00, 0x05});
    CHECK_FALSE(exchange.next_deadline());
}

TEST_CASE_FIXTURE(Bus, "a bad checksum is silence") {
    CHECK_FALSE(hear({0x12, 0x13}));
    CHECK_FALSE(hear({0x13, 0x00, 0x00, 0x96, 0x00, 0x05, 0xAF}));
    CHECK(hear({0x12, 0x12}));
}

TEST_CASE("what is for others is left alone") {
    Bus bus;
    for (const Block& other : {Block{0x0B, 0x0B}, Block{0x33, 0x33}, Block{0x62, 0x62}, Block{0x1A, 0x12, 0x12},
                               Block{0x30, 0x10, 0x10}}) {
        CHECK_FALSE(bus.hear(other));
        CHECK_FALSE(bus.exchange.next_deadline());
    }
    Bus second;
    second.exchange = Exchange{0x60};
    CHECK(second.hear({0x62, 0x62}));
    CHECK_FALSE(second.hear({0x12, 0x12}));
}

// Their last byte has the mode bit, and may look like our address; the master's ACK follows.
TEST_CASE_FIXTURE(Bus, "answers of other peripherals begin no block of ours") {
    CHECK_FALSE(hear({0x0B, 0x0B}));
    take({.value = 0x11});
    take({.value = 0x12, .mode = true});
    CHECK(is<Exchange::Nothing>(reply(ack)));
    CHECK_FALSE(pass(10ms));
    CHECK(hear({0x12, 0x12}));
}

TEST_CASE_FIXTURE(Bus, "half a block is dropped after the gap, and by the next one's address") {
    take({.value = 0x13, .mode = true});
    take({.value = 0x00});
    CHECK(exchange.next_deadline());
    CHECK_FALSE(pass(10ms));
    CHECK_FALSE(exchange.next_deadline());
    for (const std::uint8_t value : Block{0x00, 0x96, 0x00, 0x05, 0xAE}) {
        CHECK(is<Exchange::Nothing>(reply(value)));
    }
    take({.value = 0x13, .mode = true});
    CHECK(hear({0x12, 0x12}) == Block{0x12});
    // Also where nobody looked at the clock in between.
    take({.value = 0x12, .mode = true});
    now += 10ms;
    CHECK(is<Exchange::Nothing>(reply(0x12)));
}

TEST_CASE_FIXTURE(Bus, "a block without a length of its own ends with the gap behind it") {
    CHECK_FALSE(hear({0x13, 0x02, 0x15}));
    CHECK_FALSE(pass(3ms));
    CHECK(pass(1ms) == Block{0x13, 0x02});
    CHECK_FALSE(hear({0x17, 0xFF, 0x01, 0x17}));
    CHECK(pass(4ms) == Block{0x17, 0xFF, 0x01});
    CHECK_FALSE(hear({0x17, 0xFF, 0x01, 0x18}));
    CHECK_FALSE(pass(4ms));
    CHECK_FALSE(hear({0x10}));
    CHECK_FALSE(pass(4ms));
}

TEST_CASE_FIXTURE(Bus, "no block is longer than 36 bytes") {
    Block longest(36, 0x00);
    longest[0] = 0x17;
    longest[1] = 0xFF;
    longest[35] = 0x16;
    CHECK_FALSE(hear(longest));
    CHECK(pass(4ms));
    longest.insert(longest.end() - 1, 0x00);
    CHECK_FALSE(hear(longest));
    CHECK_FALSE(pass(4ms));
}

TEST_CASE_FIXTURE(Bus, "the byte behind an answer is what the master thinks of it") {
    CHECK(exchange.answer({0x06}, now) == Frame{{0x06, false}, {0x06, true}});
    CHECK(is<Exchange::Acknowledged>(reply(0x00)));
    CHECK(is<Exchange::Nothing>(reply(0x00)));

    exchange.answer({0x06}, now);
    CHECK(is<Exchange::Acknowledged>(reply(0x40)));  // a flipped bit

    exchange.answer({0x06}, now);
    CHECK(is<Exchange::SendAgain>(reply(ret)));
    CHECK(exchange.again(now) == Frame{{0x06, false}, {0x06, true}});
    CHECK(is<Exchange::Acknowledged>(reply(0x00)));

    for (const std::uint8_t no : Block{0xFF, 0xFE, 0x81, 0x03}) {
        exchange.answer({0x06}, now);
        CHECK(is<Exchange::Nothing>(reply(no)));
        CHECK(is<Exchange::Nothing>(reply(ack)));  // not twice
    }
}

TEST_CASE_FIXTURE(Bus, "a lone ACK wants none, but may be asked for again") {
    CHECK(exchange.answer({}, now) == Frame{{0x00, true}});
    CHECK(is<Exchange::Nothing>(reply(ack)));
    exchange.answer({}, now);
    CHECK(is<Exchange::SendAgain>(reply(ret)));
    CHECK(exchange.again(now) == Frame{{0x00, true}});
}

TEST_CASE_FIXTURE(Bus, "an ACK that is none of ours, or no longer, is not heard") {
    CHECK(is<Exchange::Nothing>(reply(ack)));
    exchange.answer({0x06}, now);
    take({.value = 0x0B, .mode = true});
    CHECK(is<Exchange::Nothing>(reply(ack)));

    exchange.answer({0x06}, now);
    CHECK_FALSE(pass(30ms));
    CHECK_FALSE(exchange.next_deadline());
    CHECK(is<Exchange::Nothing>(reply(ack)));

    exchange.answer({0x06}, now);
    exchange.bus_reset();
    CHECK(is<Exchange::Nothing>(reply(ack)));
}

TEST_CASE_FIXTURE(Bus, "a bus reset forgets half a block") {
    take({.value = 0x12, .mode = true});
    exchange.bus_reset();
    CHECK(is<Exchange::Nothing>(reply(0x12)));
}
