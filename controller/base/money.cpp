#include "controller/base/money.hpp"

#include <algorithm>
#include <cstdlib>
#include <stdexcept>

namespace qrvend {

struct Currencies {
    struct Entry {
        Currency currency;
        int decimals;
    };

    // The currencies of the payment systems at hand (Vipps MobilePay, Settle, SEQR, Centrapay).
    static constexpr std::array<Entry, 7> all{{
        {.currency = Currency{"NOK"}, .decimals = 2},
        {.currency = Currency{"SEK"}, .decimals = 2},
        {.currency = Currency{"DKK"}, .decimals = 2},
        {.currency = Currency{"EUR"}, .decimals = 2},
        {.currency = Currency{"GBP"}, .decimals = 2},
        {.currency = Currency{"USD"}, .decimals = 2},
        {.currency = Currency{"NZD"}, .decimals = 2},
    }};
};

std::optional<Currency> Currency::parse(std::string_view code) {
    const auto* found =
        std::ranges::find_if(Currencies::all, [&](const auto& entry) { return entry.currency.code() == code; });
    if (found == Currencies::all.end()) {
        return std::nullopt;
    }
    return found->currency;
}

std::string Currency::known_codes() {
    std::string codes;
    for (const auto& entry : Currencies::all) {
        codes += codes.empty() ? "" : ", ";
        codes += entry.currency.code();
    }
    return codes;
}

int Currency::decimals() const {
    const auto* found = std::ranges::find(Currencies::all, *this, &Currencies::Entry::currency);
    return found->decimals;
}

namespace {

void require_same_currency(Money left, Money right) {
    if (left.currency != right.currency) {
        throw std::invalid_argument("amounts of two currencies: " + to_string(left) + " and " + to_string(right));
    }
}

}  // namespace

Money operator+(Money left, Money right) {
    require_same_currency(left, right);
    Money sum{.currency = left.currency};
    if (__builtin_add_overflow(left.minor, right.minor, &sum.minor)) {
        throw std::overflow_error("the sum of two amounts does not fit");
    }
    return sum;
}

Money operator-(Money left, Money right) {
    require_same_currency(left, right);
    Money difference{.currency = left.currency};
    if (__builtin_sub_overflow(left.minor, right.minor, &difference.minor)) {
        throw std::overflow_error("the difference of two amounts does not fit");
    }
    return difference;
}

std::strong_ordering operator<=>(Money left, Money right) {
    require_same_currency(left, right);
    return left.minor <=> right.minor;
}

std::string to_string(Money money) {
    const int decimals = money.currency.decimals();
    std::string digits = std::to_string(money.minor);
    const std::string sign = money.minor < 0 ? "-" : "";
    digits.erase(0, sign.size());
    if (digits.size() <= static_cast<std::size_t>(decimals)) {
        digits.insert(0, static_cast<std::size_t>(decimals) + 1 - digits.size(), '0');
    }
    digits.insert(digits.size() - static_cast<std::size_t>(decimals), ".");
    return sign + digits + " " + std::string(money.currency.code());
}

}  // namespace qrvend
