#pragma once
// JSON from outside, read without exceptions. nlohmann's at(), get() and operator[] throw or assert on foreign
// input; everything that reads a provider's answer, a webhook or the journal goes through these few functions
// instead.

#include <cstddef>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>

namespace qrvend::json {

using Value = nlohmann::json;

/// Deeper nesting than this is nobody's honest answer.
inline constexpr std::size_t max_depth = 32;

/// The value of `text`, or nothing where it is not JSON (RFC 8259), is nested too deeply, or is not UTF-8.
std::optional<Value> parse(std::string_view text);

/// The compact text of `value`. Bytes that are not UTF-8 become U+FFFD instead of an exception.
std::string dump(const Value& value);

/// The member `key` of an object; nullptr where `value` is no object or has no such member. A null member counts as
/// absent, as the providers use the two alike.
const Value* find(const Value& value, std::string_view key);

/// A member of the wanted type; nothing where it is absent or of another type.
std::optional<std::string> string_at(const Value& value, std::string_view key);
std::optional<bool> bool_at(const Value& value, std::string_view key);

/// A whole number, also where the other side wrote it as a string of digits ("86398"). Nothing for a fraction or
/// for what does not fit 64 bits.
std::optional<std::int64_t> integer_at(const Value& value, std::string_view key);

}  // namespace qrvend::json
