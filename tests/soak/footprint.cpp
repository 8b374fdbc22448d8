#include "tests/soak/footprint.hpp"

#include <cmath>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string>
#include <string_view>

#include "tests/bench/process_usage.hpp"

namespace qrvend::soak {

namespace {

namespace fs = std::filesystem;

std::int64_t entries_of(const fs::path& folder) {
    return std::distance(fs::directory_iterator(folder), fs::directory_iterator{});
}

// "RssAnon:       4932 kB"
std::int64_t anonymous_kib(const fs::path& status) {
    constexpr std::string_view name = "RssAnon:";
    std::ifstream lines(status);
    for (std::string line; std::getline(lines, line);) {
        if (line.starts_with(name)) {
            return std::stoll(line.substr(name.size()));
        }
    }
    throw std::runtime_error("no RssAnon in " + status.string());
}

std::int64_t kibibytes_of(const fs::path& file) {
    std::error_code missing;
    const auto bytes = fs::file_size(file, missing);
    return missing ? 0 : static_cast<std::int64_t>(bytes / 1024);
}

}  // namespace

Footprint footprint_of(pid_t process, const fs::path& state_directory) {
    const fs::path folder = fs::path("/proc") / std::to_string(process);
    constexpr double kibibytes = 1024;
    return {.own_kib = anonymous_kib(folder / "status"),
            .pss_kib = std::lround(bench::memory_of(process).proportional * kibibytes),
            .descriptors = entries_of(folder / "fd"),
            .threads = entries_of(folder / "task"),
            .journal_kib = kibibytes_of(state_directory / "journal.db"),
            .wal_kib = kibibytes_of(state_directory / "journal.db-wal"),
            .files = entries_of(state_directory)};
}

}  // namespace qrvend::soak
