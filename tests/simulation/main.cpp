// qrvend-simulate: see README.md.

#include <fmt/format.h>

#include <chrono>
#include <cstdlib>

#include "tests/simulation/run.hpp"

using namespace qrvend::simulation;

int main(int argc, char** argv) {
    const auto seed = argc > 1 ? std::strtoull(argv[1], nullptr, 10) : 1;
    const auto seeds = argc > 2 ? std::strtoull(argv[2], nullptr, 10) : 1;
    const bool lines = argc > 3;
    const auto begin = std::chrono::steady_clock::now();
    Tally tally;
    std::size_t faults = 0;
    std::size_t crashes = 0;
    std::size_t bad = 0;
    for (auto s = seed; s < seed + seeds; ++s) {
        const RunResult result = run({.seed = s, .keep = lines ? Story::Keep::lines : Story::Keep::digest});
        tally += result.tally;
        faults += result.struck.size();
        crashes += result.crashes;
        for (const auto& line : result.lines) {
            fmt::print("{:>10.3f} {:<20} {:<20} {}\n", static_cast<double>(line.at.count()) / 1000, line.who,
                       line.what, line.words);
        }
        for (const auto& v : result.violations) {
            fmt::print("seed {} {} | {} | {}\n", s, v.promise, v.who, v.detail);
        }
        bad += result.violations.size();
        if (seeds == 1) {
            fmt::print("digest {:016x} lasted {} h\n", result.digest, result.lasted.count() / 3600000);
        }
    }
    const double took = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
    fmt::print("sold {} not_paid {} returned {} given_away {} listed {} unknown {}\n", tally.sold, tally.not_paid,
               tally.returned, tally.given_away, tally.listed, tally.unknown_vends);
    fmt::print("sales {} faults {} crashes {} violations {} rate {:.0f}/s\n", tally.opened, faults, crashes, bad,
               static_cast<double>(tally.opened) / took);
    return bad > 0 ? 1 : 0;
}
