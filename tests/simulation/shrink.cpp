#include "tests/simulation/shrink.hpp"

#include <algorithm>
#include <utility>

namespace qrvend::simulation {

namespace {

class Shrinker {
public:
    Shrinker(RunOptions options, const RunResult& found, std::size_t most_runs)
        : options_(std::move(options)),
          promise_(found.violations.front().promise),
          needed_(found.struck),
          most_runs_(most_runs) {}

    Shrunk shrink() {
        for (std::size_t part = needed_.size() / 2; part > 0;) {
            const bool smaller = leave_out_each(part);
            part = smaller ? std::min(part, needed_.size() / 2) : part / 2;
        }
        options_.keep = Story::Keep::lines;
        return {.result = run_with(needed_), .runs = runs_};
    }

private:
    // True where something could be left out.
    bool leave_out_each(std::size_t part) {
        const std::size_t before = needed_.size();
        for (std::size_t end = needed_.size(); end > 0 && runs_ < most_runs_;) {
            const std::size_t begin = end > part ? end - part : 0;
            auto fewer = needed_;
            fewer.erase(fewer.begin() + static_cast<std::ptrdiff_t>(begin),
                        fewer.begin() + static_cast<std::ptrdiff_t>(end));
            if (breaks_promise(fewer)) {
                needed_ = std::move(fewer);
            }
            end = begin;
        }
        return needed_.size() < before;
    }

    bool breaks_promise(const std::vector<Strike>& strikes) {
        const RunResult result = run_with(strikes);
        return std::ranges::any_of(result.violations,
                                   [&](const Violation& one) { return one.promise == promise_; });
    }

    RunResult run_with(const std::vector<Strike>& strikes) {
        ++runs_;
        options_.only = std::set<Strike>(strikes.begin(), strikes.end());
        return run(options_);
    }

    RunOptions options_;
    std::string promise_;
    std::vector<Strike> needed_;
    std::size_t most_runs_;
    std::size_t runs_ = 0;
};

}  // namespace

Shrunk shrink(const RunOptions& options, const RunResult& found, std::size_t most_runs) {
    return Shrinker(options, found, most_runs).shrink();
}

}  // namespace qrvend::simulation
