#pragma once
// A log that keeps its lines: "message key=value key=value".

#include <algorithm>
#include <string>
#include <vector>

#include "controller/ports/log.hpp"

namespace qrvend::test {

class RecordingLog final : public Log {
public:
    struct Line {
        LogLevel level;
        std::string text;
    };

    void write(LogLevel level, std::string_view message, std::initializer_list<LogField> fields) override {
        std::string text(message);
        for (const LogField& field : fields) {
            text.append(" ").append(field.key).append("=").append(field.value);
        }
        lines_.push_back({.level = level, .text = std::move(text)});
    }

    const std::vector<Line>& lines() const { return lines_; }

    std::ptrdiff_t count(std::string_view part) const {
        return std::ranges::count_if(lines_, [&](const Line& line) { return line.text.contains(part); });
    }
    bool has(std::string_view part) const { return count(part) > 0; }

private:
    std::vector<Line> lines_;
};

}  // namespace qrvend::test
