#include "drivers/vipps/amount.hpp"

#include <cstdint>

namespace qrvend::vipps {

std::optional<Money> read_amount(const json::Value& object, std::string_view key) {
    constexpr std::int64_t most_minor = 1'000'000'000'000;
    const json::Value* member = json::find(object, key);
    if (member == nullptr) {
        return std::nullopt;
    }
    const json::Value* value = json::find(*member, "value");
    // A number and nothing else: a string of digits is not what Vipps writes here.
    const auto minor = value != nullptr && value->is_number_integer() ? json::integer_at(*member, "value")
                                                                      : std::optional<std::int64_t>{};
    const auto currency = Currency::parse(json::string_at(*member, "currency").value_or(""));
    if (!minor || *minor < 0 || *minor > most_minor || !currency) {
        return std::nullopt;
    }
    return Money{.minor = *minor, .currency = *currency};
}

}  // namespace qrvend::vipps
