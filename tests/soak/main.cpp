// qrvend-soak: the real daemon and the real sandbox, with a clock that runs faster. README.md says what is
// promised.

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <exception>
#include <fstream>
#include <iostream>
#include <random>

#include "tests/soak/soak.hpp"

namespace {

using namespace qrvend::soak;

constexpr const char* log_file = "soak.log";

void print_head() {
    fmt::print("{:>7} {:>7} {:>7} {:>5} {:>8} {:>7} {:>7} {:>4} {:>7} {:>7} {:>6}\n", "minute", "hour", "sales",
               "open", "heap KiB", "own KiB", "PSS KiB", "fds", "threads", "journal", "WAL");
}

void print(const Measurement& measurement) {
    const Footprint& now = measurement.footprint;
    fmt::print("{:>7.1f} {:>7.1f} {:>7} {:>5} {:>8.1f} {:>7} {:>7} {:>4} {:>7} {:>7} {:>6}{}\n",
               measurement.minutes, measurement.hours, measurement.sales, measurement.open,
               static_cast<double>(now.heap_bytes) / 1024, now.own_kib, now.pss_kib, now.descriptors, now.threads,
               now.journal_kib, now.wal_kib, measurement.warm ? "" : "  warming up");
    std::fflush(stdout);
}

void print_counts(const Report& report) {
    for (const auto& [what, count] : report.log) {
        fmt::print("{:>7} {}\n", count, what);
    }
}

void print_end(const Report& report) {
    const Measurement last = report.measurements.empty() ? Measurement{} : report.measurements.back();
    for (const std::string& growth : report.growths) {
        fmt::print("{}\n", growth);
    }
    for (const std::string& complaint : report.complaints) {
        fmt::print("soak: {}\n", complaint);
    }
    fmt::print("soak: sales {} hours {:.1f} heap {} own {} pss {} fds {} threads {} journal {} wal {} result {}\n",
               last.sales, last.hours, last.footprint.heap_bytes / 1024, last.footprint.own_kib,
               last.footprint.pss_kib, last.footprint.descriptors, last.footprint.threads,
               last.footprint.journal_kib, last.footprint.wal_kib, report.complaints.empty() ? "ok" : "FAILED");
}

std::vector<std::string> visit_names() {
    std::vector<std::string> names;
    for (const Visit& visit : all_visits()) {
        names.emplace_back(visit.name);
    }
    return names;
}

int run(const Options& options, bool counts) {
    fmt::print("seed {}, time {} times as fast\n", options.seed, options.speed);
    print_head();
    Soak soak(options, print);
    const Report report = soak.run();
    if (counts) {
        print_counts(report);
    }
    print_end(report);
    if (report.complaints.empty()) {
        return 0;
    }
    std::ofstream(log_file) << soak.log();
    fmt::print("soak: what the daemon said is in {}\n", log_file);
    return 1;
}

int parse_and_run(int argc, char** argv) {
    CLI::App cli{"Sells for days in minutes, and looks for what grows.", "qrvend-soak"};
    Options options{.seed = std::random_device{}()};
    bool counts = false;
    cli.add_option("--minutes", options.minutes, "Real time after the warm-up")
        ->check(CLI::Range(0.1, 10'000.0))
        ->capture_default_str();
    cli.add_option("--sales", options.sales, "Ends after so many sales instead")->check(CLI::Range(50, 10'000'000));
    cli.add_option("--speed", options.speed, "How many times faster the clock runs")
        ->check(CLI::Range(1, 1000))
        ->capture_default_str();
    cli.add_option("--seed", options.seed, "Who comes, and when; drawn where it is not given");
    cli.add_option("--visit", options.visit, "Only visits of this name, to find which of them leaks")
        ->check(CLI::IsMember(visit_names()));
    cli.add_flag("--screen", options.screen, "With a screen, on an X server in memory (Xvfb)");
    cli.add_flag("--counts", counts, "At the end, how often the daemon said what");
    CLI11_PARSE(cli, argc, argv);
    return run(options, counts);
}

}  // namespace

int main(int argc, char** argv) {
    try {
        return parse_and_run(argc, argv);
    } catch (const std::exception& failure) {
        std::cerr << "qrvend-soak: " << failure.what() << '\n';
        return 2;
    }
}
