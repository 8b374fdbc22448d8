#include "tests/app/terminal.hpp"

#include <poll.h>
#include <pty.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <sstream>
#include <stdexcept>

namespace qrvend::test {

namespace {

constexpr int patience_ms = 30'000;

}  // namespace

Terminal::Terminal(std::vector<std::string> command) {
    std::vector<char*> words;
    for (std::string& word : command) {
        words.push_back(word.data());
    }
    words.push_back(nullptr);
    const winsize size{.ws_row = 60, .ws_col = 120, .ws_xpixel = 0, .ws_ypixel = 0};
    id_ = ::forkpty(&terminal_, nullptr, nullptr, &size);
    if (id_ < 0) {
        throw std::runtime_error(std::string("forkpty: ") + std::strerror(errno));
    }
    if (id_ == 0) {
        ::execvp(words.front(), words.data());
        ::_exit(127);
    }
}

Terminal::~Terminal() {
    if (id_ > 0) {
        ::kill(id_, SIGKILL);
        ::waitpid(id_, nullptr, 0);
    }
    ::close(terminal_);
}

void Terminal::type(const std::string& keys) {
    if (::write(terminal_, keys.data(), keys.size()) != static_cast<ssize_t>(keys.size())) {
        throw std::runtime_error(std::string("the terminal takes no keys: ") + std::strerror(errno));
    }
}

// False at the program's end, which a terminal reports as EIO.
bool Terminal::read_some() {
    pollfd readable{.fd = terminal_, .events = POLLIN, .revents = 0};
    if (::poll(&readable, 1, patience_ms) <= 0) {
        throw std::runtime_error("the terminal is silent after:\n" + text_);
    }
    std::array<char, 4096> buffer{};
    const ssize_t count = ::read(terminal_, buffer.data(), buffer.size());
    if (count <= 0) {
        return false;
    }
    text_.append(buffer.data(), static_cast<std::size_t>(count));
    return true;
}

std::string Terminal::read_until(const std::string& part) {
    std::size_t at = text_.find(part);
    while (at == std::string::npos) {
        if (!read_some()) {
            throw std::runtime_error("ended before \"" + part + "\":\n" + text_);
        }
        at = text_.find(part);
    }
    const std::string text = text_.substr(0, at + part.size());
    text_.erase(0, text.size());
    return text;
}

int Terminal::wait_for_end() {
    while (read_some()) {
    }
    int status = 0;
    ::waitpid(id_, &status, 0);
    id_ = -1;
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

std::string picture_of_blocks(const std::string& text) {
    constexpr std::size_t scale = 8;
    std::vector<std::string> rows;  // of pixels, one byte each
    std::istringstream lines(text);
    for (std::string line; std::getline(lines, line);) {
        std::string upper;
        std::string lower;
        const auto add = [&](bool light_above, bool light_below) {
            upper.append(scale, light_above ? '\xff' : '\0');
            lower.append(scale, light_below ? '\xff' : '\0');
        };
        bool blocks = line.contains("█");
        for (std::size_t at = 0; blocks && at < line.size();) {
            const std::string_view rest = std::string_view(line).substr(at);
            if (rest.starts_with("\x1b[")) {
                at += rest.find('m') + 1;
            } else if (rest.starts_with("█") || rest.starts_with("▀") || rest.starts_with("▄")) {
                add(!rest.starts_with("▄"), !rest.starts_with("▀"));
                at += std::string_view("█").size();
            } else if (rest.front() == ' ') {
                add(false, false);
                ++at;
            } else {
                blocks = rest == "\r";
                ++at;
            }
        }
        if (blocks) {
            rows.insert(rows.end(), scale, upper);
            rows.insert(rows.end(), scale, lower);
        }
    }
    if (rows.empty()) {
        return {};
    }
    std::string picture =
        "P5\n" + std::to_string(rows.front().size()) + " " + std::to_string(rows.size()) + "\n255\n";
    for (const std::string& row : rows) {
        picture += row;
    }
    return picture;
}

}  // namespace qrvend::test
