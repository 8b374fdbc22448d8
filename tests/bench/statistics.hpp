#pragma once
// Figures out of samples. Percentiles are by the nearest rank: a value that was really measured, no interpolation,
// so that the 99th percentile of fewer than 100 samples is their maximum.

#include <cstddef>
#include <vector>

namespace qrvend::bench {

struct Spread {
    std::size_t count = 0;
    double p50 = 0;
    double p99 = 0;
    double max = 0;
};

/// The smallest of `sorted` (ascending, not empty) that at least `percent` (above 0, at most 100) of them do not
/// exceed.
double percentile(const std::vector<double>& sorted, double percent);

/// Throws std::invalid_argument where there are no samples.
Spread spread_of(std::vector<double> samples);

}  // namespace qrvend::bench
