#pragma once
// UTF-8 (RFC 3629), as far as a config file needs it: whether a text is, how many characters it has, and how a
// message can quote it.

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace qrvend::config {

/// Where the first byte stands that is not UTF-8; nothing where all of `text` is. Overlong forms, surrogates and
/// characters beyond U+10FFFF are not UTF-8.
std::optional<std::size_t> first_non_utf8(std::string_view text);

/// The number of code points in a text that is UTF-8.
std::size_t count_characters(std::string_view text);

/// U+0000 to U+001F and U+007F.
bool is_control(char one);

/// A text that is UTF-8, fit for a message of one line: at most about fifty bytes, without control characters.
std::string printable(std::string_view text);

}  // namespace qrvend::config
