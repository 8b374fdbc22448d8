// qrvend-simulate: sells in simulated worlds until something goes wrong that must not. What it promises and how to
// read what it prints: README.md.

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <chrono>
#include <cstdio>
#include <exception>
#include <random>

#include "tests/simulation/report.hpp"
#include "tests/simulation/run.hpp"
#include "tests/simulation/shrink.hpp"

namespace {

using namespace qrvend::simulation;

constexpr std::size_t most_violations_named = 20;

struct Wishes {
    std::uint64_t seed = 0;
    std::uint64_t sales = 10'000;
    std::uint64_t runs = 0;  ///< 0: as many as the sales need
    std::size_t customers = RunOptions{}.customers;
    std::string provider = RunOptions{}.provider;
    std::string machine = "simulated";
    std::string bug;
    bool story = false;
    bool list = false;
};

/// What all runs add up to.
struct Sum {
    std::uint64_t runs = 0;
    Tally tally;
    std::size_t faults = 0;
    std::size_t crashes = 0;
    std::size_t violations = 0;
    std::uint64_t digest = 0;
};

std::size_t faults_of(const RunResult& result) {
    return static_cast<std::size_t>(std::ranges::count_if(
        result.struck, [](const Strike& strike) { return strike.trouble != Trouble::customer_comes; }));
}

// The first violation is explained, some more are named, all are counted.
void report(const RunOptions& options, const RunResult& result, std::size_t before) {
    if (result.violations.empty()) {
        return;
    }
    if (before == 0) {
        fmt::print("{}\n", explain(options, result, shrink(options, result)));
    }
    for (const Violation& violation : result.violations) {
        if (before++ < most_violations_named) {
            fmt::print("seed {}: {}: {} {}\n", options.seed, violation.promise, violation.who, violation.detail);
        }
    }
    std::fflush(stdout);
}

Sum simulate(const Wishes& wishes) {
    RunOptions options{.seed = wishes.seed,
                       .provider = wishes.provider,
                       .customers = wishes.customers,
                       .bug = wishes.bug.empty() ? nullptr : find_bug(wishes.bug)};
    options.keep = wishes.story ? Story::Keep::lines : Story::Keep::digest;
    Sum sum;
    while (wishes.runs > 0 ? sum.runs < wishes.runs : sum.tally.opened < wishes.sales) {
        const RunResult result = run(options);
        if (wishes.story) {
            fmt::print("{}", whole_story(result));
        }
        report(options, result, sum.violations);
        ++sum.runs;
        sum.tally += result.tally;
        sum.faults += faults_of(result);
        sum.crashes += result.crashes;
        sum.violations += result.violations.size();
        sum.digest = mix(sum.digest ^ result.digest, options.seed);
        ++options.seed;
    }
    return sum;
}

int print_bugs() {
    for (const Bug& bug : bugs()) {
        fmt::print("{:<36} {}\n", bug.name, bug.breaks);
    }
    return 0;
}

int simulate_and_print(const Wishes& wishes) {
    fmt::print("seed {}\n", wishes.seed);
    std::fflush(stdout);
    const auto begin = std::chrono::steady_clock::now();
    const Sum sum = simulate(wishes);
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
    const Tally& tally = sum.tally;
    fmt::print("runs {} in {:.1f} s, digest {:016x}\n", sum.runs, took.count(), sum.digest);
    fmt::print("sold {}, not paid {}, returned {}, given away {}, listed {}, vends unknown {}\n", tally.sold,
               tally.not_paid, tally.returned, tally.given_away, tally.listed, tally.unknown_vends);
    fmt::print("sales {} faults {} crashes {} violations {} rate {:.0f}/s\n", tally.opened, sum.faults, sum.crashes,
               sum.violations, static_cast<double>(tally.opened) / took.count());
    return sum.violations > 0 ? 1 : 0;
}

std::string known_bug(const std::string& name) {
    return find_bug(name) != nullptr ? std::string{}
                                     : "no bug is called " + name + "; --list-breaks names them all";
}

int parse_and_run(int argc, char** argv) {
    Wishes wishes{.seed = std::random_device{}()};
    CLI::App cli{"Sells in simulated worlds until a promise is broken.", "qrvend-simulate"};
    cli.add_option("--seed", wishes.seed, "The first run's seed, the next has the next; default: a new one");
    auto* sales = cli.add_option("--sales", wishes.sales, "Go on until so many sales were begun")
                      ->check(CLI::PositiveNumber)
                      ->capture_default_str();
    cli.add_option("--runs", wishes.runs, "Or for so many runs")->check(CLI::PositiveNumber)->excludes(sales);
    cli.add_option("--customers", wishes.customers, "In each run")
        ->check(CLI::Range(1, 10'000))
        ->capture_default_str();
    cli.add_option("--provider", wishes.provider, "The payment system")
        ->check(CLI::IsMember({"vipps"}))
        ->capture_default_str();
    cli.add_option("--machine", wishes.machine, "The machine")
        ->check(CLI::IsMember({"simulated"}))
        ->capture_default_str();
    cli.add_option("--break", wishes.bug, "Plant a bug, which must be found")->check(known_bug);
    cli.add_flag("--list-breaks", wishes.list, "Name the bugs that can be planted");
    cli.add_flag("--story", wishes.story, "Tell everything that happens");
    CLI11_PARSE(cli, argc, argv);
    return wishes.list ? print_bugs() : simulate_and_print(wishes);
}

}  // namespace

int main(int argc, char** argv) {
    try {
        return parse_and_run(argc, argv);
    } catch (const std::exception& failure) {
        fmt::print(stderr, "qrvend-simulate: {}\n", failure.what());
        return 2;
    }
}
