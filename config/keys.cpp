#include "config/keys.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace qrvend::config {

namespace {

/// "from 1 to 5", "of at least 1", … around a unit that may be empty.
std::string range(const Key& key) {
    if (key.minimum && key.maximum) {
        return *key.minimum == *key.maximum ? fmt::format("{}", *key.minimum)
                                            : fmt::format("{} to {}", *key.minimum, *key.maximum);
    }
    if (key.minimum) {
        return fmt::format("at least {}", *key.minimum);
    }
    return key.maximum ? fmt::format("at most {}", *key.maximum) : "";
}

std::string quoted_choices(const Key& key) {
    std::vector<std::string> quoted;
    for (const std::string_view choice : key.choices) {
        quoted.push_back(fmt::format("\"{}\"", choice));
    }
    return fmt::format("{}", fmt::join(quoted, ", "));
}

std::string allowed_text(const Key& key) {
    if (!key.choices.empty()) {
        return (key.choices.size() > 1 ? "one of " : "") + quoted_choices(key);
    }
    if (!key.pattern_says.empty()) {
        return std::string(key.pattern_says);
    }
    Key bounded = key;
    bounded.maximum = key.maximum.value_or(default_text_maximum);
    return fmt::format("a text of {} characters", range(bounded));
}

std::string with_range(std::string_view what, const Key& key, std::string_view unit) {
    const std::string limits = range(key);
    return limits.empty() ? std::string(what) : fmt::format("{} of {} {}", what, limits, unit);
}

}  // namespace

const Key* Section::find(std::string_view name) const {
    const auto found = std::ranges::find(keys, name, &Key::name);
    return found == keys.end() ? nullptr : &*found;
}

std::string allowed_values(const Key& key) {
    switch (key.type) {
        case Key::Type::text:
            return allowed_text(key);
        case Key::Type::integer: {
            const std::string limits = range(key);
            return limits.empty() ? "a whole number" : "a whole number, " + limits;
        }
        case Key::Type::boolean:
            return "true or false";
        case Key::Type::texts:
            return with_range("a list", key, "different texts") +
                   (key.choices.empty() ? "" : " out of " + quoted_choices(key));
        case Key::Type::file:
            return "the path of a file that can be read";
        case Key::Type::secret:
            return R"({ "file": "path" } or { "credential": "name" })";
        case Key::Type::section:
            return "an object {...}";
        case Key::Type::sections:
            return with_range("a list", key, "objects {...}");
    }
    return {};
}

}  // namespace qrvend::config
