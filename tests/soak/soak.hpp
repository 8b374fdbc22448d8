#pragma once
// One soak: every visit once, sales until all that fills up once is full (the warm-up), then visits as they come,
// with a measurement now and then; at the end, what is left is settled, and everything is judged.

#include <array>
#include <chrono>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "tests/soak/shop.hpp"
#include "tests/soak/visits.hpp"

namespace qrvend::soak {

struct Measurement {
    bool warm = false;   ///< after the warm-up: it counts
    double minutes = 0;  ///< of real time since the beginning
    double hours = 0;    ///< of the soaked programs' time
    std::int64_t sales = 0;
    std::size_t open = 0;
    Footprint footprint;
};

struct Report {
    std::vector<Measurement> measurements;
    std::map<std::string, std::int64_t> log;  ///< how often the daemon said what
    std::vector<std::string> growths;         ///< what was held against what, in words
    std::vector<std::string> complaints;      ///< what grew, which promise was broken; empty: all is well
};

class Soak {
public:
    /// `measured` is called with each measurement.
    Soak(const Options& options, std::function<void(const Measurement&)> measured);

    /// Where it cannot go on, because the daemon has ended for example, the report says so.
    Report run();

    /// What the daemon has said, for one who must find out why.
    const std::string& log() { return shop_.daemon().output(); }

private:
    void warm_up();
    void go_on();
    double progress();
    void pass(const Visit& visit);
    void measure();
    void settle_all();
    void judge_growth();
    void judge_sales();
    double minutes() const;
    double hours() const;

    Options options_;
    std::function<void(const Measurement&)> measured_;
    std::chrono::steady_clock::time_point began_ = std::chrono::steady_clock::now();
    Shop shop_;
    Report report_;
    double next_sandbox_hour_;
    std::int64_t sales_in_books_ = 0;
    bool warm_ = false;
    std::int64_t sales_when_warm_ = 0;
    double minutes_when_warm_ = 0;
};

}  // namespace qrvend::soak
