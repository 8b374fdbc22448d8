// qrvend-bench: measures what the performance contract promises. README.md says what each figure is.

#include <sys/vfs.h>

#include <CLI/CLI.hpp>
#include <array>
#include <cstdlib>
#include <exception>
#include <filesystem>
#include <iostream>
#include <string_view>

#include "tests/bench/figure.hpp"

namespace {

using namespace qrvend::bench;

struct Group {
    std::string_view name;
    std::vector<Figure> (*measure)(const Options&);
};

constexpr std::array groups{
    Group{"selection_to_qr", measure_selection},
    Group{"webhook_to_vend", measure_webhook},
    Group{"start_to_ready", measure_start},
    Group{"memory", measure_memory},
    Group{"idle", measure_idle},
    Group{"parts", measure_parts},
    Group{"simulated_sales", measure_simulated_sales},
};

std::vector<std::string> group_names() {
    std::vector<std::string> names;
    for (const Group& group : groups) {
        names.emplace_back(group.name);
    }
    return names;
}

// State directories lie on the disk of the current directory, because a sync to a disk in memory costs nothing.
std::string choose_disk() {
    if (std::getenv("TMPDIR") == nullptr) {
        ::setenv("TMPDIR", std::filesystem::current_path().c_str(), 1);
    }
    const auto folder = std::filesystem::temp_directory_path();
    constexpr long tmpfs_magic = 0x01021994;  // statfs(2)
    struct statfs disk{};
    const bool in_memory = ::statfs(folder.c_str(), &disk) == 0 && disk.f_type == tmpfs_magic;
    return folder.string() + (in_memory ? " (tmpfs: syncs cost nothing here)" : " (on disk)");
}

int measure(const Options& options, const std::vector<std::string>& wanted, bool as_json) {
    int missed = 0;
    for (const Group& group : groups) {
        if (!wanted.empty() && std::ranges::find(wanted, group.name) == wanted.end()) {
            continue;
        }
        for (const Figure& figure : group.measure(options)) {
            std::cout << (as_json ? to_json(figure) : to_line(figure)) << std::endl;
            missed += figure.missed() ? 1 : 0;
        }
    }
    return missed;
}

int parse_and_run(int argc, char** argv) {
    CLI::App cli{"Measures what qrvend's performance contract promises.", "qrvend-bench"};
    Options options;
    std::vector<std::string> wanted;
    bool as_json = false;
    bool strict = false;
    cli.add_option("--figure", wanted, "Only this group of figures; may be repeated")
        ->check(CLI::IsMember(group_names()));
    cli.add_option("--rounds", options.rounds, "Sales, appends, pictures that are measured")
        ->check(CLI::Range(1, 1'000'000))
        ->capture_default_str();
    cli.add_option("--starts", options.starts, "Starts of the daemon that are measured")
        ->check(CLI::Range(1, 10'000))
        ->capture_default_str();
    cli.add_option("--watch", options.watching_time_s, "Seconds for which the idle daemon is watched")
        ->check(CLI::Range(1, 3600))
        ->capture_default_str();
    cli.add_flag("--json", as_json, "One JSON object a line");
    cli.add_flag("--strict", strict, "Exit 1 where a limit is missed");
    CLI11_PARSE(cli, argc, argv);

    const std::string disk = choose_disk();
    if (!as_json) {
        std::cout << "state directories in " << disk << '\n';
    }
    const int missed = measure(options, wanted, as_json);
    return strict && missed > 0 ? 1 : 0;
}

}  // namespace

int main(int argc, char** argv) {
    try {
        return parse_and_run(argc, argv);
    } catch (const std::exception& failure) {
        std::cerr << "qrvend-bench: " << failure.what() << '\n';
        return 2;
    }
}
