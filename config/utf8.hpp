#pragma once
// UTF-8 (RFC 3629), as far as a config file needs it: whether a text is, and how many characters it has.

#include <cstddef>
#include <optional>
#include <string_view>

namespace qrvend::config {

/// Where the first byte stands that is not UTF-8; nothing where all of `text` is. Overlong forms, surrogates and
/// characters beyond U+10FFFF are not UTF-8.
std::optional<std::size_t> first_non_utf8(std::string_view text);

/// The number of code points in a text that is UTF-8.
std::size_t count_characters(std::string_view text);

}  // namespace qrvend::config
