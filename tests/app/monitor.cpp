#include "tests/app/monitor.hpp"

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <sstream>
#include <stdexcept>

namespace qrvend::test {

namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

constexpr auto patience = 30s;
constexpr auto between_touches = 1s;

std::string must_run(const std::vector<std::string>& command, const std::string& display = {}) {
    const auto [code, output] = run(command, {{"DISPLAY", display}});
    if (code != 0) {
        throw std::runtime_error(command.front() + " failed:\n" + output);
    }
    return output;
}

std::string content(const Picture& picture) {
    std::ifstream file(picture, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

bool is_number(const std::string& text) {
    return !text.empty() && text.find_first_not_of("0123456789") == std::string::npos;
}

}  // namespace

Monitor::Monitor(int width, int height) : width_(width), height_(height) {
    std::string pattern = (std::filesystem::temp_directory_path() / "qrvend-monitor-XXXXXX").string();
    if (::mkdtemp(pattern.data()) == nullptr) {
        throw std::runtime_error("no temporary folder");
    }
    folder_ = pattern;
    const std::string size = std::to_string(width) + "x" + std::to_string(height) + "x24";
    // The server chooses a number that is free, and says it on a line of its own.
    server_ = std::make_unique<Process>(
        std::vector<std::string>{"Xvfb", "-displayfd", "1", "-screen", "0", size, "-nolisten", "tcp"});
    while (display_.empty()) {
        const auto line = server_->read_line();
        if (!line) {
            throw std::runtime_error("no X server:\n" + server_->output());
        }
        display_ = is_number(*line) ? ":" + *line : std::string{};
    }
}

Monitor::~Monitor() {
    pull_the_plug();
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
}

void Monitor::pull_the_plug() {
    server_->signal(SIGTERM);  // kindly, so that it removes its lock
    server_->wait();
}

Picture Monitor::new_file() {
    return folder_ / (std::to_string(++pictures_) + ".ppm");
}

Picture Monitor::picture() {
    Picture file = new_file();
    must_run({"import", "-window", "root", file.string()}, display_);
    return file;
}

void Monitor::touch(Place place) {
    must_run({"xdotool", "mousemove", std::to_string(width_ * place.across / 1000),
              std::to_string(height_ * place.down / 1000), "click", "1"},
             display_);
}

void Monitor::touch(Place place, Process& program, const std::string& part) {
    for (const auto deadline = Clock::now() + patience; Clock::now() < deadline;) {
        touch(place);
        if (program.read_until(part, between_touches)) {
            return;
        }
    }
    throw std::runtime_error("touched in vain for \"" + part + "\" in:\n" + program.output());
}

template <class Condition>
void Monitor::wait_until(const std::string& what, Condition condition) {
    for (const auto deadline = Clock::now() + patience; Clock::now() < deadline;) {
        const Picture now = picture();
        const bool done = condition(now);
        std::filesystem::remove(now);
        if (done) {
            return;
        }
    }
    throw std::runtime_error("waited in vain for " + what);
}

std::string Monitor::wait_for_code() {
    std::string code;
    wait_until("a code on the screen", [&](const Picture& now) {
        const auto found = codes_in(now);
        code = found.empty() ? std::string{} : found.front();
        return !code.empty();
    });
    return code;
}

void Monitor::wait_until_no_code() {
    wait_until("the code to go", [](const Picture& now) { return codes_in(now).empty(); });
}

void Monitor::wait_until_other_than(const Picture& earlier) {
    const std::string before = content(earlier);
    wait_until("another picture", [&](const Picture& now) { return content(now) != before; });
}

void Monitor::wait_until_as(const Picture& earlier) {
    const std::string before = content(earlier);
    wait_until("the earlier picture", [&](const Picture& now) { return content(now) == before; });
}

Picture Monitor::settled_picture() {
    Picture last = picture();
    wait_until("the picture to settle", [&](const Picture& now) {
        const bool settled = content(now) == content(last);
        std::filesystem::copy_file(now, last, std::filesystem::copy_options::overwrite_existing);
        return settled;
    });
    return last;
}

Picture Monitor::spoilt(const Picture& picture, const std::vector<std::string>& options) {
    Picture file = new_file();
    std::vector<std::string> command{"convert", picture.string()};
    command.insert(command.end(), options.begin(), options.end());
    command.push_back(file.string());
    must_run(command);
    return file;
}

std::vector<std::string> codes_in(const Picture& picture) {
    constexpr int nothing_found = 4;
    const auto [code, output] =
        run({"zbarimg", "--nodbus", "--raw", "--quiet", "-Sdisable", "-Sqrcode.enable", picture.string()});
    if (code != 0 && code != nothing_found) {
        throw std::runtime_error("zbarimg failed:\n" + output);
    }
    std::vector<std::string> codes;
    std::istringstream lines(code == 0 ? output : std::string{});
    for (std::string line; std::getline(lines, line);) {
        codes.push_back(line);
    }
    return codes;
}

}  // namespace qrvend::test
