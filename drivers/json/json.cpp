#include "drivers/json/json.hpp"

#include <charconv>
#include <limits>

namespace qrvend::json {

std::optional<Value> parse(std::string_view text) {
    bool too_deep = false;
    const auto limit_depth = [&](int outer, Value::parse_event_t event, const Value&) {
        const bool opens =
            event == Value::parse_event_t::object_start || event == Value::parse_event_t::array_start;
        too_deep = too_deep || (opens && static_cast<std::size_t>(outer) >= max_depth);
        return !too_deep;
    };
    Value value = Value::parse(text.begin(), text.end(), limit_depth, /*allow_exceptions=*/false);
    if (value.is_discarded() || too_deep) {
        return std::nullopt;
    }
    return value;
}

std::string dump(const Value& value) {
    return value.dump(-1, ' ', false, Value::error_handler_t::replace);
}

const Value* find(const Value& value, std::string_view key) {
    if (!value.is_object()) {
        return nullptr;
    }
    const auto found = value.find(key);
    return found == value.end() || found->is_null() ? nullptr : &*found;
}

std::optional<std::string> string_at(const Value& value, std::string_view key) {
    const Value* member = find(value, key);
    if (member == nullptr || !member->is_string()) {
        return std::nullopt;
    }
    return member->get_ref<const std::string&>();
}

std::optional<bool> bool_at(const Value& value, std::string_view key) {
    const Value* member = find(value, key);
    if (member == nullptr || !member->is_boolean()) {
        return std::nullopt;
    }
    return member->get<bool>();
}

std::optional<std::int64_t> integer_at(const Value& value, std::string_view key) {
    const Value* member = find(value, key);
    if (member == nullptr) {
        return std::nullopt;
    }
    if (member->is_number_unsigned() &&
        member->get<std::uint64_t>() > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max())) {
        return std::nullopt;
    }
    if (member->is_number_integer()) {
        return member->get<std::int64_t>();
    }
    if (!member->is_string()) {
        return std::nullopt;
    }
    const auto& digits = member->get_ref<const std::string&>();
    std::int64_t number = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
    if (error != std::errc{} || end != digits.data() + digits.size()) {
        return std::nullopt;
    }
    return number;
}

}  // namespace qrvend::json
