#pragma once
// Small texts that the sandbox reads and writes: times, random names, HTML, form fields.

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "controller/base/time.hpp"
#include "controller/ports/random.hpp"

namespace qrvend::vipps::sandbox {

/// RFC 3339 in UTC with milliseconds: "2026-01-19T16:26:32.099Z".
std::string utc_text(WallTime time);

/// The date of an HTTP header (RFC 9110, 5.6.7): "Thu, 30 Mar 2023 08:38:32 GMT".
std::string http_date(WallTime time);

/// A time of RFC 3339 with its zone; nothing where it is malformed or names no zone.
std::optional<WallTime> parse_utc(std::string_view text);

/// A random UUID (RFC 9562, version 4).
std::string random_uuid(Random& random);

/// `bytes` random bytes in hexadecimal.
std::string random_hex(Random& random, std::size_t bytes);

/// `bytes` random bytes in base64 with padding, as webhook secrets look.
std::string random_base64(Random& random, std::size_t bytes);

/// `count` random letters and digits that may stand in a URL.
std::string random_name(Random& random, std::size_t count);

/// `text` as it may stand between tags and in quoted attributes.
std::string escape_html(std::string_view text);

/// The decoded value of one field of an application/x-www-form-urlencoded text or query; empty where it is absent.
std::string form_value(std::string_view form, std::string_view name);

/// Characters of a UTF-8 text.
std::size_t count_characters(std::string_view text);

bool equal_ignoring_case(std::string_view left, std::string_view right);
bool is_digits(std::string_view text, std::size_t min, std::size_t max);

}  // namespace qrvend::vipps::sandbox
