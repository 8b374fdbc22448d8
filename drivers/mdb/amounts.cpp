#include "drivers/mdb/amounts.hpp"

#include <limits>

namespace qrvend::mdb {

namespace {

// What one wire unit is worth, as a fraction of minor units.
struct Worth {
    std::int64_t minor = 1;
    std::int64_t per = 1;
};

constexpr int most_decimal_places = 9;  // so that no product below overflows

std::int64_t power_of_ten(int exponent) {
    std::int64_t power = 1;
    for (int i = 0; i < exponent; ++i) {
        power *= 10;
    }
    return power;
}

std::optional<Worth> worth_of(const Units& units) {
    if (units.scale_factor == 0 || units.decimal_places > most_decimal_places) {
        return std::nullopt;
    }
    return Worth{.minor = units.scale_factor * power_of_ten(units.currency.decimals()),
                 .per = power_of_ten(units.decimal_places)};
}

}  // namespace

std::uint32_t unknown_amount(Width width) {
    return width == Width::wide ? std::numeric_limits<std::uint32_t>::max()
                                : std::numeric_limits<std::uint16_t>::max();
}

std::optional<Money> to_money(std::uint32_t wire, Width width, const Units& units) {
    const auto worth = worth_of(units);
    if (!worth || wire >= unknown_amount(width)) {
        return std::nullopt;
    }
    const std::int64_t parts = wire * worth->minor;
    if (parts % worth->per != 0) {
        return std::nullopt;
    }
    return Money{.minor = parts / worth->per, .currency = units.currency};
}

std::optional<std::uint32_t> to_wire(Money amount, Width width, const Units& units) {
    const auto worth = worth_of(units);
    std::int64_t parts = 0;
    if (!worth || amount.currency != units.currency || amount.minor < 0 ||
        __builtin_mul_overflow(amount.minor, worth->per, &parts) || parts % worth->minor != 0) {
        return std::nullopt;
    }
    const std::int64_t wire = parts / worth->minor;
    if (wire >= unknown_amount(width)) {
        return std::nullopt;
    }
    return static_cast<std::uint32_t>(wire);
}

}  // namespace qrvend::mdb
