#pragma once
// A reader that says what a test tells it to, for what the machine makes of it: the machine's frame of each
// exchange is looked at, and the answer is given by hand.

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <charconv>
#include <string>
#include <string_view>

#include "drivers/mdb/vmc/vmc.hpp"

namespace qrvend::mdb::vmc::test {

using namespace std::chrono_literals;

inline const Currency nok = *Currency::parse("NOK");

inline Money kroner(std::int64_t minor) {
    return {.minor = minor, .currency = nok};
}

/// "12* 12": a star marks the mode bit.
inline std::string to_text(const Frame& frame) {
    std::string text;
    for (const Byte byte : frame) {
        text += fmt::format("{}{:02X}{}", text.empty() ? "" : " ", byte.value, byte.mode ? "*" : "");
    }
    return text;
}

/// The block "05 00 96".
inline Block block_of(std::string_view text) {
    Block block;
    for (std::size_t at = 0; at < text.size(); at += 3) {
        std::uint8_t value = 0;
        std::from_chars(text.data() + at, text.data() + at + 2, value, 16);
        block.push_back(value);
    }
    return block;
}

inline VmcSettings usual_settings() {
    return {.currency = nok,
            .columns = {{.slot = Slot{5}, .price = kroner(150)},
                        {.slot = Slot{6}, .price = kroner(500)},
                        {.slot = Slot{7}, .price = kroner(50)}}};
}

// The answers that most tests need.
inline constexpr std::string_view config_level_3 = "01 03 15 78 01 02 1E 09";  // 30 s, cash sales, multi-vend no
inline constexpr std::string_view config_level_1 = "01 01 15 78 01 02 1E 01";

class ReaderScript {
public:
    explicit ReaderScript(Habits habits, VmcSettings settings = usual_settings())
        : vmc(std::move(habits), std::move(settings), start) {}

    /// The next exchange's frame; the test must answer it.
    std::string next() {
        now = std::max(now, vmc.next_deadline());
        const auto sent = vmc.next(now);
        REQUIRE(sent);
        return sent->frame.empty() ? "break" : to_text(sent->frame);
    }
    std::optional<std::uint8_t> silence() { return vmc.answer({}, now); }
    std::optional<std::uint8_t> ack() { return vmc.answer(lone(mdb::ack), now); }
    std::optional<std::uint8_t> say(std::string_view block) {
        return vmc.answer(answer_frame(block_of(block)), now);
    }

    /// The next exchange must begin with `frame`, and is acknowledged.
    void expect(std::string_view frame) {
        CHECK(next() == frame);
        ack();
    }
    /// Likewise, and is answered by a block, which must be acknowledged.
    void expect(std::string_view frame, std::string_view answer) {
        CHECK(next() == frame);
        CHECK(say(answer) == mdb::ack);
    }
    void poll(std::string_view answer) { expect("12* 12", answer); }
    void poll() { expect("12* 12"); }

    /// Polls that are acknowledged, for that long.
    void idle(milliseconds time) {
        const MonotonicTime end = now + time;
        while (vmc.next_deadline() < end) {
            poll();
        }
    }

    /// Acknowledges polls until the machine says something else: that must be `frame`, and is acknowledged too.
    void eventually(std::string_view frame) {
        CHECK(await_command() == frame);
        ack();
    }
    void eventually(std::string_view frame, std::string_view answer) {
        CHECK(await_command() == frame);
        CHECK(say(answer) == mdb::ack);
    }
    std::string await_command() {
        const MonotonicTime limit = now + 300s;
        std::string sent = next();
        while (sent == "12* 12" && now < limit) {
            ack();
            sent = next();
        }
        return sent;
    }

    /// The power-up of old().
    void set_up_old() {
        expect("10* 10");
        poll("00");
        expect("11* 00 01 00 00 00 12", config_level_1);
        expect("11* 01 FF FF 00 00 10");
        expect("14* 01 15");
        poll();
        REQUIRE(vmc.stage() == Stage::idle);
    }

    /// The power-up of fussy() with a reader that offers all it wants.
    void set_up_fussy() {
        CHECK(next() == "break");
        expect("10* 10");
        poll("00");
        expect("11* 00 03 10 02 01 27", config_level_3);
        expect("11* 01 01 F4 00 32 39");
        expect("17* 00 56 4D 43 30 30 30 30 30 30 30 30 30 30 30 31 54 45 53 54 56 4D 43 20 20 20 20 20 01 00 05",
               "09 56 4E 44 30 30 30 30 30 30 30 30 30 30 34 32 51 52 56 45 4E 44 2D 31 20 20 20 20 01 00 00 00 00 "
               "22");
        expect("17* 04 00 00 00 22 3D");
        expect("11* 01 00 00 01 F4 00 00 00 32 15 78 C6");
        expect("14* 01 15");
        poll();
        REQUIRE(vmc.stage() == Stage::idle);
    }

    static constexpr MonotonicTime start{std::chrono::hours(1)};
    MonotonicTime now = start;
    Vmc vmc;
};

}  // namespace qrvend::mdb::vmc::test
