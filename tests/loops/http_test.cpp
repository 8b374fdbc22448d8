// The n-th HTTP call goes wrong in every way; and all calls from the n-th on, for a while.

#include <doctest/doctest.h>
#include <fmt/format.h>
#include <fmt/ostream.h>

#include "tests/loops/trial.hpp"

using namespace qrvend;
using namespace qrvend::test;

namespace {

// No process ends here, so that a restart of the computer would bring nothing new.
std::vector<Story> stories_of_one_process() {
    std::vector<Story> chosen = stories();
    std::erase_if(chosen, [](const Story& story) { return story.reboots; });
    return chosen;
}

std::string name_of(const Story& story, Trouble trouble, std::uint64_t count) {
    return fmt::format("{}: {}, {} in a row", fmt::streamed(story), to_string(trouble), count);
}

Outcome spoil_calls(const Story& story, Trouble trouble, std::uint64_t nth, std::uint64_t count) {
    StoryWorld world(story, [](auto&) { return std::make_unique<MemoryDisk>(); });
    const std::string what = fmt::format("{} at {}", name_of(story, trouble, count), nth);
    world.network.arm(nth, count, trouble);
    world.start();
    world.play();
    const bool struck = world.network.strikes() > 0;
    world.network.disarm();
    const bool well = settles_well(world, what) && (struck || ends_as_told(world, story, what));
    return {.struck = struck, .well = well};
}

std::uint64_t spoil_every_call(const Story& story, Trouble trouble, std::uint64_t count) {
    return for_every_place(name_of(story, trouble, count),
                           [&](std::uint64_t nth) { return spoil_calls(story, trouble, nth, count); });
}

}  // namespace

TEST_CASE("the n-th HTTP call goes wrong") {
    std::uint64_t strikes = 0;
    for (const Story& story : stories_of_one_process()) {
        for (int trouble = 0; trouble <= static_cast<int>(last_trouble); ++trouble) {
            const std::uint64_t struck = spoil_every_call(story, static_cast<Trouble>(trouble), 1);
            CHECK(struck > 5);
            strikes += struck;
        }
    }
    MESSAGE("struck ", strikes, " times");
}

TEST_CASE("HTTP calls go wrong from the n-th on, for a while") {
    std::uint64_t strikes = 0;
    for (const Story& story : stories_of_one_process()) {
        for (const Trouble trouble :
             {Trouble::request_lost, Trouble::answer_lost, Trouble::error_500_done, Trouble::token_401,
              Trouble::page_200, Trouble::half_body, Trouble::twice, Trouble::late, Trouble::very_late}) {
            for (const std::uint64_t count : {3U, 20U}) {
                const std::uint64_t struck = spoil_every_call(story, trouble, count);
                CHECK(struck > 5);
                strikes += struck;
            }
        }
    }
    MESSAGE("struck ", strikes, " bursts");
}
