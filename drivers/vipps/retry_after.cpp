#include "drivers/vipps/retry_after.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>

namespace qrvend::vipps {

namespace {

constexpr seconds longest_wait = std::chrono::hours{1};  // the longest that a sale waits between two tries anyway

constexpr std::string_view months = "JanFebMarAprMayJunJulAugSepOctNovDec";

template <class Number>
std::optional<Number> whole_number(std::string_view digits) {
    Number number = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
    if (error != std::errc{} || end != digits.data() + digits.size()) {
        return std::nullopt;
    }
    return number;
}

}  // namespace

std::optional<WallTime> parse_http_date(std::string_view text) {
    // "Sun, 06 Nov 1994 08:49:37 GMT": every field has its place.
    if (text.size() != 29 || text.substr(3, 2) != ", " || text.substr(25) != " GMT" || text[19] != ':' ||
        text[22] != ':') {
        return std::nullopt;
    }
    const auto month = months.find(text.substr(8, 3));
    const auto day = whole_number<unsigned>(text.substr(5, 2));
    const auto year = whole_number<unsigned>(text.substr(12, 4));
    const auto hour = whole_number<unsigned>(text.substr(17, 2));
    const auto minute = whole_number<unsigned>(text.substr(20, 2));
    const auto second = whole_number<unsigned>(text.substr(23, 2));
    if (month == std::string_view::npos || month % 3 != 0 || !day || !year || !hour || !minute || !second ||
        *hour > 23 || *minute > 59 || *second > 60) {
        return std::nullopt;
    }
    const std::chrono::year_month_day date{std::chrono::year{static_cast<int>(*year)},
                                           std::chrono::month{static_cast<unsigned>(month / 3 + 1)},
                                           std::chrono::day{*day}};
    if (!date.ok()) {
        return std::nullopt;
    }
    return std::chrono::sys_days{date} + std::chrono::hours{*hour} + std::chrono::minutes{*minute} +
           seconds{*second};
}

std::optional<seconds> parse_retry_after(std::string_view value, WallTime now) {
    if (const auto count = whole_number<std::uint32_t>(value)) {
        return std::min(seconds{*count}, longest_wait);
    }
    const auto date = parse_http_date(value);
    if (!date) {
        return std::nullopt;
    }
    return std::clamp(std::chrono::ceil<seconds>(*date - now), seconds{0}, longest_wait);
}

}  // namespace qrvend::vipps
