#pragma once
// A program in a pseudo-terminal (pty(7)), with somebody who types and reads.

#include <sys/types.h>
#include <string>
#include <vector>

namespace qrvend::test {

class Terminal {
public:
    /// Throws std::runtime_error where it cannot be started.
    explicit Terminal(std::vector<std::string> command);
    ~Terminal();
    Terminal(const Terminal&) = delete;
    Terminal& operator=(const Terminal&) = delete;

    void type(const std::string& keys);

    /// Reads on until `part` comes, and returns all that came since the last call, `part` included. Throws where it
    /// does not come.
    std::string read_until(const std::string& part);

    /// Reads to the program's end, and returns its exit code.
    int wait_for_end();

private:
    bool read_some();

    pid_t id_ = -1;
    int terminal_ = -1;
    std::string text_;
};

/// The picture that a code made of half blocks (light on dark) shows, as a PGM file's bytes; empty where there is
/// none.
std::string picture_of_blocks(const std::string& text);

}  // namespace qrvend::test
