#pragma once
// An HTTP message as the inputs of the targets have it, so that people and dictionaries can write it: a first line,
// header lines "Name: value", an empty line, the body. Lines end with a line feed and may hold every other byte.

#include <string>
#include <string_view>
#include <vector>

#include "controller/base/http_message.hpp"

namespace qrvend::fuzz {

struct Message {
    std::string first_line;
    std::vector<HttpHeader> headers;
    std::string body;
};

Message read_message(std::string_view text);

/// `text` up to `separator`, and what follows it: all and nothing where there is none.
struct Split {
    std::string_view before;
    std::string_view after;
};
Split split(std::string_view text, std::string_view separator);

/// Whether a server could send these headers, and a client receive them as they were meant.
bool are_sendable(const std::vector<HttpHeader>& headers);

}  // namespace qrvend::fuzz
