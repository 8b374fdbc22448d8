#include "drivers/mdb/peripheral.hpp"

#include <doctest/doctest.h>

#include "tests/drivers/mdb/master.hpp"

using namespace qrvend::mdb;
using test::Master;

namespace {

using namespace std::chrono_literals;

struct Ready {
    Ready() { master.sets_up(); }
    void plays(std::string_view transcript) { master.plays(transcript); }
    Master master;
};

}  // namespace

TEST_CASE_FIXTURE(Ready, "a bad checksum is silence, and the same again is understood") {
    plays(R"(
        raw 13* 00 00 96 00 05 AF -> -
        13 00 00 96 00 05 -> 00*
        ! requested 1.50 EUR 5
        raw 12* 13 -> -
        raw 13* 01 15 -> -
        12 -> 00*
    )");
}

TEST_CASE_FIXTURE(Ready, "the bus belongs to others too") {
    plays(R"(
        0B -> -
        33 -> -
        raw 08* 08 -> -
        62 -> -
        raw 60* 60 -> -
        raw 01 03 12* -> -          # the end of somebody's answer looks like our address
        raw 00 -> -                 # and its ACK
        raw 30* 12 12 -> -
        12 -> 00*
    )");
}

// The master's ACK to another peripheral is none to us.
TEST_CASE_FIXTURE(Ready, "an ACK counts only right behind our answer") {
    plays(R"(
        13 00 00 96 00 05 -> 00*
        ! requested 1.50 EUR 5
        approve 150
        12 -> 05 00 96 9B* lost
        0B -> -
        raw 00 -> -
        12 -> 05 00 96 9B* lost
        wait 30ms
        raw 00 -> -
        12 -> 05 00 96 9B*
        ! taken
        raw 00 -> -
        12 -> 00*
    )");
}

TEST_CASE_FIXTURE(Ready, "half a block is dropped after the gap") {
    plays(R"(
        raw 13* 00 00 -> -
        wait 4ms
        raw 96 00 05 AE -> -
        raw 13* 00 00 96 -> -
        12 -> 00*
    )");
}

TEST_CASE_FIXTURE(Ready, "a bus reset in the middle of a block") {
    plays(R"(
        raw 12* -> -
        bus reset
        raw 12 -> -
        12 -> 00 00*
    )");
}

TEST_CASE_FIXTURE(Ready, "every answer is said until the ACK, and again at RET") {
    struct Row {
        const char* cause;
        const char* answer;
    };
    for (const Row row :
         {Row{"13 01 -> 00*", "06 06*"}, Row{"13 04 -> 00*", "07 07*"}, Row{"14 02 -> 00*", "08 08*"},
          Row{"13 03 -> 00*", "0B 03 0E*"}, Row{"15 01 -> 00*", "0E 0E*"}, Row{"13 04 -> 00*", "07 07*"},
          Row{"11 00 03 10 02 01 -> 01 03 19 78 01 02 FF 0D A4* lost", "01 03 19 78 01 02 FF 0D A4*"},
          Row{"10 -> 00*", "00 00*"}}) {
        const std::string poll = std::string("12 -> ") + row.answer;
        plays(row.cause);
        plays(poll + " lost");
        plays(poll + " NAK");
        plays(poll + " RET");
        plays("12 -> 00*");
    }
}

TEST_CASE_FIXTURE(Ready, "a lone ACK is said again at RET") {
    plays("12 -> 00* RET");
}

TEST_CASE_FIXTURE(Ready, "it says when it wants to be called") {
    Peripheral& peripheral = master.peripheral();
    const qrvend::MonotonicTime now = master.now();
    peripheral.receive({.value = 0x12, .mode = true}, now);
    CHECK(peripheral.next_deadline() == now + 4ms);
    peripheral.receive({.value = 0x12}, now);
    CHECK(peripheral.next_deadline() > now + 5ms);  // for a RET
    CHECK(peripheral.next_deadline() < now + 50ms);
    CHECK(peripheral.pass_time(*peripheral.next_deadline()).empty());
    CHECK(peripheral.next_deadline() == now + 5s);  // for the next poll
    peripheral.pass_time(now + 5s);
    CHECK_FALSE(peripheral.next_deadline());
}

// The silence was not noticed while it lasted: the driver was late.
TEST_CASE_FIXTURE(Ready, "a machine that comes back after a silence finds its request withdrawn all the same") {
    plays("13 00 00 96 00 05 -> 00*\n ! requested 1.50 EUR 5");
    Peripheral& peripheral = master.peripheral();
    const qrvend::MonotonicTime late = master.now() + 10s;
    SUBCASE("with a poll") {
        peripheral.receive({.value = 0x12, .mode = true}, late);
        CHECK(peripheral.receive({.value = 0x12}, late) == Frame{{0x06, false}, {0x06, true}});
    }
    SUBCASE("with a bus reset") {
        peripheral.bus_reset(late);
    }
    CHECK(test::describe(*peripheral.next_event()) == "withdrawn: the vending machine no longer polls");
}
