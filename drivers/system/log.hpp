#pragma once
// Log lines on standard error: the message, then key=value fields, quoted where they need it (logfmt). An entry is
// always one line and one write(2), whatever a value holds. Under systemd a line begins with the level as journald
// reads it, "<6>" (sd-daemon(3)), and leaves the time to the journal; elsewhere with UTC time and the level's name.

#include <initializer_list>
#include <string_view>

#include "controller/ports/log.hpp"

namespace qrvend {

struct StderrLogOptions {
    enum class Style : std::uint8_t {
        automatic,  ///< `journal` where JOURNAL_STREAM names the descriptor (systemd.exec(5)), else `terminal`
        journal,
        terminal,
    };
    LogLevel minimum = LogLevel::info;  ///< entries that matter less are dropped
    Style style = Style::automatic;
    int descriptor = 2;  ///< where to write; not closed
};

class StderrLog : public Log {
public:
    /// A longer value or message is cut here and ends in "...".
    static constexpr std::size_t max_value_bytes = 2048;

    explicit StderrLog(StderrLogOptions options = {});

    /// A line that cannot be written is lost: logging never stops a sale.
    void write(LogLevel level, std::string_view message, std::initializer_list<LogField> fields = {}) override;

private:
    StderrLogOptions options_;
};

}  // namespace qrvend
