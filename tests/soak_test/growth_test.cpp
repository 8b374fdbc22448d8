#include "tests/soak/growth.hpp"

#include <doctest/doctest.h>

#include <random>
#include <stdexcept>

using namespace qrvend::soak;

namespace {

const Limit heap{.figure = "heap", .noise = 16'384, .per_thousand = 100'000};
constexpr std::int64_t start = 5'000'000;

// Sixty measurements, one each twenty sales.
std::vector<Point> points(std::int64_t per_sale, std::int64_t noise = 0) {
    std::mt19937_64 random(1);
    std::uniform_int_distribution<std::int64_t> jitter(-noise, noise);
    std::vector<Point> made;
    for (std::int64_t sales = 20; sales <= 1200; sales += 20) {
        made.push_back({.sales = sales, .value = start + per_sale * sales + jitter(random)});
    }
    return made;
}

}  // namespace

TEST_CASE("what stays does not grow, however it trembles") {
    CHECK_FALSE(growth_of(points(0), heap).too_much());
    CHECK_FALSE(growth_of(points(0, 30'000), heap).too_much());
    CHECK_FALSE(growth_of(points(-500), heap).too_much());
}

TEST_CASE("a leak of two hundred bytes a sale is found under the noise") {
    const Growth growth = growth_of(points(200, 10'000), heap);
    CHECK(growth.sales == 800);
    CHECK(growth.allowed == 16'384 + 80'000);
    CHECK(growth.too_much());
}

TEST_CASE("one peak or one dip decides nothing") {
    auto peaks = points(0);
    peaks.back().value += 10'000'000;
    peaks.front().value -= 10'000'000;
    CHECK_FALSE(growth_of(peaks, heap).too_much());
}

TEST_CASE("a step between the thirds is a growth") {
    auto step = points(0);
    for (Point& point : step) {
        point.value += point.sales > 600 ? 200'000 : 0;
    }
    CHECK(growth_of(step, heap).too_much());
}

TEST_CASE("of a few measurements nothing can be told") {
    auto few = points(0);
    few.resize(fewest_points);
    CHECK_NOTHROW(growth_of(few, heap));
    few.pop_back();
    CHECK_THROWS_AS(growth_of(few, heap), std::invalid_argument);
}

TEST_CASE("a growth in words") {
    const Growth growth{.early = 100, .late = 164, .sales = 50, .allowed = 10};
    CHECK(to_text(growth, heap) == "heap: 100 -> 164 in 50 sales, +64, allowed +10");
}
