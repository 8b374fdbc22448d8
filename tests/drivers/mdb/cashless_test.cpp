#include "drivers/mdb/cashless.hpp"

#include <doctest/doctest.h>

#include "tests/drivers/mdb/master.hpp"

using namespace qrvend;
using namespace qrvend::mdb;
using test::Master;

// ---- set-up

TEST_CASE("the standard's way to an enabled reader") {
    Master master;
    master.plays(R"(
        10 -> 00*
        ! not ready: the vending machine has not set up the reader yet
        12 -> 00 00*
        12 -> 00*
        11 00 03 10 02 01 -> 01 03 19 78 01 02 FF 0D A4*
        ! not ready: the vending machine has disabled the reader
        11 01 FF FF 00 00 -> 00*
        17 00 56 4D 43 30 30 30 30 30 30 30 30 30 30 30 31 54 45 53 54 56 4D 43 20 20 20 20 20 01 00 -> 09 56 4E 44 30 30 30 30 30 30 30 30 30 30 30 31 51 52 56 45 4E 44 2D 31 20 20 20 20 01 00 00 00 00 22 03*
        17 04 00 00 00 22 -> 00*
        11 01 00 00 01 F4 00 00 00 32 19 78 -> 00*
        14 01 -> 00*
        ! ready
        12 -> 00*
        13 00 00 00 00 96 00 05 -> 00*
        ! requested 1.50 EUR 5
        approve 150
        12 -> 05 00 00 00 96 9B*
        ! taken
        13 02 00 05 -> 00*
        ! vended 5
        13 05 00 01 00 00 00 05 19 78 -> 00*
        ! cash 655.36 EUR 5
    )");
    CHECK(master.peripheral().always_idle());
}

TEST_CASE("cashless 2 speaks from 60h and does not hear 10h") {
    ReaderSettings settings = test::reader_settings();
    settings.address = 0x60;
    Master master(settings);
    master.plays(R"(
        60 -> 00*
        62 -> 00 00*
        61 00 03 00 00 00 -> 01 03 19 78 01 02 FF 0D A4*
        67 04 00 00 00 20 -> 00*
        64 01 -> 00*
        ! ready
        63 00 00 96 00 05 -> 00*
        ! requested 1.50 EUR 5
        10 -> -
        12 -> -
        approve 150
        62 -> 05 00 96 9B*
        ! taken
    )");
}

TEST_CASE("both sides use the lower level") {
    ReaderSettings settings = test::reader_settings();
    SUBCASE("the machine's") {
        Master master(settings);
        master.plays(R"(
            12 -> 00 00*
            11 00 02 00 00 00 -> 01 03 19 78 01 02 FF 0D A4*
            17 00 56 4D 43 30 30 30 30 30 30 30 30 30 30 30 31 54 45 53 54 56 4D 43 20 20 20 20 20 01 00 -> 09 56 4E 44 30 30 30 30 30 30 30 30 30 30 30 31 51 52 56 45 4E 44 2D 31 20 20 20 20 01 00 E1*
            17 04 00 00 00 22 -> 00*    # an option needs level 3
            14 01 -> 00*
            13 00 00 96 00 05 -> 00*
            12 -> 0B 03 0E*
        )");
        CHECK_FALSE(master.peripheral().always_idle());
    }
    SUBCASE("ours") {
        settings.level = 1;
        Master master(settings);
        master.plays(R"(
            12 -> 00 00*
            11 00 03 00 00 00 -> 01 01 19 78 01 02 FF 0D A2*
            14 01 -> 00*
            13 00 00 96 00 05 -> 00*
            12 -> 0B 0B*
        )");
    }
    SUBCASE("none that there is") {
        Master master(settings);
        master.plays(R"(
            12 -> 00 00*
            11 00 09 00 00 00 -> 01 03 19 78 01 02 FF 0D A4*
            17 04 00 00 00 20 -> 00*
            11 00 00 00 00 00 -> 01 03 19 78 01 02 FF 0D A4*
            14 01 -> 00*
            13 00 00 96 00 05 -> 00*
            12 -> 0B 0B*
        )");
    }
}

TEST_CASE("what is not offered is not enabled") {
    ReaderSettings settings = test::reader_settings();
    settings.always_idle = false;
    settings.wide_money = false;
    settings.cash_sales = false;
    settings.answer_limit = seconds{1000};
    Master master(settings);
    master.plays(R"(
        12 -> 00 00*
        11 00 03 00 00 00 -> 01 03 19 78 01 02 FF 05 9C*
        17 04 FF FF FF FF -> 00*
        14 01 -> 00*
        13 00 00 96 00 05 -> 00*
        12 -> 0B 03 0E*
    )");
    CHECK_FALSE(master.peripheral().always_idle());
}

TEST_CASE("a reset forgets level and options") {
    Master master;
    master.sets_up();
    master.plays(R"(
        10 -> 00*
        ! not ready: the vending machine has not set up the reader yet
        12 -> 00 00*
        11 00 03 00 00 00 -> 01 03 19 78 01 02 FF 0D A4*
        14 01 -> 00*
        ! ready
        13 00 00 96 00 05 -> 00*
        12 -> 0B 03 0E*
    )");
}

TEST_CASE("JUST RESET") {
    Master master;
    SUBCASE("is said until it is acknowledged") {
        master.plays(R"(
            12 -> 00 00* lost
            12 -> 00 00* NAK
            12 -> 00 00* RET
            12 -> 00*
        )");
    }
    SUBCASE("is not said to a machine that sets up what it has reset itself") {
        master.plays(R"(
            10 -> 00*
            11 00 03 10 02 01 -> 01 03 19 78 01 02 FF 0D A4*
            12 -> 00*
        )");
    }
    SUBCASE("nor to one that shows that it heard it") {
        master.plays(R"(
            12 -> 00 00* lost
            11 00 03 10 02 01 -> 01 03 19 78 01 02 FF 0D A4*
            12 -> 00*
        )");
    }
    SUBCASE("but to one that cannot know of our restart, before all else") {
        master.plays(R"(
            11 00 03 10 02 01 -> 00*
            12 -> 00 00*
            12 -> 01 03 19 78 01 02 FF 0D A4*
        )");
    }
    SUBCASE("says all that there is to say") {
        master.plays(R"(
            13 02 00 05 -> 00*
            13 01 -> 00*
            13 04 -> 00*
            14 02 -> 00*
            12 -> 00 00*
            12 -> 00*
            13 02 00 05 -> 00*
            12 -> 0B 0B*
        )");
    }
}

TEST_CASE("machines that skip steps") {
    Master master;
    SUBCASE("READER ENABLE first") {
        master.plays(R"(
            12 -> 00 00*
            14 01 -> 00*
            ! ready
            begin session
            12 -> 03 FF FF 01*      # level 1, as nothing else was agreed on
            ! session open
            13 00 00 96 00 05 -> 00*
            ! requested 1.50 EUR 5
        )");
    }
    SUBCASE("no prices, no ID") {
        master.plays(R"(
            10 -> 00*
            12 -> 00 00*
            11 00 03 00 00 00 -> 01 03 19 78 01 02 FF 0D A4*
            17 04 00 00 00 20 -> 00*
            14 01 -> 00*
            13 00 00 96 00 05 -> 00*
            ! requested 1.50 EUR 5
        )");
    }
    SUBCASE("SETUP again and again") {
        master.sets_up();
        master.plays(R"(
            11 00 03 10 02 01 -> 01 03 19 78 01 02 FF 0D A4* lost
            11 00 03 10 02 01 -> 01 03 19 78 01 02 FF 0D A4* lost
            12 -> 01 03 19 78 01 02 FF 0D A4*
            12 -> 00*
            13 00 00 96 00 05 -> 00*
            ! requested 1.50 EUR 5
        )");
    }
    SUBCASE("VEND SUCCESS without an item") {
        master.sets_up();
        master.plays(R"(
            13 00 00 96 00 05 -> 00*
            ! requested 1.50 EUR 5
            approve 150
            12 -> 05 00 96 9B*
            ! taken
            13 02 -> 00*
            ! vended: VEND SUCCESS
            13 02 -> 00*
            12 -> 00*
        )");
    }
    SUBCASE("16-bit prices after 32-bit money was agreed on") {
        master.sets_up();
        master.plays(R"(
            17 04 00 00 00 22 -> 00*
            11 01 FF FF 00 00 -> 00*
        )");
    }
}

// ---- commands outside a vend

TEST_CASE("READER ENABLE, DISABLE, CANCEL") {
    Master master;
    master.sets_up();
    master.plays(R"(
        14 02 -> 00*
        12 -> 08 08*
        14 00 -> 00*
        ! not ready: the vending machine has disabled the reader
        14 02 -> 00*
        12 -> 08 08*
        13 00 00 96 00 05 -> 00*
        ! odd: VEND REQUEST out of sequence, in state 2
        12 -> 0B 02 0D*
        12 -> 06 06*
        14 01 -> 00*
        ! ready
        14 01 -> 00*
        13 00 00 96 00 05 -> 00*
        ! requested 1.50 EUR 5
        deny
        12 -> 06 06*
        14 02 -> 00*
        12 -> 0B 04 0F*
    )");
}

TEST_CASE("price 0 and item FFFF are passed on") {
    Master master;
    master.sets_up();
    master.plays(R"(
        13 00 00 00 FF FF -> 00*
        ! requested 0.00 EUR 65535
        deny
        12 -> 06 06*
        13 00 FF FF 00 05 -> 00*    # but this is no price
        ! odd: a request of item 5 for 65535 units
        12 -> 06 06*
        12 -> 00*
    )");
}

TEST_CASE("a price that is no whole number of cents is denied") {
    ReaderSettings settings = test::reader_settings();
    settings.decimal_places = 3;
    Master master(settings);
    master.plays(R"(
        12 -> 00 00*
        11 00 03 00 00 00 -> 01 03 19 78 01 03 FF 0D A5*
        17 04 00 00 00 20 -> 00*
        14 01 -> 00*
        13 00 00 0F 00 05 -> 00*
        12 -> 06 06*
        13 00 00 0A 00 05 -> 00*
        ! requested 0.01 EUR 5
        13 00 00 0F 00 05 -> 00*
        ! withdrawn
        12 -> 0B 05 10*
        12 -> 06 06*
    )");
}

TEST_CASE("cash sales are told, with the item as it is") {
    Master master;
    master.sets_up();
    master.plays(R"(
        13 05 00 96 00 05 -> 00*
        ! cash 1.50 EUR 5
        13 05 00 96 FF FF -> 00*
        ! cash 1.50 EUR 65535
        13 05 00 96 41 01 -> 00*
        ! cash 1.50 EUR 16641
        13 05 FF FF 00 05 -> 00*
        ! odd: a cash sale of item 5 for 65535 units
        17 04 00 00 00 22 -> 00*
        13 05 00 00 00 96 00 05 FF FF -> 00*
        ! cash 1.50 EUR 5
        13 05 00 00 00 96 00 05 18 40 -> 00*
        ! odd: a cash sale of item 5 for 150 units in currency 1840
        12 -> 00*
    )");
}

TEST_CASE("negative vends and revaluation are refused") {
    Master master;
    SUBCASE("with Always Idle") {
        master.sets_up();
        master.plays(R"(
            13 06 00 96 00 05 -> 00*
            12 -> 06 06*
            13 04 -> 00*
            12 -> 07 07*
            15 00 00 64 -> 00*
            12 -> 0E 0E*
            15 01 -> 00*
            12 -> 0E 0E*
            13 04 -> 00*
            12 -> 07 07*
            12 -> 00*
            13 00 00 96 00 05 -> 00*
            ! requested 1.50 EUR 5
        )");
    }
    SUBCASE("without a session they are out of sequence too") {
        master.sets_up_plainly();
        master.plays(R"(
            13 06 00 96 00 05 -> 00*
            12 -> 0B 03 0E*
            12 -> 06 06*
            15 01 -> 00*
            12 -> 0B 03 0E*
            12 -> 0E 0E*
            12 -> 00*
            13 00 00 96 00 05 -> 00*
            12 -> 0B 03 0E*
        )");
    }
}

TEST_CASE("time, diagnostics, file transfer, data entry and the unknown are acknowledged") {
    Master master;
    master.sets_up();
    master.plays(R"(
        17 03 26 10 07 12 00 00 03 41 00 00 -> 00*
        17 FF -> 00*
        17 FF 01 02 03 -> 00*
        17 FA 10 00 01 00 00 -> 00*
        17 FC 10 00 AA BB CC -> 00*
        17 01 00 -> 00*
        17 02 00 02 AA BB -> 00*
        14 03 31 32 33 34 35 36 37 38 -> 00*
        16 00 -> 00*
        ! odd: a command that MDB/ICP 4.2 does not name
        13 07 01 -> 00*
        ! odd
        12 -> 00*
        13 00 -> -
        ! odd: a command of a length that is not its own
        12 -> 00*
    )");
}

// ---- how it begins

TEST_CASE("until it begins fresh, it listens for the outcome of an earlier vend") {
    Peripheral peripheral(test::reader_settings());
    CHECK_FALSE(peripheral.next_event());
}

namespace {

struct Listening {
    Frame hear(const Block& block) {
        now += milliseconds{100};
        Frame answer;
        for (const Byte byte : command_frame(block)) {
            answer = peripheral.receive(byte, now);
        }
        return answer;
    }
    bool acknowledges(const Block& block) { return hear(block) == lone(ack); }

    Peripheral peripheral{test::reader_settings()};
    MonotonicTime now{seconds{100}};
};

const Block poll{0x12};
const Block reset{0x10};
const Block success{0x13, 0x02, 0x00, 0x05};
const Block failure{0x13, 0x03};
const Frame just_reset{{0x00, false}, {0x00, true}};

}  // namespace

TEST_CASE_FIXTURE(Listening, "an outcome is told once, and everything is acknowledged") {
    CHECK(acknowledges(poll));
    SUBCASE("success") {
        CHECK(acknowledges(success));
        CHECK(acknowledges(success));
        CHECK(test::describe(*peripheral.next_event()) == "vended 5: VEND SUCCESS");
    }
    SUBCASE("failure") {
        CHECK(acknowledges(failure));
        CHECK(acknowledges(success));
        CHECK(test::describe(*peripheral.next_event()) == "failed: VEND FAILURE");
    }
    CHECK(acknowledges({0x13, 0x04}));
    CHECK(acknowledges({0x13, 0x00, 0x00, 0x96, 0x00, 0x05}));
    CHECK(acknowledges({0x14, 0x01}));
    CHECK(acknowledges(poll));
    CHECK_FALSE(peripheral.next_event());

    peripheral.begin_fresh();
    CHECK(test::describe(*peripheral.next_event()) ==
          "not ready: the vending machine has not set up the reader yet");
    CHECK(hear(poll) == just_reset);
}

TEST_CASE_FIXTURE(Listening, "a reset tells nothing about a vend of which nobody knows how far it was") {
    SUBCASE("RESET") {
        CHECK(acknowledges(reset));
    }
    SUBCASE("bus reset") {
        peripheral.bus_reset(now);
    }
    CHECK(test::describe(*peripheral.next_event()).starts_with("not ready"));
    CHECK_FALSE(peripheral.next_event());
    CHECK(hear(poll) == just_reset);
    CHECK(peripheral.receive({.value = ack}, now).empty());
    CHECK(acknowledges({0x14, 0x01}));
    // It has begun; the driver's word changes nothing.
    peripheral.begin_fresh();
    CHECK(acknowledges(poll));
    std::string last;
    while (const auto event = peripheral.next_event()) {
        last = test::describe(*event);
    }
    CHECK(last == "ready");
}

TEST_CASE_FIXTURE(Listening, "a machine that never speaks") {
    peripheral.begin_fresh();
    CHECK(test::describe(*peripheral.next_event()) == "not ready: the vending machine has not polled yet");
    CHECK_FALSE(peripheral.next_deadline());
}

TEST_CASE("Readiness is told when it changes") {
    Master master;
    master.sets_up();
    master.plays(R"(
        wait 5s
        ! not ready: the vending machine no longer polls
        wait 60s
        12 -> 00*
        ! ready
        bus reset
        ! not ready: the vending machine has not set up the reader yet
    )");
}
