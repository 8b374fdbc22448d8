#include "drivers/vipps/text.hpp"

#include <algorithm>

namespace qrvend::vipps {

namespace {

constexpr std::size_t shortest_description = 3;
constexpr std::size_t longest_description = 100;
constexpr std::string_view any_description = "Vending machine";

bool continues_character(char byte) {
    return (static_cast<unsigned char>(byte) & 0xC0U) == 0x80U;
}

std::size_t characters(std::string_view text) {
    return static_cast<std::size_t>(std::ranges::count_if(text, [](char c) { return !continues_character(c); }));
}

}  // namespace

std::string cut_utf8(std::string_view text, std::size_t most_bytes) {
    if (text.size() <= most_bytes) {
        return std::string(text);
    }
    std::size_t end = most_bytes;
    while (end > 0 && continues_character(text[end])) {
        --end;
    }
    return std::string(text.substr(0, end));
}

std::string payment_description(std::string_view machine, std::string_view product) {
    std::string text(machine);
    if (!text.empty() && !product.empty()) {
        text += ", ";
    }
    text = cut_utf8(text.append(product), longest_description);
    return characters(text) < shortest_description ? std::string(any_description) : text;
}

bool is_reference(std::string_view text) {
    const auto allowed = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-';
    };
    return text.size() >= 8 && text.size() <= 64 && std::ranges::all_of(text, allowed);
}

}  // namespace qrvend::vipps
