#include "tests/loops/trial.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <exception>
#include <stdexcept>

namespace qrvend::test {

namespace {

constexpr milliseconds all_expired = 20min;  // twice the life of a payment
constexpr std::uint64_t no_end = 10'000;

}  // namespace

std::uint64_t for_every_place(const std::string& what, const std::function<Outcome(std::uint64_t nth)>& trial) {
    for (std::uint64_t nth = 1; nth < no_end; ++nth) {
        Outcome outcome;
        try {
            outcome = trial(nth);
        } catch (const std::exception& failure) {
            FAIL_CHECK(what << " at " << nth << ": " << std::string(failure.what()));
        }
        if (!outcome.struck || !outcome.well) {
            return nth - 1;
        }
    }
    FAIL_CHECK(what << ": no run passes unharmed");
    return no_end;
}

bool settles_well(StoryWorld& world, const std::string& what) {
    if (world.over()) {
        world.kill();
        if (!world.start()) {
            throw std::runtime_error("it does not start on a sound disk");
        }
    }
    const bool lives = world.play();
    if (lives) {
        world.pass(all_expired);
    }
    world.kill();
    std::vector<std::string> broken = world.verdict();
    if (!lives) {
        broken.emplace_back("the process ends on a sound disk");
    }
    std::string text;
    for (const std::string& one : broken) {
        text += "\n" + one;
    }
    if (!broken.empty()) {
        FAIL_CHECK(what << text << "\n" << world.report());
    }
    return broken.empty();
}

bool ends_as_told(StoryWorld& world, const Story& story, const std::string& what) {
    const auto results = world.results();
    const bool told = results == std::vector<SaleResult>(story.customers, story.ends);
    if (!told) {
        FAIL_CHECK(what << ": unharmed, and it ends in another way\n" << world.report());
    }
    return told;
}

}  // namespace qrvend::test
