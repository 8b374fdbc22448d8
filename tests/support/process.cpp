#include "tests/support/process.hpp"

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <filesystem>
#include <stdexcept>
#include <thread>

extern char** environ;

namespace qrvend::test {

namespace {

using Clock = std::chrono::steady_clock;

std::vector<std::string> environment(const std::vector<std::pair<std::string, std::string>>& variables) {
    std::vector<std::string> all;
    for (char** entry = environ; *entry != nullptr; ++entry) {
        const std::string text = *entry;
        const std::string name = text.substr(0, text.find('='));
        bool replaced = false;
        for (const auto& [key, value] : variables) {
            replaced = replaced || key == name;
        }
        if (!replaced) {
            all.push_back(text);
        }
    }
    for (const auto& [key, value] : variables) {
        if (!value.empty()) {  // an empty one is left out altogether
            all.push_back(key + "=" + value);
        }
    }
    return all;
}

std::vector<char*> pointers(std::vector<std::string>& texts) {
    std::vector<char*> list;
    for (std::string& text : texts) {
        list.push_back(text.data());
    }
    list.push_back(nullptr);
    return list;
}

}  // namespace

Process::Process(std::vector<std::string> command, std::vector<std::pair<std::string, std::string>> variables) {
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0) {
        throw std::runtime_error(std::string("pipe: ") + std::strerror(errno));
    }
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_adddup2(&actions, ends[1], 1);
    posix_spawn_file_actions_adddup2(&actions, ends[1], 2);
    std::vector<std::string> values = environment(variables);
    const std::lock_guard alone(starting());
    const int error = ::posix_spawnp(&id_, command.front().c_str(), &actions, nullptr, pointers(command).data(),
                                     pointers(values).data());
    posix_spawn_file_actions_destroy(&actions);
    ::close(ends[1]);
    if (error != 0) {
        ::close(ends[0]);
        throw std::runtime_error(command.front() + ": " + std::strerror(error));
    }
    pipe_ = ends[0];
}

Process::Process(Process&& other) noexcept
    : id_(std::exchange(other.id_, -1)),
      pipe_(std::exchange(other.pipe_, -1)),
      pending_(std::move(other.pending_)),
      output_(std::move(other.output_)),
      code_(other.code_) {}

Process::~Process() {
    if (id_ > 0 && !code_) {
        ::kill(id_, SIGKILL);
        int status = 0;
        ::waitpid(id_, &status, 0);
    }
    if (pipe_ >= 0) {
        ::close(pipe_);
    }
}

std::optional<std::string> Process::read_line(std::chrono::milliseconds patience) {
    const auto deadline = Clock::now() + patience;
    while (true) {
        if (const std::size_t end = pending_.find('\n'); end != std::string::npos) {
            std::string line = pending_.substr(0, end);
            pending_.erase(0, end + 1);
            output_ += line + '\n';
            return line;
        }
        const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(deadline - Clock::now());
        pollfd readable{.fd = pipe_, .events = POLLIN, .revents = 0};
        if (left.count() <= 0 || ::poll(&readable, 1, static_cast<int>(left.count())) <= 0) {
            return std::nullopt;
        }
        std::array<char, 4096> buffer{};
        const ssize_t count = ::read(pipe_, buffer.data(), buffer.size());
        if (count <= 0) {
            return std::nullopt;
        }
        pending_.append(buffer.data(), static_cast<std::size_t>(count));
    }
}

std::optional<std::string> Process::read_until(const std::string& part, std::chrono::milliseconds patience) {
    const auto deadline = Clock::now() + patience;
    while (true) {
        const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(deadline - Clock::now());
        auto line = read_line(left);
        if (!line || line->find(part) != std::string::npos) {
            return line;
        }
    }
}

void Process::signal(int number) {
    if (!code_) {
        ::kill(id_, number);
    }
}

std::optional<int> Process::wait(std::chrono::milliseconds patience) {
    const auto deadline = Clock::now() + patience;
    while (!code_) {
        int status = 0;
        const pid_t ended = ::waitpid(id_, &status, WNOHANG);
        if (ended == id_) {
            code_ = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
        } else if (Clock::now() >= deadline) {
            return std::nullopt;
        } else {
            std::this_thread::sleep_for(std::chrono::milliseconds(2));
        }
    }
    return code_;
}

std::mutex& starting() {
    static std::mutex mutex;
    return mutex;
}

std::pair<int, std::string> run(std::vector<std::string> command,
                                std::vector<std::pair<std::string, std::string>> variables,
                                std::chrono::milliseconds patience) {
    Process process(std::move(command), std::move(variables));
    const auto deadline = Clock::now() + patience;
    while (process.read_line(std::chrono::duration_cast<std::chrono::milliseconds>(deadline - Clock::now()))) {
    }
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(deadline - Clock::now());
    const auto code = process.wait(left);
    if (!code) {
        throw std::runtime_error("still running after its time:\n" + process.output());
    }
    return {*code, process.output()};
}

std::string build_directory() {
    return std::filesystem::read_symlink("/proc/self/exe").parent_path().string();
}

}  // namespace qrvend::test
