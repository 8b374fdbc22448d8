#include "config/utf8.hpp"

#include <algorithm>
#include <cstdint>

namespace qrvend::config {

namespace {

constexpr std::size_t longest_quotation = 48;

constexpr bool is_continuation(unsigned char byte) {
    return (byte & 0xc0U) == 0x80U;
}

/// Bytes of the sequence that `lead` begins; 0 where no sequence begins with it.
constexpr std::size_t sequence_length(unsigned char lead) {
    if (lead < 0x80) {
        return 1;
    }
    if (lead >= 0xc2 && lead <= 0xdf) {
        return 2;
    }
    if (lead >= 0xe0 && lead <= 0xef) {
        return 3;
    }
    return lead >= 0xf0 && lead <= 0xf4 ? 4 : 0;
}

/// Whether the second byte keeps the sequence out of the overlong forms, the surrogates and what lies beyond
/// U+10FFFF.
constexpr bool is_second(unsigned char lead, unsigned char second) {
    switch (lead) {
        case 0xe0:
            return second >= 0xa0;
        case 0xed:
            return second <= 0x9f;
        case 0xf0:
            return second >= 0x90;
        case 0xf4:
            return second <= 0x8f;
        default:
            return true;
    }
}

}  // namespace

std::optional<std::size_t> first_non_utf8(std::string_view text) {
    const auto byte = [&](std::size_t at) { return static_cast<unsigned char>(text[at]); };
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t length = sequence_length(byte(at));
        if (length == 0 || at + length > text.size()) {
            return at;
        }
        for (std::size_t next = at + 1; next < at + length; ++next) {
            if (!is_continuation(byte(next)) || (next == at + 1 && !is_second(byte(at), byte(next)))) {
                return at;
            }
        }
        at += length;
    }
    return std::nullopt;
}

std::size_t count_characters(std::string_view text) {
    return static_cast<std::size_t>(
        std::ranges::count_if(text, [](char one) { return !is_continuation(static_cast<unsigned char>(one)); }));
}

bool is_control(char one) {
    return (one >= 0 && one < ' ') || one == '\x7f';
}

std::string printable(std::string_view text) {
    std::string result;
    for (const char one : text) {
        if (!is_continuation(static_cast<unsigned char>(one)) && result.size() >= longest_quotation) {
            return result + "...";
        }
        result += is_control(one) ? '?' : one;
    }
    return result;
}

}  // namespace qrvend::config
