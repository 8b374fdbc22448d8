#include "drivers/mdb/vend.hpp"

#include <doctest/doctest.h>

#include "tests/drivers/mdb/vend_fixtures.hpp"

using namespace qrvend;
using namespace qrvend::mdb;
using namespace qrvend::mdb::test;

TEST_CASE_FIXTURE(Asked, "a sale") {
    plays(R"(
        12 -> 00*
        approve 150
        12 -> 05 00 96 9B*
        ! taken
        12 -> 00*
        13 02 00 05 -> 00*
        ! vended 5: VEND SUCCESS
    )");
    plays(sells_again);
}

TEST_CASE_FIXTURE(Vending, "a vend that failed") {
    plays(R"(
        13 03 -> 00*
        ! failed: VEND FAILURE
        12 -> 00*
    )");
    plays(sells_again);
}

TEST_CASE_FIXTURE(Asked, "a denial") {
    plays(R"(
        deny
        12 -> 06 06*
        12 -> 00*
    )");
    plays(sells_again);
}

TEST_CASE_FIXTURE(Asked, "an approval may be of another amount, if the machine's units can name it") {
    SUBCASE("less") {
        plays(R"(
            approve 100
            12 -> 05 00 64 69*
            ! taken
        )");
    }
    SUBCASE("what would mean a token") {
        plays(R"(
            approve 65535
            ! dropped: the amount cannot be named
            12 -> 06 06*
        )");
    }
}

// ---- repetition

TEST_CASE_FIXTURE(Approved, "an approval is said until it is acknowledged, and taken once") {
    plays(R"(
        12 -> 05 00 96 9B* lost
        12 -> 05 00 96 9B* NAK
        12 -> 05 00 96 9B* 81       # two bits: neither ACK nor RET
        14 01 -> 00*
        12 -> 05 00 96 9B* RET
        ! taken
        12 -> 00*
    )");
}

TEST_CASE_FIXTURE(Approved, "an ACK with a flipped bit is one") {
    plays(R"(
        12 -> 05 00 96 9B* 20
        ! taken
    )");
}

TEST_CASE_FIXTURE(Asked, "a request said again is the same request") {
    plays("13 00 00 96 00 05 -> 00*");
    SUBCASE("while it waits") {}
    SUBCASE("with the approval ready") {
        plays(R"(
            approve 150
            13 00 00 96 00 05 -> 00*
            12 -> 05 00 96 9B*
            ! taken
        )");
    }
}

TEST_CASE_FIXTURE(Vending, "success and failure said again are the same outcome") {
    SUBCASE("success") {
        plays(R"(
            13 02 00 05 -> 00*
            ! vended 5
            13 02 00 05 -> 00*
            12 -> 00*
            13 04 -> 00*
            13 02 00 05 -> 00*
            12 -> 07 07*
        )");
    }
    SUBCASE("failure") {
        plays(R"(
            13 03 -> 00*
            ! failed
            13 03 -> 00*
            12 -> 00*
        )");
    }
    SUBCASE("but not failure after success") {
        plays(R"(
            13 02 00 05 -> 00*
            ! vended 5
            13 03 -> 00*
            12 -> 0B 04 0F*
        )");
    }
}

TEST_CASE_FIXTURE(Vending, "an outcome is said again only as long as nothing else happened") {
    plays(R"(
        13 02 00 05 -> 00*
        ! vended 5
    )");
    SUBCASE("not after another request") {
        plays(R"(
            13 00 00 96 00 05 -> 00*
            ! requested 1.50 EUR 5
            deny
            12 -> 06 06*
            13 02 00 05 -> 00*
            12 -> 0B 04 0F*
        )");
    }
    SUBCASE("not after a reset") {
        plays(R"(
            10 -> 00*
            12 -> 00 00*
            13 02 00 05 -> 00*
            12 -> 0B 0B*
        )");
    }
    plays("12 -> 00*");
}

// ---- cancelled

TEST_CASE_FIXTURE(Asked, "cancelled while the customer pays") {
    plays(R"(
        13 01 -> 00*
        ! withdrawn: cancelled at the machine
        approve 150
        ! dropped
        12 -> 06 06*
        12 -> 00*
    )");
    plays(sells_again);
}

TEST_CASE_FIXTURE(Approved, "cancelled before the approval was on the bus") {
    plays(R"(
        13 01 -> 00*
        ! dropped: cancelled at the machine
        12 -> 06 06* lost
        12 -> 06 06*
        12 -> 00*
    )");
    plays(sells_again);
}

TEST_CASE_FIXTURE(Unheard,
                  "cancelled with the approval on the bus: the denial takes its place, and the machine shows") {
    plays("13 01 -> 00*");
    SUBCASE("that it vends after all") {
        plays(R"(
            12 -> 06 06*
            13 02 00 05 -> 00*
            ! taken
            ! vended 5
        )");
        plays(sells_again);
    }
    SUBCASE("that it vends after all, and asks for a refund meanwhile") {
        plays(R"(
            12 -> 06 06*
            13 06 00 96 00 05 -> 00*
            12 -> 06 06*
            13 02 00 05 -> 00*
            ! taken
            ! vended 5
        )");
    }
    SUBCASE("that it tried to, before it was told no") {
        plays(R"(
            13 03 -> 00*
            ! taken
            ! failed
            12 -> 00*
        )");
        plays(sells_again);
    }
    SUBCASE("nothing, and ends the session") {
        plays(R"(
            12 -> 06 06*
            13 01 -> 00*
            12 -> 06 06*
            13 04 -> 00*
            ! in doubt: the machine ended the session
            12 -> 07 07*
        )");
    }
    SUBCASE("nothing, and asks for something else") {
        plays(R"(
            12 -> 06 06* lost
            13 00 01 00 00 06 -> 00*
            ! in doubt
            ! requested 2.56 EUR 6
            12 -> 00*
        )");
    }
    SUBCASE("nothing, and is reset") {
        plays(R"(
            10 -> 00*
            ! in doubt: RESET
        )");
        plays(sets_up_again);
    }
    SUBCASE("nothing, until the driver gives up") {
        plays(R"(
            12 -> 06 06*
            deny
            ! in doubt
            13 02 00 05 -> 00*
            ! vended 5
        )");
    }
    SUBCASE("nothing, and falls silent") {
        plays(R"(
            12 -> 06 06*
            wait 5s
            ! in doubt
        )");
    }
}

TEST_CASE_FIXTURE(Unheard, "the ACK of a cancel is said again at RET, not the approval") {
    plays(R"(
        13 01 -> 00* RET
        12 -> 06 06*
    )");
}

TEST_CASE_FIXTURE(Vending, "cancelled after the approval was taken: too late") {
    plays(R"(
        13 01 -> 00*
        12 -> 0B 05 10*
        12 -> 00*
        13 02 00 05 -> 00*
        ! vended 5
    )");
}

TEST_CASE_FIXTURE(Asked, "a cancel said again is denied once more, and harms nothing") {
    plays(R"(
        13 01 -> 00*
        ! withdrawn
        13 01 -> 00*
        12 -> 06 06*
        13 01 -> 00*
        12 -> 06 06*
        12 -> 00*
    )");
    plays(sells_again);
}

// ---- taken back by the driver

TEST_CASE_FIXTURE(Approved, "an approval taken back before it was on the bus") {
    plays(R"(
        deny
        ! dropped: taken back
        12 -> 06 06*
    )");
    plays(sells_again);
}

TEST_CASE_FIXTURE(Unheard, "an approval taken back after it was on the bus") {
    plays(R"(
        deny
        ! in doubt: taken back
        12 -> 06 06*
    )");
    SUBCASE("stays in doubt") {
        plays(sells_again);
    }
    SUBCASE("until the machine tells late") {
        plays(R"(
            13 02 00 05 -> 00*
            ! vended 5
            13 02 00 05 -> 00*
            12 -> 00*
        )");
    }
}

TEST_CASE_FIXTURE(Vending, "what was taken is not taken back") {
    plays(R"(
        deny
        approve 150
        12 -> 00*
        13 02 00 05 -> 00*
        ! vended 5
    )");
}

// Between the answer and the master's reply: RET must not bring back what was taken back, nor an ACK take it.
TEST_CASE_FIXTURE(Approved, "an approval taken back while the master makes up its mind") {
    Peripheral& peripheral = master.peripheral();
    const MonotonicTime now = master.now();
    peripheral.receive({.value = 0x12, .mode = true}, now);
    CHECK(peripheral.receive({.value = 0x12}, now).size() == 4);
    peripheral.deny();
    CHECK(std::holds_alternative<event::ApprovalInDoubt>(*peripheral.next_event()));
    SUBCASE("RET") {
        CHECK(peripheral.receive({.value = ret}, now).empty());
    }
    SUBCASE("ACK") {
        CHECK(peripheral.receive({.value = ack}, now).empty());
    }
    CHECK_FALSE(peripheral.next_event());
}

// ---- reset, silence

TEST_CASE_FIXTURE(Vending, "a reset after the approval was taken counts as VEND SUCCESS") {
    SUBCASE("RESET") {
        plays("10 -> 00*\n ! vended: RESET after");
    }
    SUBCASE("bus reset") {
        plays("bus reset\n ! vended: bus reset after");
    }
    plays(sets_up_again);
}

TEST_CASE_FIXTURE(Unheard, "a reset after the approval was on the bus leaves it in doubt") {
    SUBCASE("RESET") {
        plays("10 -> 00*\n ! in doubt: RESET");
    }
    SUBCASE("bus reset") {
        plays("bus reset\n ! in doubt: bus reset");
    }
    plays(sets_up_again);
}

TEST_CASE_FIXTURE(Approved, "a reset before the approval was on the bus drops it") {
    SUBCASE("RESET") {
        plays("10 -> 00*\n ! dropped: RESET");
    }
    SUBCASE("bus reset") {
        plays("bus reset\n ! dropped: bus reset");
    }
    plays(sets_up_again);
}

TEST_CASE_FIXTURE(Asked, "a reset withdraws the request") {
    SUBCASE("RESET") {
        plays("10 -> 00*\n ! withdrawn: RESET");
    }
    SUBCASE("bus reset") {
        plays("bus reset\n ! withdrawn: bus reset");
    }
    plays(sets_up_again);
}

TEST_CASE_FIXTURE(Asked,
                  "a machine that no longer polls has withdrawn its request, and is told no when it is back") {
    plays(R"(
        wait 5s
        ! withdrawn: the vending machine no longer polls
        ! not ready: the vending machine no longer polls
        approve 150
        ! dropped
        12 -> 06 06*
        ! ready
    )");
    plays(sells_again);
}

TEST_CASE_FIXTURE(Asked, "four seconds are not too long") {
    plays(R"(
        wait 4s
        12 -> 00*
        wait 4s
        approve 150
        12 -> 05 00 96 9B*
        ! taken
        wait 60s
        13 02 00 05 -> 00*
        ! vended 5
    )");
}

TEST_CASE_FIXTURE(Approved, "the machine is gone before the approval was on the bus") {
    plays(R"(
        wait 5s
        ! dropped: the vending machine no longer polls
        12 -> 06 06*
    )");
}

TEST_CASE_FIXTURE(Unheard, "the machine is gone after the approval was on the bus") {
    plays(R"(
        wait 5s
        ! in doubt: the vending machine no longer polls
    )");
    SUBCASE("and comes back to ask again") {
        plays("12 -> 06 06*");
    }
    SUBCASE("and comes back with the outcome") {
        plays(R"(
            13 02 00 05 -> 00*
            ! vended 5
            12 -> 00*
        )");
    }
    plays(sells_again);
}

// ---- the driver's answers meet the request that they were meant for

TEST_CASE_FIXTURE(Asked, "an answer to a request that was withdrawn never meets the next one") {
    Peripheral& peripheral = master.peripheral();
    MonotonicTime now = master.now();
    const auto hear = [&](const Block& block) {
        for (const Byte byte : command_frame(block)) {
            peripheral.receive(byte, now);
        }
        now += milliseconds{100};
    };
    hear({0x13, 0x01});
    hear({0x13, 0x00, 0x01, 0x00, 0x00, 0x06});
    // The driver has not been told yet.
    SUBCASE("an approval") {
        peripheral.approve({.minor = 150, .currency = *Currency::parse("EUR")});
    }
    SUBCASE("a denial") {
        peripheral.deny();
    }
    CHECK(peripheral.receive({.value = 0x12, .mode = true}, now).empty());
    CHECK(peripheral.receive({.value = 0x12}, now) == lone(ack));
}

TEST_CASE_FIXTURE(Asked, "an answer without a request") {
    plays(R"(
        deny
        12 -> 06 06*
        deny
        approve 150
        ! dropped: the machine no longer waits
        12 -> 00*
    )");
}

TEST_CASE_FIXTURE(Approved, "a second approval of one request is not sent") {
    plays(R"(
        approve 200
        ! odd: a second approval
        12 -> 05 00 96 9B*
        ! taken
    )");
}
