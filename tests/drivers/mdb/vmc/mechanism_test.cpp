#include "drivers/mdb/vmc/mechanism.hpp"

#include <doctest/doctest.h>

using namespace qrvend;
using namespace qrvend::mdb::vmc;

namespace {

using namespace std::chrono_literals;

constexpr MonotonicTime start{std::chrono::hours(1)};

std::optional<Mechanism::End> after_turn(Mood mood, bool has_sensor) {
    Mechanism mechanism(3s, has_sensor);
    mechanism.set_mood(mood);
    mechanism.start(start);
    CHECK_FALSE(mechanism.finished(start + 2999ms));
    CHECK(mechanism.turns());
    return mechanism.finished(start + 3s);
}

}  // namespace

TEST_SUITE("a mechanism") {
    TEST_CASE("what happened and what it believes, with a drop sensor") {
        CHECK(after_turn(Mood::works, true) == Mechanism::End{.dropped = true, .success = true});
        CHECK(after_turn(Mood::jams, true) == Mechanism::End{.dropped = false, .success = false});
        CHECK(after_turn(Mood::misses, true) == Mechanism::End{.dropped = false, .success = false});
        CHECK(after_turn(Mood::blind, true) == Mechanism::End{.dropped = true, .success = false});
    }

    TEST_CASE("without one it believes the motor") {
        CHECK(after_turn(Mood::works, false) == Mechanism::End{.dropped = true, .success = true});
        CHECK(after_turn(Mood::jams, false) == Mechanism::End{.dropped = false, .success = false});
        CHECK(after_turn(Mood::misses, false) == Mechanism::End{.dropped = false, .success = true});
        CHECK(after_turn(Mood::blind, false) == Mechanism::End{.dropped = true, .success = true});
    }

    TEST_CASE("a mood is of the next turn") {
        Mechanism mechanism(3s, true);
        mechanism.start(start);
        mechanism.set_mood(Mood::jams);
        CHECK(mechanism.finished(start + 3s) == Mechanism::End{.dropped = true, .success = true});
        CHECK_FALSE(mechanism.finished(start + 4s));
        CHECK_FALSE(mechanism.cut_power(start + 4s));
    }

    TEST_CASE("without power the motor stops where it is") {
        Mechanism mechanism(4s, true);
        mechanism.start(start);
        CHECK(mechanism.cut_power(start + 2999ms) == Mechanism::End{});
        mechanism.start(start);
        CHECK(mechanism.cut_power(start + 3s) == Mechanism::End{.dropped = true, .success = false});
        CHECK_FALSE(mechanism.turns());
    }
}
