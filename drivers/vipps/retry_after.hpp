#pragma once
// The Retry-After header (RFC 9110, 10.2.3): a number of seconds, or a date.

#include <optional>
#include <string_view>

#include "controller/base/time.hpp"

namespace qrvend::vipps {

/// How long the other side asks us to wait, at most an hour, at least nothing. Empty where `value` is neither form.
/// `now` is wall time, because a date can be compared with nothing else.
std::optional<seconds> parse_retry_after(std::string_view value, WallTime now);

/// A date of the form "Sun, 06 Nov 1994 08:49:37 GMT", the only one that may be sent today (RFC 9110, 5.6.7).
std::optional<WallTime> parse_http_date(std::string_view text);

}  // namespace qrvend::vipps
