#pragma once
// One run of the simulation: a seed decides everything, from the weather to the last byte.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "tests/simulation/fate.hpp"
#include "tests/simulation/planted.hpp"
#include "tests/simulation/story.hpp"
#include "tests/simulation/violation.hpp"

namespace qrvend::simulation {

struct RunOptions {
    std::uint64_t seed = 1;
    std::string provider = "vipps";
    std::size_t customers = 60;
    const Bug* bug = nullptr;
    std::optional<std::set<Strike>> only{};  ///< nothing goes wrong but this
    Story::Keep keep = Story::Keep::digest;
};

/// How the sales of a run ended.
struct Tally {
    std::size_t opened = 0;
    std::size_t sold = 0;
    std::size_t not_paid = 0;
    std::size_t returned = 0;
    std::size_t given_away = 0;
    std::size_t listed = 0;         ///< on the attention list, for a reason that the weather explains
    std::size_t unknown_vends = 0;  ///< the machine could not tell, and the policy decided

    Tally& operator+=(const Tally& other);
};

struct RunResult {
    Tally tally;
    std::size_t crashes = 0;
    std::vector<Strike> struck;  ///< customers who came are among them
    std::vector<Violation> violations;
    std::uint64_t digest = 0;
    std::vector<Story::Line> lines;  ///< with Keep::lines
    /// The names under which the lines tell of one sale: its id, its references, its request at the machine.
    std::vector<std::set<std::string>> sales;
    milliseconds lasted{0};  ///< simulated
};

RunResult run(const RunOptions& options);

}  // namespace qrvend::simulation
