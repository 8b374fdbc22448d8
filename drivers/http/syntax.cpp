#include "drivers/http/syntax.hpp"

#include <algorithm>

namespace qrvend::http {

namespace {

bool is_letter_or_digit(char byte) {
    return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') || (byte >= '0' && byte <= '9');
}

char lower(char byte) {
    return byte >= 'A' && byte <= 'Z' ? static_cast<char>(byte - 'A' + 'a') : byte;
}

bool is_blank(char byte) {
    return byte == ' ' || byte == '\t';
}

}  // namespace

bool is_token(std::string_view text) {
    return !text.empty() && std::ranges::all_of(text, [](char byte) {
        return is_letter_or_digit(byte) || std::string_view("!#$%&'*+-.^_`|~").contains(byte);
    });
}

bool is_field_value(std::string_view text) {
    return std::ranges::none_of(text, [](char byte) {
        const auto value = static_cast<unsigned char>(byte);
        return (value < 0x20 && byte != '\t') || value == 0x7F;
    });
}

bool equal_names(std::string_view left, std::string_view right) {
    return std::ranges::equal(left, right, {}, lower, lower);
}

std::string_view trim(std::string_view text) {
    while (!text.empty() && is_blank(text.front())) {
        text.remove_prefix(1);
    }
    while (!text.empty() && is_blank(text.back())) {
        text.remove_suffix(1);
    }
    return text;
}

}  // namespace qrvend::http
