#pragma once
// What the demo prints: one line for each step, with the milliseconds since the customer chose.

#include <ostream>

#include "controller/ports/clock.hpp"
#include "controller/ports/log.hpp"

namespace qrvend::app {

class DemoLog final : public Log {
public:
    /// Entries that matter less than `minimum` are left out. `out` must outlive the log.
    DemoLog(std::ostream& out, LogLevel minimum) : out_(out), minimum_(minimum) {}

    /// From the first call on, lines carry times. `clock` must outlive the log, or stop_clock() be called.
    void use_clock(const Clock& clock) { clock_ = &clock; }
    void stop_clock() { clock_ = nullptr; }

    /// The next line's time is 0.
    void start_timing();

    void write(LogLevel level, std::string_view message, std::initializer_list<LogField> fields) override;

private:
    std::ostream& out_;
    LogLevel minimum_;
    const Clock* clock_ = nullptr;
    MonotonicTime start_{};
};

}  // namespace qrvend::app
