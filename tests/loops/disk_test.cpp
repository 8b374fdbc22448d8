// The n-th call of SQLite to its files fails, once or for good, or the power is cut at it: from the start of the
// process over a whole sale to the close of the journal. The real journal with its thread, on a disk of ours.

#include <doctest/doctest.h>
#include <fmt/format.h>
#include <fmt/ostream.h>

#include "tests/loops/trial.hpp"

using namespace qrvend;
using namespace qrvend::test;

namespace {

using Fault = FaultyVfs::Fault;
using Survivors = FaultyVfs::Survivors;

struct Illness {
    const char* name;
    Fault fault;
    Survivors survivors = Survivors::none;
};

constexpr std::array illnesses{
    Illness{.name = "an I/O error", .fault = Fault::io_error},
    Illness{.name = "I/O errors for good", .fault = Fault::io_error_for_good},
    Illness{.name = "no room, once", .fault = Fault::full},
    Illness{.name = "no room any more", .fault = Fault::full_for_good},
    Illness{.name = "a power cut, nothing survives", .fault = Fault::power_cut},
    Illness{.name = "a power cut, every second write survives",
            .fault = Fault::power_cut,
            .survivors = Survivors::every_second},
    Illness{.name = "a power cut, half of each write survives",
            .fault = Fault::power_cut,
            .survivors = Survivors::halves},
};

std::string name_of(const Story& story, const Illness& illness) {
    return fmt::format("{}: {}", fmt::streamed(story), illness.name);
}

// From start to stop, or to its end on the way.
void run_whole(StoryWorld& world) {
    if (world.start() && world.play()) {
        world.stop();
    }
    world.kill();
}

Outcome fail_call(const Story& story, const Illness& illness, std::uint64_t nth) {
    FaultyVfs* disk = nullptr;
    StoryWorld world(story, [&](simulated::SimulatedClock& clock) {
        auto made = std::make_unique<SqliteDisk>(clock);
        disk = &made->faults();
        return made;
    });
    disk->arm(nth, illness.fault, FaultyVfs::Calls::all);
    run_whole(world);
    const bool struck = disk->has_struck();
    const bool is_sick_still =
        struck && (illness.fault == Fault::io_error_for_good || illness.fault == Fault::full_for_good);
    for (int start = 0; is_sick_still && start < 2; ++start) {
        run_whole(world);
    }
    const std::string what = fmt::format("{} at {}, {}", name_of(story, illness), nth, disk->struck_at());
    disk->disarm();
    if (illness.fault == Fault::power_cut) {
        disk->lose_unsynced(illness.survivors);
    }
    const bool well = settles_well(world, what) && (struck || ends_as_told(world, story, what));
    return {.struck = struck, .well = well};
}

}  // namespace

TEST_CASE("the n-th call to the disk fails") {
    std::uint64_t strikes = 0;
    for (const Story& story : main_stories()) {
        for (const Illness& illness : illnesses) {
            const std::uint64_t struck = for_every_place(
                name_of(story, illness), [&](std::uint64_t nth) { return fail_call(story, illness, nth); });
            CHECK(struck > 20);
            strikes += struck;
        }
    }
    MESSAGE("struck ", strikes, " times");
}
