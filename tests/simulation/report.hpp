#pragma once
// A violation in words: the promise, the fewest troubles that break it, and the story of that sale.

#include <string>

#include "tests/simulation/run.hpp"
#include "tests/simulation/shrink.hpp"

namespace qrvend::simulation {

/// How to have a run again.
std::string replay_command(const RunOptions& options);

/// Several lines. `found` is the run as it was, `shrunk` what is left of it.
std::string explain(const RunOptions& options, const RunResult& found, const Shrunk& shrunk);

/// The whole story of a run that kept its lines.
std::string whole_story(const RunResult& result);

}  // namespace qrvend::simulation
