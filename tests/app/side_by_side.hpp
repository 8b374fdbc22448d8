#pragma once
// Scenarios that mostly wait (for a deadline, for a retry), run at the same time so that the whole test does not
// take the sum of their waits. Each has processes of its own and shares nothing with the others.

#include <functional>
#include <string>
#include <vector>

namespace qrvend::test {

struct Scenario {
    std::string name;
    std::function<void()> run;  ///< throws std::exception where it fails
};

/// Runs all, some at a time, and reports each failure to doctest.
void run_side_by_side(const std::vector<Scenario>& scenarios);

}  // namespace qrvend::test
