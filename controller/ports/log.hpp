#pragma once
// One line for each change of state, with fields. Secrets, tokens and a payer's data never enter a line.

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>

namespace qrvend {

/// The levels say what has to follow, and carry syslog's numbers (RFC 5424, 6.2.1).
enum class LogLevel : std::uint8_t {
    critical = 2,  ///< selling has stopped until somebody acts
    error = 3,     ///< a promise could not be kept yet; qrvend goes on trying
    warning = 4,   ///< something unusual that qrvend has dealt with
    notice = 5,    ///< a sale began or ended, the machine went in or out of service
    info = 6,      ///< a step of a sale
    debug = 7,     ///< for developers
};

struct LogField {
    std::string_view key;  ///< lower case with underscores: sale, provider, slot, code …
    std::string value;
};

class Log {
public:
    virtual ~Log() = default;
    virtual void write(LogLevel level, std::string_view message, std::initializer_list<LogField> fields = {}) = 0;
};

}  // namespace qrvend
