#include "tests/bench/statistics.hpp"

#include <doctest/doctest.h>

#include <numeric>
#include <stdexcept>

using namespace qrvend::bench;

TEST_CASE("percentiles are samples, by the nearest rank") {
    std::vector<double> hundred(100);
    std::iota(hundred.begin(), hundred.end(), 1);
    CHECK(percentile(hundred, 50) == 50);
    CHECK(percentile(hundred, 99) == 99);
    CHECK(percentile(hundred, 100) == 100);
    CHECK(percentile(hundred, 0.1) == 1);

    CHECK(percentile({7}, 50) == 7);
    CHECK(percentile({1, 2}, 50) == 1);
    CHECK(percentile({1, 2, 3}, 50) == 2);
}

TEST_CASE("the order of the samples does not matter") {
    const Spread spread = spread_of({5, 1, 4, 2, 3});
    CHECK(spread.count == 5);
    CHECK(spread.p50 == 3);
    CHECK(spread.p99 == 5);
    CHECK(spread.max == 5);
}

TEST_CASE("one outlier in two hundred is the maximum, not the 99th percentile") {
    std::vector<double> samples(200, 1.0);
    samples[17] = 1000;
    const Spread spread = spread_of(samples);
    CHECK(spread.p99 == 1);
    CHECK(spread.max == 1000);
}

TEST_CASE("no samples, no figure") {
    CHECK_THROWS_AS(spread_of({}), std::invalid_argument);
}
