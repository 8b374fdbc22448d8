#pragma once
// Mistakes with time.

#include <memory>

#include "tests/simulation/planted.hpp"

namespace qrvend::simulation::planted {

/// Deadlines and durations by the time of day, which somebody may set.
std::unique_ptr<Clock> wall_clock_deadlines(Clock& clock, Soil soil);

}  // namespace qrvend::simulation::planted
