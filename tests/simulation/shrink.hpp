#pragma once
// Which of a run's troubles does it take? Leaves out half of them, quarters, and so on, as long as the same promise
// is still broken (delta debugging: Zeller and Hildebrandt, "Simplifying and Isolating Failure-Inducing Input",
// 2002).

#include <cstddef>

#include "tests/simulation/run.hpp"

namespace qrvend::simulation {

struct Shrunk {
    RunResult result;      ///< of the smallest run that still breaks the promise; with lines
    std::size_t runs = 0;  ///< that it took
};

/// `found` has a violation; the first of them is the one to explain. No more than `most_runs` are tried.
Shrunk shrink(const RunOptions& options, const RunResult& found, std::size_t most_runs = 2000);

}  // namespace qrvend::simulation
