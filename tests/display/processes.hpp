#pragma once
// Programs that the tests run: a display server without a monitor, a scanner, a finger.

#include <doctest/doctest.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <optional>
#include <string>
#include <vector>

namespace qrvend::display {

/// A running program; killed at the end of its scope.
class Process {
public:
    /// `output` becomes its standard output, or /dev/null where it is -1.
    Process(std::vector<std::string> command, int output) {
        std::vector<char*> arguments;
        for (std::string& word : command) {
            arguments.push_back(word.data());
        }
        arguments.push_back(nullptr);
        posix_spawn_file_actions_t actions;
        posix_spawn_file_actions_init(&actions);
        if (output >= 0) {
            posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO);
        } else {
            posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
        }
        posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
        const int error = posix_spawnp(&id_, arguments.front(), &actions, nullptr, arguments.data(), environ);
        posix_spawn_file_actions_destroy(&actions);
        REQUIRE_MESSAGE(error == 0, command.front(), " is missing: run script/setup");
    }
    ~Process() { stop(); }
    Process(const Process&) = delete;
    Process& operator=(const Process&) = delete;

    /// Its exit status, once it has ended.
    int wait() {
        int status = -1;
        if (id_ > 0) {
            waitpid(id_, &status, 0);
            id_ = -1;
        }
        return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    }

    void stop() {
        if (id_ > 0) {
            kill(id_, SIGKILL);
            wait();
        }
    }

private:
    pid_t id_ = -1;
};

/// Everything that can be read from `file` until it ends, or, with `one_line`, until the first line does.
inline std::string read_from(int file, bool one_line) {
    std::string text;
    char letter = 0;
    while (read(file, &letter, 1) == 1) {
        if (one_line && letter == '\n') {
            break;
        }
        text += letter;
    }
    return text;
}

/// What the program printed; it must exit with 0, or the text is empty.
inline std::string output_of(std::vector<std::string> command) {
    std::array<int, 2> ends{};
    REQUIRE(pipe2(ends.data(), O_CLOEXEC) == 0);
    Process process{std::move(command), ends[1]};
    close(ends[1]);
    std::string text = read_from(ends[0], false);
    close(ends[0]);
    return process.wait() == 0 ? text : std::string{};
}

/// Xvfb on a number that is free.
class DisplayServer {
public:
    /// `size` such as "1080x1920"; `number` empty for the next that is free.
    explicit DisplayServer(const std::string& size, const std::string& number = {}) {
        std::array<int, 2> ends{};
        REQUIRE(pipe2(ends.data(), O_CLOEXEC) == 0);
        std::vector<std::string> command{"Xvfb"};
        if (!number.empty()) {
            command.push_back(":" + number);
        }
        command.insert(command.end(), {"-displayfd", "1", "-screen", "0", size + "x24", "-nolisten", "tcp"});
        server_.emplace(std::move(command), ends[1]);
        close(ends[1]);
        number_ = read_from(ends[0], true);
        close(ends[0]);
        REQUIRE_FALSE(number_.empty());
        setenv("DISPLAY", name().c_str(), 1);
    }

    std::string name() const { return ":" + number_; }
    const std::string& number() const { return number_; }
    void stop() { server_->stop(); }

private:
    std::optional<Process> server_;
    std::string number_;
};

/// The text of the code in a picture, as a phone would read it; empty where there is none.
inline std::string scanned(const std::string& picture) {
    std::string text = output_of({"zbarimg", "-q", "--raw", "-Sdisable", "-Sqrcode.enable", picture});
    while (!text.empty() && text.back() == '\n') {
        text.pop_back();
    }
    return text;
}

}  // namespace qrvend::display
