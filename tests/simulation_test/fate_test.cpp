#include "tests/simulation/fate.hpp"

#include <doctest/doctest.h>

using namespace qrvend::simulation;

namespace {

Weather always(Trouble trouble) {
    Weather weather{};
    weather.at(static_cast<std::size_t>(trouble)) = 1000;
    return weather;
}

Weather sometimes() {
    Weather weather{};
    weather.fill(300);
    return weather;
}

// Every kind of trouble meets a number of opportunities in each of several turns.
void live(Fate& fate) {
    for (int turn = 0; turn < 5; ++turn) {
        fate.next_turn();
        for (std::size_t kind = 0; kind < trouble_kinds; ++kind) {
            for (int opportunity = 0; opportunity < 5; ++opportunity) {
                fate.strikes(static_cast<Trouble>(kind));
            }
        }
    }
}

}  // namespace

TEST_CASE("every kind of trouble has a name of its own") {
    std::set<std::string_view> names;
    for (std::size_t kind = 0; kind < trouble_kinds; ++kind) {
        names.insert(to_string(static_cast<Trouble>(kind)));
    }
    CHECK(names.size() == trouble_kinds);
    CHECK(to_string(Trouble::clock_steps) == "clock_steps");
}

TEST_CASE("weather strikes as often as it says, and nothing else does") {
    Fate fate(1, always(Trouble::request_lost));
    CHECK(fate.strikes(Trouble::request_lost));
    CHECK_FALSE(fate.strikes(Trouble::answer_lost));
    CHECK(fate.has_struck(Trouble::request_lost));
    CHECK_FALSE(fate.has_struck(Trouble::answer_lost));
}

TEST_CASE("a run can be had again, whole or in parts") {
    Fate whole(1, sometimes());
    live(whole);
    REQUIRE(whole.struck().size() > 100);

    SUBCASE("whole") {
        Fate again(1, sometimes(), std::set(whole.struck().begin(), whole.struck().end()));
        live(again);
        CHECK(again.struck() == whole.struck());
    }
    SUBCASE("in parts: what is left strikes as before") {
        const std::vector<Strike> half(whole.struck().begin(), whole.struck().begin() + 50);
        Fate again(1, sometimes(), std::set(half.begin(), half.end()));
        live(again);
        CHECK(again.struck() == half);
    }
    SUBCASE("another seed gives another run") {
        Fate other(2, sometimes());
        live(other);
        CHECK(other.struck() != whole.struck());
    }
}

TEST_CASE("what a trouble is like depends on nothing that went before in other turns") {
    Fate one(1, always(Trouble::request_late));
    Fate other(1, always(Trouble::request_late));
    one.strikes(Trouble::request_late);
    one.strikes(Trouble::request_late);
    one.next_turn();
    other.next_turn();
    CHECK(one.strikes(Trouble::request_late)->next() == other.strikes(Trouble::request_late)->next());
}

TEST_CASE("in the calm nothing goes wrong, and customers come") {
    Weather weather{};
    weather.fill(1000);
    Fate fate(1, weather, std::set<Strike>{});
    fate.calm_down();
    CHECK_FALSE(fate.strikes(Trouble::request_lost));
    CHECK(fate.strikes(Trouble::customer_comes));
    CHECK(fate.struck().empty());
}

TEST_CASE("weather differs from seed to seed, and each kind of trouble is in some of it") {
    std::array<bool, trouble_kinds> seen{};
    std::array<bool, trouble_kinds> absent{};
    for (std::uint64_t seed = 1; seed <= 100; ++seed) {
        const Weather weather = draw_weather(seed);
        for (std::size_t kind = 0; kind < trouble_kinds; ++kind) {
            seen.at(kind) = seen.at(kind) || weather.at(kind) > 0;
            absent.at(kind) = absent.at(kind) || weather.at(kind) == 0;
        }
    }
    for (std::size_t kind = 0; kind < trouble_kinds; ++kind) {
        CAPTURE(to_string(static_cast<Trouble>(kind)));
        CHECK(seen.at(kind));
        CHECK(absent.at(kind) == (static_cast<Trouble>(kind) != Trouble::customer_comes));
    }
}
