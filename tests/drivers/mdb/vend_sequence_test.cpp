// What comes at the wrong time: CMD OUT OF SEQUENCE, and no money lost by it.

#include "drivers/mdb/vend.hpp"

#include <doctest/doctest.h>

#include "tests/drivers/mdb/vend_fixtures.hpp"

using namespace qrvend;
using namespace qrvend::mdb;
using namespace qrvend::mdb::test;
TEST_CASE_FIXTURE(Unheard, "an outcome shows that the approval was heard") {
    SUBCASE("success") {
        plays("13 02 00 05 -> 00*\n ! taken\n ! vended 5\n 12 -> 00*");
    }
    SUBCASE("failure") {
        plays("13 03 -> 00*\n ! taken\n ! failed\n 12 -> 00*");
    }
}

TEST_CASE_FIXTURE(Approved, "an outcome of a vend that was never approved") {
    SUBCASE("success") {
        plays("13 02 00 05 -> 00*\n ! dropped\n ! odd: VEND SUCCESS out of sequence, in state 5");
    }
    SUBCASE("failure") {
        plays("13 03 -> 00*\n ! dropped\n ! odd: VEND FAILURE out of sequence, in state 5");
    }
    plays(R"(
        12 -> 0B 05 10*
        12 -> 00*
    )");
}

TEST_CASE_FIXTURE(Asked, "an outcome while the customer pays, or after a denial") {
    SUBCASE("while the customer pays") {
        plays(R"(
            13 02 00 05 -> 00*
            ! withdrawn
            12 -> 0B 05 10*
            12 -> 00*
        )");
    }
    SUBCASE("after a denial") {
        plays(R"(
            deny
            13 02 00 05 -> 00*
            12 -> 0B 05 10*
            12 -> 00*
        )");
    }
}

// The standard's machine resets a reader that says 0B; the denial behind it is for others.
TEST_CASE_FIXTURE(Asked, "another request in the place of an open one gets no answer that was meant for that") {
    SUBCASE("while the customer pays") {
        plays("13 00 01 00 00 06 -> 00*\n ! withdrawn: the machine asked");
    }
    SUBCASE("with an approval that was never on the bus") {
        plays("approve 150\n 13 00 01 00 00 06 -> 00*\n ! dropped: the machine asked");
    }
    SUBCASE("with an approval that was on the bus") {
        plays("approve 150\n 12 -> 05 00 96 9B* lost\n 13 00 01 00 00 06 -> 00*\n ! in doubt: the machine asked");
    }
    SUBCASE("even the same again, once an approval was on the bus") {
        plays("approve 150\n 12 -> 05 00 96 9B* lost\n 13 00 00 96 00 05 -> 00*\n ! in doubt: the machine asked");
    }
    plays(R"(
        12 -> 0B 05 10*
        12 -> 06 06*
        12 -> 00*
    )");
    plays(sells_again);
}

TEST_CASE_FIXTURE(Vending, "a request while the machine vends is denied, and the vend goes on") {
    plays(R"(
        13 00 01 00 00 06 -> 00*
        12 -> 0B 05 10*
        12 -> 06 06*
        13 02 00 05 -> 00*
        ! vended 5
    )");
    plays(sells_again);
}

TEST_CASE_FIXTURE(Asked, "a machine that missed our denial's ACK goes on, and so do we") {
    plays(R"(
        deny
        12 -> 06 06* lost
        13 00 00 96 00 05 -> 00*
        ! requested 1.50 EUR 5
        12 -> 00*
        approve 150
        12 -> 05 00 96 9B*
        ! taken
    )");
}

TEST_CASE_FIXTURE(Asked, "a session ended without waiting for the answer") {
    SUBCASE("while the customer pays") {
        plays(R"(
            13 04 -> 00*
            ! withdrawn: the machine ended the session
            12 -> 0B 05 10*
            12 -> 07 07*
        )");
    }
    SUBCASE("with the approval ready") {
        plays(R"(
            approve 150
            13 04 -> 00*
            ! dropped
            12 -> 0B 05 10*
            12 -> 07 07*
        )");
    }
    SUBCASE("with the approval on the bus") {
        plays(R"(
            approve 150
            12 -> 05 00 96 9B* lost
            13 04 -> 00*
            ! in doubt
            12 -> 0B 05 10*
            12 -> 07 07*
        )");
    }
    SUBCASE("with the denial ready") {
        plays(R"(
            deny
            13 04 -> 00*
            12 -> 07 07*
        )");
    }
    plays("12 -> 00*");
}

TEST_CASE_FIXTURE(Vending, "a session is not over while the machine vends") {
    plays(R"(
        13 04 -> 00*
        12 -> 0B 05 10*
        12 -> 00*
        13 02 00 05 -> 00*
        ! vended 5
    )");
}

TEST_CASE_FIXTURE(Asked, "a vend is not interrupted: acknowledged, ignored, told out of sequence") {
    for (const auto* command : {"11 00 03 10 02 01", "11 01 FF FF 00 00", "14 02", "15 00 00 64", "15 01",
                                "17 04 00 00 00 00", "13 05 00 96 00 05", "13 06 00 96 00 05"}) {
        plays(std::string(command) + " -> 00*\n 12 -> 0B 05 10*\n 12 -> 00*");
    }
    plays("17 00 56 4D 43 30 30 30 30 30 30 30 30 30 30 30 31 54 45 53 54 56 4D 43 20 20 20 20 20 01 00 -> 00*");
    plays(R"(
        12 -> 0B 05 10*
        approve 150
        12 -> 05 00 96 9B*
        ! taken
    )");
}

TEST_CASE_FIXTURE(Asked, "what does not touch the vend is taken in the middle of it") {
    plays(R"(
        14 01 -> 00*
        17 03 26 10 07 12 00 00 03 41 00 00 -> 00*
        17 FF 01 02 -> 00*
        12 -> 00*
        approve 150
        12 -> 05 00 96 9B*
        ! taken
    )");
}
