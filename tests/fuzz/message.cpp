#include "tests/fuzz/message.hpp"

#include <algorithm>

#include "drivers/http/syntax.hpp"

namespace qrvend::fuzz {

Split split(std::string_view text, std::string_view separator) {
    const auto at = text.find(separator);
    if (at == std::string_view::npos) {
        return {.before = text, .after = {}};
    }
    return {.before = text.substr(0, at), .after = text.substr(at + separator.size())};
}

Message read_message(std::string_view text) {
    auto [first, rest] = split(text, "\n");
    Message message{.first_line = std::string(first), .headers = {}, .body = {}};
    while (!rest.empty() && !rest.starts_with('\n')) {
        const auto [line, further] = split(rest, "\n");
        const auto [name, value] = split(line, ": ");
        message.headers.push_back({.name = std::string(name), .value = std::string(value)});
        rest = further;
    }
    message.body = rest.substr(rest.empty() ? 0 : 1);
    return message;
}

bool are_sendable(const std::vector<HttpHeader>& headers) {
    return std::ranges::all_of(headers, [](const HttpHeader& header) {
        return http::is_token(header.name) && http::is_field_value(header.value);
    });
}

}  // namespace qrvend::fuzz
