// The n-th write of the journal fails, or the process dies at it; and then the m-th of the recovery.

#include <doctest/doctest.h>
#include <fmt/format.h>
#include <fmt/ostream.h>

#include "tests/loops/trial.hpp"

using namespace qrvend;
using namespace qrvend::test;

namespace {

using Fault = simulated::MemoryDisk::Fault;

struct Ending {
    const char* name;
    Fault fault;
};

// In memory a write is confirmed before the next one is made, so that no other is ever under way when the process
// dies: lost and durable are all the tails there are. Longer ones come with the power cuts of disk_test.
constexpr std::array endings{
    Ending{.name = "fails, lost", .fault = Fault::fails_lost},
    Ending{.name = "fails, kept", .fault = Fault::fails_kept},
    Ending{.name = "dies, lost", .fault = Fault::dies_lost},
    Ending{.name = "dies, durable", .fault = Fault::dies_durable},
};

constexpr std::uint64_t never = 1'000'000;

class JournalTrial {
public:
    JournalTrial(const Story& story, const Ending& ending)
        : story_(story), ending_(ending), world_(story, [this](auto&) {
              auto made = std::make_unique<MemoryDisk>();
              disk_ = &made->faults();
              return made;
          }) {}

    /// The process runs into the `nth` write from its start on. False where it has so few that all is calm before.
    bool run_into(std::uint64_t nth) {
        disk_->fail_append(nth, ending_.fault);
        world_.start();
        const std::uint64_t before = disk_->appends();
        const bool unharmed = world_.play();
        if (unharmed) {
            CHECK(disk_->appends() - before == nth - 1);
            disk_->fail_append(never, ending_.fault);
        } else {
            world_.kill();
        }
        return !unharmed;
    }

    /// `struck`: so far.
    Outcome judge(bool struck, const std::string& where) {
        const std::string what = name_of(story_, ending_) + " " + where;
        const bool well = settles_well(world_, what) && (struck || ends_as_told(world_, story_, what));
        return {.struck = struck, .well = well};
    }

    static std::string name_of(const Story& story, const Ending& ending) {
        return fmt::format("{}: {}", fmt::streamed(story), ending.name);
    }

private:
    Story story_;
    Ending ending_;
    simulated::MemoryDisk* disk_ = nullptr;
    StoryWorld world_;
};

// The m-th write of the recovery, for all m, where the first fault struck at `first`. Nothing where that write is
// never made, or where a promise is broken.
std::optional<std::uint64_t> fail_twice(const Story& story, const Ending& ending, std::uint64_t first) {
    bool goes_on = false;
    const std::string what = fmt::format("{} at {} and", JournalTrial::name_of(story, ending), first);
    const std::uint64_t struck = for_every_place(what, [&](std::uint64_t second) {
        goes_on = false;
        JournalTrial trial(story, ending);
        const bool met_first = trial.run_into(first);
        const bool met_second = met_first && trial.run_into(second);
        Outcome outcome = trial.judge(met_first, fmt::format("at {} and {}", first, second));
        outcome.struck = met_second;
        goes_on = met_first && outcome.well;
        return outcome;
    });
    return goes_on ? std::optional{struck} : std::nullopt;
}

}  // namespace

TEST_CASE("the n-th write of the journal fails") {
    std::uint64_t strikes = 0;
    for (const Story& story : stories()) {
        for (const Ending& ending : endings) {
            const auto struck = for_every_place(JournalTrial::name_of(story, ending), [&](std::uint64_t nth) {
                JournalTrial trial(story, ending);
                const bool met = trial.run_into(nth);
                return trial.judge(met, fmt::format("at {}", nth));
            });
            CHECK(struck >= 5);
            strikes += struck;
        }
    }
    MESSAGE("struck ", strikes, " times");
}

TEST_CASE("the n-th write of the journal fails, and the m-th of the recovery") {
    std::uint64_t strikes = 0;
    for (const Story& story : stories()) {
        for (const Ending& ending : endings) {
            std::uint64_t of_story = 0;
            std::uint64_t first = 1;
            while (const auto struck = fail_twice(story, ending, first)) {
                of_story += *struck;
                ++first;
            }
            CHECK(first > 5);
            CHECK(of_story >= first);
            strikes += of_story;
        }
    }
    MESSAGE("struck twice ", strikes, " times");
}
