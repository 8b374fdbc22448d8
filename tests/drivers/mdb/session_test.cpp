#include "drivers/mdb/session.hpp"

#include <doctest/doctest.h>

#include "tests/drivers/mdb/master.hpp"

using namespace qrvend::mdb;
using test::Master;

namespace {

// A level 2 machine that has enabled the reader and knows no Always Idle.
struct Plain {
    Plain() { master.sets_up_plainly(); }
    void plays(std::string_view transcript) { master.plays(transcript); }
    Master master;
};

struct Opened : Plain {
    Opened() {
        plays(R"(
            begin session
            12 -> 03 FF FF FF FF FF FF 00 00 00 FD*
            ! session open
        )");
    }
};

}  // namespace

TEST_CASE_FIXTURE(Opened, "a sale in a session of ours") {
    plays(R"(
        12 -> 00*
        13 00 00 96 00 05 -> 00*
        ! requested 1.50 EUR 5
        approve 150
        12 -> 05 00 96 9B*
        ! taken
        13 02 00 05 -> 00*
        ! vended 5
        13 04 -> 00*
        ! session over
        12 -> 07 07*
        12 -> 00*
        13 04 -> 00*                # some machines say it twice
        12 -> 07 07*
        begin session
        12 -> 03 FF FF FF FF FF FF 00 00 00 FD*
        ! session open
    )");
}

TEST_CASE_FIXTURE(Plain, "BEGIN SESSION has its length at each level") {
    SUBCASE("1") {
        plays(R"(
            11 00 01 00 00 00 -> 01 03 19 78 01 02 FF 0D A4*
            begin session
            12 -> 03 FF FF 01*
            ! session open
        )");
    }
    SUBCASE("3") {
        plays(R"(
            11 00 03 00 00 00 -> 01 03 19 78 01 02 FF 0D A4*
            begin session
            12 -> 03 FF FF FF FF FF FF 00 00 00 FD*
            ! session open
        )");
    }
    SUBCASE("3, 32-bit money") {
        plays(R"(
            11 00 03 00 00 00 -> 01 03 19 78 01 02 FF 0D A4*
            17 04 00 00 00 02 -> 00*
            begin session
            12 -> 03 FF FF FF FF FF FF FF FF 00 00 00 65 6E 19 78 00 5F*
            ! session open
        )");
    }
}

TEST_CASE_FIXTURE(Plain, "BEGIN SESSION is said until it is acknowledged") {
    plays(R"(
        begin session
        begin session
        12 -> 03 FF FF FF FF FF FF 00 00 00 FD* lost
        12 -> 03 FF FF FF FF FF FF 00 00 00 FD* RET
        ! session open
        begin session
        12 -> 00*
    )");
}

TEST_CASE_FIXTURE(Plain, "a machine that goes on has heard BEGIN SESSION") {
    plays(R"(
        begin session
        12 -> 03 FF FF FF FF FF FF 00 00 00 FD* lost
    )");
    SUBCASE("and asks for something") {
        plays(R"(
            13 00 00 96 00 05 -> 00*
            ! session open
            ! requested 1.50 EUR 5
            12 -> 00*
        )");
    }
    SUBCASE("and ends it") {
        plays(R"(
            13 04 -> 00*
            ! session open
            ! session over
            12 -> 07 07*
            12 -> 00*
        )");
    }
}

TEST_CASE_FIXTURE(Plain, "a request without a session is out of sequence, and denied for those who do not mind") {
    plays(R"(
        13 00 00 96 00 05 -> 00*
        ! odd: VEND REQUEST out of sequence, in state 3
        12 -> 0B 03 0E*
        12 -> 06 06*
        12 -> 00*
    )");
}

TEST_CASE_FIXTURE(Opened, "a session without a selection is ended by asking the machine to end it") {
    plays(R"(
        end session
        end session
        12 -> 04 04* lost
        12 -> 04 04*
        end session
        12 -> 00*
        13 04 -> 00*
        ! session over
        12 -> 07 07*
        12 -> 00*
    )");
}

TEST_CASE_FIXTURE(Opened, "a machine that does not end it is asked again") {
    plays(R"(
        end session
        12 -> 04 04*
        wait 4s
        12 -> 00*
        wait 1s
        12 -> 04 04*
        13 04 -> 00*
        ! session over
        12 -> 07 07*
        wait 4s
        12 -> 00*
        wait 4s
        12 -> 00*
    )");
}

TEST_CASE_FIXTURE(Opened, "a customer who chooses while the machine is asked to end the session is served") {
    plays(R"(
        end session
        12 -> 04 04* lost
        13 00 00 96 00 05 -> 00*
        ! requested 1.50 EUR 5
        end session                 # not while the customer pays
        12 -> 00*
        deny
        end session
        12 -> 06 04 0A*
        13 04 -> 00*
        ! session over
        12 -> 07 07*
    )");
}

TEST_CASE_FIXTURE(Plain, "a session ended before the machine heard of it") {
    SUBCASE("it never was on the bus") {
        plays(R"(
            begin session
            end session
            ! session over
            12 -> 00*
        )");
    }
    SUBCASE("it was") {
        plays(R"(
            begin session
            12 -> 03 FF FF FF FF FF FF 00 00 00 FD* lost
            end session
            12 -> 03 FF FF FF FF FF FF 00 00 00 FD*
            ! session open
            12 -> 04 04*
            13 04 -> 00*
            ! session over
            12 -> 07 07*
        )");
    }
}

TEST_CASE_FIXTURE(Plain, "no session is begun with a machine that does not want one") {
    SUBCASE("disabled before") {
        plays("14 00 -> 00*\n begin session\n ! session over");
    }
    SUBCASE("disabled in between") {
        plays("begin session\n 14 00 -> 00*\n ! session over");
    }
    SUBCASE("cancelled") {
        plays(R"(
            begin session
            12 -> 03 FF FF FF FF FF FF 00 00 00 FD* lost
            14 02 -> 00*
            ! session over
            12 -> 08 08*
        )");
    }
    SUBCASE("silent before") {
        plays("wait 5s\n begin session\n ! session over");
    }
    SUBCASE("silent in between") {
        plays("begin session\n wait 5s\n ! session over");
    }
    SUBCASE("reset") {
        plays("begin session\n 10 -> 00*\n ! session over\n 12 -> 00 00*");
    }
    plays("12 -> 00*");
}

TEST_CASE_FIXTURE(Opened, "a reset ends a session") {
    SUBCASE("RESET") {
        plays("10 -> 00*\n ! session over");
    }
    SUBCASE("bus reset") {
        plays("bus reset\n ! session over");
    }
    plays("12 -> 00 00*");
}

TEST_CASE_FIXTURE(Opened, "a reader disabled in a session finishes it first") {
    plays(R"(
        14 00 -> 00*
        ! not ready: the vending machine has disabled the reader
        13 00 00 96 00 05 -> 00*
        ! requested 1.50 EUR 5
        approve 150
        12 -> 05 00 96 9B*
        ! taken
        13 02 00 05 -> 00*
        ! vended 5
        13 04 -> 00*
        ! session over
        12 -> 07 07*
        begin session
        ! session over
        13 00 00 96 00 05 -> 00*
        12 -> 0B 02 0D*
    )");
}

TEST_CASE_FIXTURE(Opened, "a second request in the same session") {
    plays(R"(
        13 00 00 96 00 05 -> 00*
        ! requested 1.50 EUR 5
        deny
        12 -> 06 06*
        13 00 01 00 00 06 -> 00*
        ! requested 2.56 EUR 6
        13 01 -> 00*
        ! withdrawn
        12 -> 06 06*
        12 -> 00*
    )");
}

TEST_CASE("with Always Idle") {
    Master master;
    master.sets_up();
    CHECK(master.peripheral().always_idle());
    SUBCASE("the reader may begin a session all the same") {
        master.plays(R"(
            begin session
            12 -> 03 FF FF FF FF FF FF 00 00 00 FD*
            ! session open
            13 04 -> 00*
            ! session over
            12 -> 07 07*
        )");
    }
    SUBCASE("a request comes before a session of ours, which is then not begun") {
        master.plays(R"(
            begin session
            13 00 00 96 00 05 -> 00*
            ! requested 1.50 EUR 5
            ! session over
            begin session
            ! session over
            12 -> 00*
        )");
    }
    SUBCASE("a request may come before END SESSION was fetched, and without a SESSION COMPLETE") {
        master.plays(R"(
            13 00 00 96 00 05 -> 00*
            ! requested 1.50 EUR 5
            13 01 -> 00*
            ! withdrawn
            12 -> 06 06*
            13 04 -> 00*
            13 00 00 96 00 05 -> 00*
            ! requested 1.50 EUR 5
            12 -> 00*
            13 01 -> 00*
            ! withdrawn
            12 -> 06 06*
            13 00 00 96 00 05 -> 00*
            ! requested 1.50 EUR 5
        )");
    }
}
