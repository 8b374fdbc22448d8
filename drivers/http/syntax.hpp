#pragma once
// The few rules of HTTP's syntax that both ends need (RFC 9110, 5.1, 5.5 and 5.6.2).

#include <string_view>

namespace qrvend::http {

/// Whether `text` may be a method or a header's name.
bool is_token(std::string_view text);

/// Whether `text` may be a header's value: no control character but the tab, so no line end that would begin
/// another.
bool is_field_value(std::string_view text);

/// Whether two header names are the same: case does not matter.
bool equal_names(std::string_view left, std::string_view right);

/// Without spaces and tabs at its ends.
std::string_view trim(std::string_view text);

}  // namespace qrvend::http
