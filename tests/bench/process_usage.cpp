#include "tests/bench/process_usage.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <regex>
#include <stdexcept>
#include <string>
#include <string_view>

namespace qrvend::bench {

namespace {

std::filesystem::path folder_of(pid_t process) {
    return std::filesystem::path("/proc") / std::to_string(process);
}

// The sum of the numbers after the given names, in lines of "name: number".
std::uint64_t sum_of(const std::filesystem::path& file, std::initializer_list<std::string_view> names) {
    std::ifstream lines(file);
    if (!lines) {
        throw std::runtime_error("cannot read " + file.string());
    }
    std::uint64_t sum = 0;
    for (std::string line; std::getline(lines, line);) {
        for (const std::string_view name : names) {
            if (line.starts_with(name) && line.at(name.size()) == ':') {
                sum += std::stoull(line.substr(name.size() + 1));
            }
        }
    }
    return sum;
}

double mebibytes(std::uint64_t kibibytes) {
    return static_cast<double>(kibibytes) / 1024;
}

}  // namespace

Memory memory_of(pid_t process) {
    const auto file = folder_of(process) / "smaps_rollup";
    return {.proportional = mebibytes(sum_of(file, {"Pss"})),
            .own = mebibytes(sum_of(file, {"Private_Clean", "Private_Dirty"}))};
}

void copy_program(pid_t process, const std::filesystem::path& folder) {
    namespace fs = std::filesystem;
    // libfmt.so.9.1.0 is looked for as libfmt.so.9.
    const std::regex library(R"((lib.*\.so(\.[0-9]+)?)[.0-9]*)");
    const std::regex of_the_c_library(R"(lib(c|m|dl|resolv|pthread)\.so\.[0-9]+)");
    fs::create_directories(folder);
    const fs::path program = fs::read_symlink(folder_of(process) / "exe");
    fs::copy_file(program, folder / program.filename(), fs::copy_options::skip_existing);
    std::ifstream maps(folder_of(process) / "maps");
    for (std::string line; std::getline(maps, line);) {
        const fs::path file = line.substr(std::min(line.find('/'), line.size()));
        const std::string name = file.filename().string();
        std::smatch parts;
        if (std::regex_match(name, parts, library) && !std::regex_match(name, of_the_c_library)) {
            fs::copy_file(file, folder / parts[1].str(), fs::copy_options::skip_existing);
        }
    }
}

Activity activity_of(pid_t process) {
    Activity activity;
    for (const auto& thread : std::filesystem::directory_iterator(folder_of(process) / "task")) {
        activity.wakeups +=
            sum_of(thread.path() / "status", {"voluntary_ctxt_switches", "nonvoluntary_ctxt_switches"});
        double nanoseconds = 0;
        std::ifstream(thread.path() / "schedstat") >> nanoseconds;
        activity.cpu_s += nanoseconds / 1e9;
    }
    return activity;
}

}  // namespace qrvend::bench
