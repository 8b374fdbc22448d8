#pragma once
// What the benchmark measures and how it says so: one line for each figure, with the limit of the performance
// contract where it names one.

#include <optional>
#include <string>
#include <vector>

#include "tests/bench/statistics.hpp"

namespace qrvend::bench {

struct Figure {
    std::string name;  ///< ends in its unit: _ms, _us, _mib, _per_s, _percent
    double value = 0;  ///< what is held against the limit: of a spread the 99th percentile
    std::optional<Spread> spread{};
    std::optional<double> limit{};  ///< at most; nothing: for information
    std::string note{};             ///< how it was measured, where that is not always the same

    bool missed() const { return limit && value > *limit; }
};

/// A figure of many samples.
Figure figure_of(std::string name, std::vector<double> samples, std::optional<double> limit = std::nullopt,
                 std::string note = {});

/// "name  p50 1.00  p99 2.00  max 3.00  (n 200)  limit 40  ok  (note)"
std::string to_line(const Figure& figure);

/// The same as one JSON object on one line.
std::string to_json(const Figure& figure);

/// How much is to be measured, and where.
struct Options {
    int rounds = 200;          ///< sales, and whatever else is repeated
    int starts = 20;           ///< of the daemon
    int watching_time_s = 20;  ///< of the idle daemon
};

// One function for each group of figures. They throw std::runtime_error where something is not as it has to be for
// a measurement.
std::vector<Figure> measure_selection(const Options& options);
std::vector<Figure> measure_webhook(const Options& options);
std::vector<Figure> measure_start(const Options& options);
std::vector<Figure> measure_memory(const Options& options);
std::vector<Figure> measure_idle(const Options& options);
std::vector<Figure> measure_parts(const Options& options);
std::vector<Figure> measure_simulated_sales(const Options& options);

}  // namespace qrvend::bench
