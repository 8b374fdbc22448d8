#include "controller/base/http_message.hpp"

#include <algorithm>

namespace qrvend {

namespace {

// Not std::tolower: header names are ASCII whatever the locale (RFC 9110 5.1).
char ascii_lower(char letter) {
    return letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter - 'A' + 'a') : letter;
}

}  // namespace

std::string_view header_value(const std::vector<HttpHeader>& headers, std::string_view name) {
    const auto same_name = [&](const HttpHeader& header) {
        return std::ranges::equal(header.name, name, {}, ascii_lower, ascii_lower);
    };
    const auto found = std::ranges::find_if(headers, same_name);
    return found == headers.end() ? std::string_view{} : std::string_view{found->value};
}

}  // namespace qrvend
