#pragma once
// Another program, run as a person would run it: its output read line by line, ended kindly or with kill -9. Every
// wait has a deadline; a process that is still there when its object goes is killed.

#include <sys/types.h>
#include <chrono>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace qrvend::test {

class Process {
public:
    /// Runs `command` (found by PATH where its first word has no slash) with variables added to the environment.
    /// Standard output and standard error come in one stream. Throws std::runtime_error where it cannot be started.
    explicit Process(std::vector<std::string> command,
                     std::vector<std::pair<std::string, std::string>> variables = {});
    ~Process();
    Process(Process&& other) noexcept;
    Process(const Process&) = delete;
    Process& operator=(const Process&) = delete;
    Process& operator=(Process&&) = delete;

    /// The next whole line, or nothing where the output ended or the time is over.
    std::optional<std::string> read_line(std::chrono::milliseconds patience = std::chrono::seconds(30));

    /// Reads on until a line holds `part`, and returns that line.
    std::optional<std::string> read_until(const std::string& part,
                                          std::chrono::milliseconds patience = std::chrono::seconds(30));

    void signal(int number);

    /// Waits for the end. The exit code, 128 and the number where a signal ended it; nothing where the time is
    /// over.
    std::optional<int> wait(std::chrono::milliseconds patience = std::chrono::seconds(30));

    pid_t id() const { return id_; }

    /// All that was read so far.
    const std::string& output() const { return output_; }

private:
    pid_t id_ = -1;
    int pipe_ = -1;
    std::string pending_;
    std::string output_;
    std::optional<int> code_;
};

/// Held while a program is being started: until its exec the child holds copies of every descriptor, sockets too.
std::mutex& starting();

/// Runs a command to its end and returns its exit code and whole output.
std::pair<int, std::string> run(std::vector<std::string> command,
                                std::vector<std::pair<std::string, std::string>> variables = {},
                                std::chrono::milliseconds patience = std::chrono::seconds(60));

/// The folder that holds the built programs: where the running test program stands.
std::string build_directory();

}  // namespace qrvend::test
