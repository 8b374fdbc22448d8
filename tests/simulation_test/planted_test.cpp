#include "tests/simulation/planted.hpp"

#include <doctest/doctest.h>

#include <set>
#include <string>

#include "tests/simulation/run.hpp"

using namespace qrvend;
using namespace qrvend::simulation;

namespace {

/// The first seed in which the bug breaks a promise; 0 where none of the first `seeds` does.
unsigned first_seed_that_finds(const Bug& bug) {
    for (unsigned seed = 1; seed <= bug.seeds; ++seed) {
        if (!run({.seed = seed, .bug = &bug}).violations.empty()) {
            return seed;
        }
    }
    return 0;
}

}  // namespace

TEST_CASE("every planted bug is found within as many seeds as it says") {
    for (const Bug& bug : bugs()) {
        CAPTURE(bug.name);
        CAPTURE(bug.seeds);
        CHECK(first_seed_that_finds(bug) > 0);
    }
}

TEST_CASE("without a bug nothing is found in the same seeds") {
    for (std::uint64_t seed = 1; seed <= 50; ++seed) {
        CAPTURE(seed);
        CHECK(run({.seed = seed}).violations.empty());
    }
}

TEST_CASE("each bug has a name of its own, and is planted somewhere") {
    std::set<std::string_view> names;
    for (const Bug& bug : bugs()) {
        CAPTURE(bug.name);
        CHECK(names.insert(bug.name).second);
        CHECK(find_bug(bug.name) == &bug);
        CHECK_FALSE(bug.breaks.empty());
        CHECK(bug.seeds <= 300);
        CHECK((bug.clock || bug.journal || bug.provider || bug.machine || bug.transport || bug.no_lock));
    }
    CHECK(names.size() >= 20);
    CHECK(find_bug("no-such-bug") == nullptr);
}
