#pragma once
// Cuts what comes over a serial line into text lines. They end with CR, LF or both; empty ones are passed over, and
// so is one that is longer than any adapter writes, with all of its bytes.

#include <deque>
#include <optional>
#include <string>
#include <string_view>

namespace qrvend::mdb {

class Lines {
public:
    static constexpr std::size_t longest = 256;

    void take(std::string_view bytes);

    /// The next whole line, without its end.
    std::optional<std::string> next();

    /// The line was interrupted: its first half is worth nothing.
    void clear();

private:
    void end_line();

    std::string half_;
    bool too_long_ = false;
    std::deque<std::string> whole_;
};

}  // namespace qrvend::mdb
