#include "tests/bench/statistics.hpp"

#include <algorithm>
#include <cmath>
#include <stdexcept>

namespace qrvend::bench {

double percentile(const std::vector<double>& sorted, double percent) {
    const double share = percent * static_cast<double>(sorted.size()) / 100;
    const auto rank = std::clamp<std::size_t>(static_cast<std::size_t>(std::ceil(share)), 1, sorted.size());
    return sorted[rank - 1];
}

Spread spread_of(std::vector<double> samples) {
    if (samples.empty()) {
        throw std::invalid_argument("no samples");
    }
    std::ranges::sort(samples);
    return {.count = samples.size(),
            .p50 = percentile(samples, 50),
            .p99 = percentile(samples, 99),
            .max = samples.back()};
}

}  // namespace qrvend::bench
