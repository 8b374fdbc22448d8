#include "tests/simulation/dice.hpp"

#include <doctest/doctest.h>

#include <array>

using namespace qrvend;
using namespace qrvend::simulation;

TEST_CASE("the same seed gives the same draws on every machine") {
    Dice dice(1234567);
    // The first outputs of SplitMix64 for this seed, as its reference implementation gives them.
    CHECK(dice.next() == 6457827717110365317U);
    CHECK(dice.next() == 3203168211198807973U);
    CHECK(dice.next() == 9817491932198370423U);
}

TEST_CASE("draws stay within their bounds and reach both") {
    Dice dice(7);
    bool least = false;
    bool most = false;
    for (int draw = 0; draw < 1000; ++draw) {
        const auto drawn = dice.between(std::int64_t{3}, std::int64_t{6});
        CHECK(drawn >= 3);
        CHECK(drawn <= 6);
        least = least || drawn == 3;
        most = most || drawn == 6;
    }
    CHECK(least);
    CHECK(most);
}

TEST_CASE("a spread reaches every order of magnitude about as often") {
    Dice dice(7);
    std::array<int, 4> magnitudes{};
    for (int draw = 0; draw < 4000; ++draw) {
        const auto drawn = dice.spread(milliseconds{1}, milliseconds{9999}).count();
        REQUIRE(drawn >= 1);
        REQUIRE(drawn <= 9999);
        ++magnitudes.at(std::to_string(drawn).size() - 1);
    }
    for (const int count : magnitudes) {
        CHECK(count > 600);
    }
}

TEST_CASE("a chance of nothing never comes, one of everything always") {
    Dice dice(7);
    for (int draw = 0; draw < 1000; ++draw) {
        CHECK_FALSE(dice.chance(0));
        CHECK(dice.chance(1000));
    }
}

TEST_CASE("random bytes differ with the seed, and fill every length") {
    std::array<std::byte, 13> one{};
    std::array<std::byte, 13> same{};
    std::array<std::byte, 13> other{};
    DiceRandom(1).fill(one);
    DiceRandom(1).fill(same);
    DiceRandom(2).fill(other);
    CHECK(one == same);
    CHECK(one != other);
    CHECK(one[12] != std::byte{0});
}
