#include "drivers/system/log.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <ctime>
#include <string>

namespace qrvend {

namespace {

// systemd names the stream as device:inode; a descriptor sent elsewhere since then does not match.
bool goes_to_journal(int descriptor) {
    const char* const stream = std::getenv("JOURNAL_STREAM");
    struct stat status{};
    if (stream == nullptr || fstat(descriptor, &status) != 0) {
        return false;
    }
    return std::to_string(status.st_dev) + ":" + std::to_string(status.st_ino) == stream;
}

std::string_view name_of(LogLevel level) {
    switch (level) {
        case LogLevel::critical:
            return "critical";
        case LogLevel::error:
            return "error";
        case LogLevel::warning:
            return "warning";
        case LogLevel::notice:
            return "notice";
        case LogLevel::info:
            return "info";
        case LogLevel::debug:
            return "debug";
    }
    return "unknown";
}

std::string utc_now() {
    const auto now = std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
    const auto whole = std::chrono::floor<std::chrono::seconds>(now);
    const std::time_t count = std::chrono::system_clock::to_time_t(whole);
    std::tm parts{};
    gmtime_r(&count, &parts);
    std::array<char, 32> text{};
    const auto size = std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%S", &parts);
    const auto fraction = std::to_string(1000 + (now - whole).count());
    return std::string(text.data(), size) + "." + fraction.substr(1) + "Z";
}

// At most `limit` bytes of `text`, not ending inside a UTF-8 sequence.
std::string_view cut(std::string_view text, std::size_t limit) {
    if (text.size() <= limit) {
        return text;
    }
    while (limit > 0 && (static_cast<unsigned char>(text[limit]) & 0xC0U) == 0x80U) {
        --limit;
    }
    return text.substr(0, limit);
}

bool is_control(char byte) {
    const auto value = static_cast<unsigned char>(byte);
    return value < 0x20 || value == 0x7F;
}

void append_escaped(std::string& line, char byte) {
    constexpr std::string_view hex = "0123456789abcdef";
    const auto value = static_cast<unsigned char>(byte);
    switch (byte) {
        case '\n':
            line += "\\n";
            break;
        case '\r':
            line += "\\r";
            break;
        case '\t':
            line += "\\t";
            break;
        default:
            line += "\\x";
            line += hex[value >> 4U];
            line += hex[value & 0xFU];
            break;
    }
}

// `specials` stand behind a backslash.
void append_text(std::string& line, std::string_view text, std::string_view specials) {
    const auto kept = cut(text, StderrLog::max_value_bytes);
    for (const char byte : kept) {
        if (is_control(byte)) {
            append_escaped(line, byte);
            continue;
        }
        if (specials.contains(byte)) {
            line += '\\';
        }
        line += byte;
    }
    if (kept.size() < text.size()) {
        line += "...";
    }
}

void append_field(std::string& line, const LogField& field) {
    line += ' ';
    append_text(line, field.key, "");
    line += '=';
    const bool plain = !field.value.empty() && std::ranges::none_of(field.value, [](char byte) {
        return is_control(byte) || byte == ' ' || byte == '"' || byte == '=' || byte == '\\';
    });
    if (plain) {
        append_text(line, field.value, "");
        return;
    }
    line += '"';
    append_text(line, field.value, "\"\\");
    line += '"';
}

}  // namespace

StderrLog::StderrLog(StderrLogOptions options) : options_(options) {
    using Style = StderrLogOptions::Style;
    if (options_.style == Style::automatic) {
        options_.style = goes_to_journal(options_.descriptor) ? Style::journal : Style::terminal;
    }
}

void StderrLog::write(LogLevel level, std::string_view message, std::initializer_list<LogField> fields) {
    if (level > options_.minimum) {
        return;
    }
    std::string line;
    if (options_.style == StderrLogOptions::Style::journal) {
        line += '<' + std::to_string(static_cast<int>(level)) + '>';
    } else {
        line += utc_now();
        line += ' ';
        line += name_of(level);
        line += ' ';
    }
    append_text(line, message, "");
    for (const auto& field : fields) {
        append_field(line, field);
    }
    line += '\n';
    while (::write(options_.descriptor, line.data(), line.size()) < 0 && errno == EINTR) {
    }
}

}  // namespace qrvend
