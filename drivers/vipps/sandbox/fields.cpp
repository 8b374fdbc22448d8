#include "drivers/vipps/sandbox/fields.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <limits>
#include <utility>

#include "drivers/vipps/sandbox/text.hpp"

namespace qrvend::vipps::sandbox {

Fields::Fields(const json::Value& object, std::string path, Errors& errors)
    : object_(object), path_(std::move(path)), errors_(errors) {
    if (!object_.is_object()) {
        errors_.push_back({.name = path_.empty() ? "body" : path_, .reason = "must be an object"});
    }
}

void Fields::allow_only(std::initializer_list<std::string_view> names) {
    if (!object_.is_object()) {
        return;
    }
    for (const auto& [name, value] : object_.items()) {
        if (std::ranges::find(names, name) == names.end()) {
            reject(name, "unknown field");
        }
    }
}

std::optional<std::string> Fields::text(std::string_view name, Presence presence, Length length) {
    const json::Value* value = member(name, presence);
    if (value == nullptr) {
        return std::nullopt;
    }
    if (!value->is_string()) {
        reject(name, "must be a string");
        return std::nullopt;
    }
    const auto& text = value->get_ref<const std::string&>();
    const std::size_t characters = count_characters(text);
    if (characters < length.min || characters > length.max) {
        reject(name, fmt::format("must have {} to {} characters", length.min, length.max));
        return std::nullopt;
    }
    return text;
}

std::optional<std::string> Fields::choice(std::string_view name, Presence presence,
                                          std::initializer_list<std::string_view> values) {
    auto chosen = text(name, presence, {.min = 0, .max = std::numeric_limits<std::size_t>::max()});
    if (chosen && std::ranges::find(values, *chosen) == values.end()) {
        reject(name, fmt::format("must be one of {}", fmt::join(values, ", ")));
        return std::nullopt;
    }
    return chosen;
}

std::optional<std::int64_t> Fields::integer(std::string_view name, Presence presence, Range range) {
    const json::Value* value = member(name, presence);
    if (value == nullptr) {
        return std::nullopt;
    }
    const auto number = value->is_number_integer() ? json::integer_at(object_, name) : std::nullopt;
    if (!number || *number < range.min || *number > range.max) {
        reject(name, fmt::format("must be a whole number from {} to {}", range.min, range.max));
        return std::nullopt;
    }
    return number;
}

std::optional<bool> Fields::boolean(std::string_view name) {
    const json::Value* value = member(name, Presence::optional);
    if (value != nullptr && !value->is_boolean()) {
        reject(name, "must be true or false");
    }
    return json::bool_at(object_, name);
}

const json::Value* Fields::object(std::string_view name, Presence presence) {
    const json::Value* value = member(name, presence);
    if (value != nullptr && !value->is_object()) {
        reject(name, "must be an object");
        return nullptr;
    }
    return value;
}

const json::Value* Fields::array(std::string_view name, Presence presence, Length length) {
    const json::Value* value = member(name, presence);
    if (value == nullptr) {
        return nullptr;
    }
    if (!value->is_array() || value->size() < length.min || value->size() > length.max) {
        reject(name, fmt::format("must be an array of {} to {} elements", length.min, length.max));
        return nullptr;
    }
    return value;
}

void Fields::reject(std::string_view name, std::string reason) {
    errors_.push_back({.name = path_of(name), .reason = std::move(reason)});
}

std::string Fields::path_of(std::string_view name) const {
    return path_.empty() ? std::string{name} : fmt::format("{}.{}", path_, name);
}

const json::Value* Fields::member(std::string_view name, Presence presence) {
    const json::Value* value = json::find(object_, name);
    if (value == nullptr && presence == Presence::required && object_.is_object()) {
        reject(name, "is required");
    }
    return value;
}

}  // namespace qrvend::vipps::sandbox
