#pragma once
// A vend, as far as a test wants it: asked for, approved, on the bus, under way.

#include "tests/drivers/mdb/master.hpp"

namespace qrvend::mdb::test {

// The reader is enabled with Always Idle, and 1.50 for item 5 was asked for.
struct Asked {
    Asked() {
        master.sets_up();
        master.plays(R"(
            13 00 00 96 00 05 -> 00*
            ! requested 1.50 EUR 5
            12 -> 00*
        )");
    }
    void plays(std::string_view transcript) { master.plays(transcript); }

    Master master;
};

struct Approved : Asked {
    Approved() { plays("approve 150"); }
};

// The approval was on the bus, and the machine's ACK did not come.
struct Unheard : Approved {
    Unheard() { plays("12 -> 05 00 96 9B* lost"); }
};

struct Vending : Approved {
    Vending() {
        plays(R"(
            12 -> 05 00 96 9B*
            ! taken
        )");
    }
};

// Nothing of the sale before is left over.
inline constexpr auto sells_again = R"(
    13 04 -> 00*
    12 -> 07 07*
    12 -> 00*
    13 00 01 00 00 06 -> 00*
    ! requested 2.56 EUR 6
    12 -> 00*
    approve 256
    12 -> 05 01 00 06*
    ! taken
    13 02 00 06 -> 00*
    ! vended 6
)";

inline constexpr auto sets_up_again = R"(
    12 -> 00 00*
    12 -> 00*
)";

}  // namespace qrvend::mdb::test
