#include "drivers/vipps/sandbox/text.hpp"

#include <fmt/format.h>
#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <vector>

namespace qrvend::vipps::sandbox {

namespace {

constexpr std::string_view hex_digits = "0123456789abcdef";

std::vector<unsigned char> random_bytes(Random& random, std::size_t count) {
    std::vector<unsigned char> bytes(count);
    random.fill(std::as_writable_bytes(std::span{bytes}));
    return bytes;
}

bool is_digit(char letter) {
    return letter >= '0' && letter <= '9';
}

char ascii_lower(char letter) {
    return letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter - 'A' + 'a') : letter;
}

// Takes exactly `count` digits and then `mark` off the front of `rest`.
std::optional<int> take_number(std::string_view& rest, std::size_t count, std::string_view mark) {
    if (rest.size() < count + mark.size() || !std::ranges::all_of(rest.substr(0, count), is_digit) ||
        rest.substr(count, mark.size()) != mark) {
        return std::nullopt;
    }
    int number = 0;
    std::from_chars(rest.data(), rest.data() + count, number);
    rest.remove_prefix(count + mark.size());
    return number;
}

std::optional<std::chrono::minutes> take_zone(std::string_view rest) {
    if (rest == "Z" || rest == "z") {
        return std::chrono::minutes{0};
    }
    if (rest.size() != 6 || (rest[0] != '+' && rest[0] != '-')) {
        return std::nullopt;
    }
    const int sign = rest[0] == '+' ? 1 : -1;
    rest.remove_prefix(1);
    const auto hours = take_number(rest, 2, ":");
    const auto minutes = hours ? take_number(rest, 2, "") : std::nullopt;
    if (!minutes || *hours > 23 || *minutes > 59) {
        return std::nullopt;
    }
    return sign * (std::chrono::hours{*hours} + std::chrono::minutes{*minutes});
}

std::optional<int> hex_value(char digit) {
    const auto place = hex_digits.find(ascii_lower(digit));
    return place == std::string_view::npos ? std::nullopt : std::optional{static_cast<int>(place)};
}

std::string decode_form(std::string_view text) {
    std::string decoded;
    for (std::size_t at = 0; at < text.size(); ++at) {
        const auto high = text[at] == '%' && at + 2 < text.size() ? hex_value(text[at + 1]) : std::nullopt;
        const auto low = high ? hex_value(text[at + 2]) : std::nullopt;
        if (low) {
            decoded.push_back(static_cast<char>(*high * 16 + *low));
            at += 2;
        } else {
            decoded.push_back(text[at] == '+' ? ' ' : text[at]);
        }
    }
    return decoded;
}

}  // namespace

std::string utc_text(WallTime time) {
    const auto day = std::chrono::floor<std::chrono::days>(time);
    const std::chrono::year_month_day date{day};
    const std::chrono::hh_mm_ss clock{time - day};
    return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z", static_cast<int>(date.year()),
                       static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                       clock.hours().count(), clock.minutes().count(), clock.seconds().count(),
                       clock.subseconds().count());
}

std::string http_date(WallTime time) {
    static constexpr std::array weekdays = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    static constexpr std::array months = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                          "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    const auto day = std::chrono::floor<std::chrono::days>(time);
    const std::chrono::year_month_day date{day};
    const std::chrono::hh_mm_ss clock{time - day};
    return fmt::format("{}, {:02} {} {:04} {:02}:{:02}:{:02} GMT",
                       weekdays.at(std::chrono::weekday{day}.c_encoding()), static_cast<unsigned>(date.day()),
                       months.at(static_cast<unsigned>(date.month()) - 1), static_cast<int>(date.year()),
                       clock.hours().count(), clock.minutes().count(), clock.seconds().count());
}

std::optional<WallTime> parse_utc(std::string_view text) {
    const auto year = take_number(text, 4, "-");
    const auto month = year ? take_number(text, 2, "-") : std::nullopt;
    const auto day = month ? take_number(text, 2, "T") : std::nullopt;
    const auto hour = day ? take_number(text, 2, ":") : std::nullopt;
    const auto minute = hour ? take_number(text, 2, ":") : std::nullopt;
    const auto second = minute ? take_number(text, 2, "") : std::nullopt;
    if (!second || *hour > 23 || *minute > 59 || *second > 60) {
        return std::nullopt;
    }
    if (text.starts_with('.')) {
        const auto end = std::ranges::find_if_not(text.substr(1), is_digit);
        if (end == text.begin() + 1) {
            return std::nullopt;
        }
        text.remove_prefix(static_cast<std::size_t>(end - text.begin()));
    }
    const std::chrono::year_month_day date{std::chrono::year{*year},
                                           std::chrono::month{static_cast<unsigned>(*month)},
                                           std::chrono::day{static_cast<unsigned>(*day)}};
    const auto zone = take_zone(text);
    if (!zone || !date.ok()) {
        return std::nullopt;
    }
    return std::chrono::sys_days{date} + std::chrono::hours{*hour} + std::chrono::minutes{*minute} +
           std::chrono::seconds{*second} - *zone;
}

std::string random_hex(Random& random, std::size_t bytes) {
    std::string text;
    text.reserve(2 * bytes);
    for (const unsigned char byte : random_bytes(random, bytes)) {
        text.push_back(hex_digits[byte / 16U]);
        text.push_back(hex_digits[byte % 16U]);
    }
    return text;
}

std::string random_uuid(Random& random) {
    std::string text = random_hex(random, 16);
    text[12] = '4';
    text[16] = hex_digits[8U + static_cast<std::size_t>(hex_value(text[16]).value_or(0)) % 4U];
    for (const std::size_t dash : {8U, 13U, 18U, 23U}) {
        text.insert(dash, 1, '-');
    }
    return text;
}

std::string random_base64(Random& random, std::size_t bytes) {
    const auto raw = random_bytes(random, bytes);
    std::vector<unsigned char> text(4 * ((bytes + 2) / 3) + 1);
    const int written = EVP_EncodeBlock(text.data(), raw.data(), static_cast<int>(raw.size()));
    return {text.begin(), text.begin() + written};
}

std::string random_name(Random& random, std::size_t count) {
    static constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    static_assert(alphabet.size() == 64);
    std::string text;
    text.reserve(count);
    for (const unsigned char byte : random_bytes(random, count)) {
        text.push_back(alphabet[byte % 64U]);
    }
    return text;
}

std::string escape_html(std::string_view text) {
    std::string safe;
    safe.reserve(text.size());
    for (const char letter : text) {
        switch (letter) {
            case '&':
                safe += "&amp;";
                break;
            case '<':
                safe += "&lt;";
                break;
            case '>':
                safe += "&gt;";
                break;
            case '"':
                safe += "&quot;";
                break;
            case '\'':
                safe += "&#39;";
                break;
            default:
                safe.push_back(letter);
                break;
        }
    }
    return safe;
}

std::string form_value(std::string_view form, std::string_view name) {
    while (!form.empty()) {
        const auto end = std::min(form.find('&'), form.size());
        const auto field = form.substr(0, end);
        const auto equals = std::min(field.find('='), field.size());
        if (decode_form(field.substr(0, equals)) == name) {
            return equals == field.size() ? std::string{} : decode_form(field.substr(equals + 1));
        }
        form.remove_prefix(std::min(end + 1, form.size()));
    }
    return {};
}

std::size_t count_characters(std::string_view text) {
    return static_cast<std::size_t>(
        std::ranges::count_if(text, [](char byte) { return (static_cast<unsigned char>(byte) & 0xC0U) != 0x80U; }));
}

bool equal_ignoring_case(std::string_view left, std::string_view right) {
    return std::ranges::equal(left, right, {}, ascii_lower, ascii_lower);
}

bool is_digits(std::string_view text, std::size_t min, std::size_t max) {
    return text.size() >= min && text.size() <= max && std::ranges::all_of(text, is_digit);
}

}  // namespace qrvend::vipps::sandbox
