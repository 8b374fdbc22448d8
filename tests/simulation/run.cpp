#include "tests/simulation/run.hpp"

#include <exception>

#include "tests/simulation/judge.hpp"
#include "tests/simulation/world.hpp"

namespace qrvend::simulation {

Tally& Tally::operator+=(const Tally& other) {
    opened += other.opened;
    sold += other.sold;
    not_paid += other.not_paid;
    returned += other.returned;
    given_away += other.given_away;
    listed += other.listed;
    unknown_vends += other.unknown_vends;
    return *this;
}

RunResult run(const RunOptions& options) {
    World world(options);
    RunResult result;
    try {
        world.rage();
        world.calm_down();
        Verdict verdict = judge(world, world.sell_once_more());
        result.tally = verdict.tally;
        result.violations = std::move(verdict.violations);
    } catch (const std::exception& error) {
        result.violations.push_back(
            {.promise = "the program runs", .who = {}, .detail = std::string("it threw: ") + error.what()});
    }
    Outside& outside = world.outside();
    result.crashes = world.crashes();
    result.struck = outside.fate.struck();
    result.digest = outside.story.digest();
    result.lines = outside.story.lines();
    result.lasted = outside.elapsed();
    return result;
}

}  // namespace qrvend::simulation
