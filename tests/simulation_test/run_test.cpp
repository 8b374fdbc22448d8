#include "tests/simulation/run.hpp"

#include <doctest/doctest.h>

#include "tests/simulation/shrink.hpp"

using namespace qrvend;
using namespace qrvend::simulation;

TEST_CASE("in fine weather everybody buys and gets what they paid for") {
    for (std::uint64_t seed = 1; seed <= 8; ++seed) {
        CAPTURE(seed);
        std::set<Strike> customers;
        for (std::size_t turn = 1; turn <= 20; ++turn) {
            customers.insert({.turn = turn, .trouble = Trouble::customer_comes, .nth = 1});
        }
        const RunResult result = run({.seed = seed, .customers = 20, .only = customers});
        CHECK(result.violations.empty());
        CHECK(result.tally.sold == 21);  // and the last one, in the calm
        CHECK(result.tally.opened == 21);
        CHECK(result.crashes == 0);
    }
}

TEST_CASE("whatever the weather, money and goods agree") {
    Tally tally;
    std::size_t crashes = 0;
    for (std::uint64_t seed = 1; seed <= 60; ++seed) {
        CAPTURE(seed);
        const RunResult result = run({.seed = seed});
        for (const Violation& violation : result.violations) {
            FAIL_CHECK(violation.promise << ": " << violation.who << " " << violation.detail);
        }
        tally += result.tally;
        crashes += result.crashes;
    }
    // The runs are worth something: things end in every way.
    CHECK(tally.sold > 500);
    CHECK(tally.not_paid > 100);
    CHECK(tally.returned > 100);
    CHECK(tally.unknown_vends > 0);
    CHECK(crashes > 100);
}

TEST_CASE("the same seed gives the same run, bit for bit") {
    const RunResult one = run({.seed = 4});
    const RunResult again = run({.seed = 4, .keep = Story::Keep::lines});
    CHECK(one.digest == again.digest);
    CHECK(one.struck == again.struck);
    CHECK(one.lines.empty());
    CHECK(again.lines.size() > 1000);
    CHECK(run({.seed = 5}).digest != one.digest);
}

TEST_CASE("a run can be had again from its troubles alone") {
    const RunResult whole = run({.seed = 4});
    const RunResult again = run({.seed = 4, .only = std::set(whole.struck.begin(), whole.struck.end())});
    CHECK(again.digest == whole.digest);
}

TEST_CASE("no payment system but those that there are") {
    CHECK_THROWS_WITH_AS(run({.provider = "cash"}), "no payment system is called cash; allowed: vipps",
                         std::invalid_argument);
}
