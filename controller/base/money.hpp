#pragma once
// Money is a count of minor units and an ISO 4217 currency. No floating point comes near it, and amounts of two
// currencies never meet: adding or ordering them is a programmer's error and throws.

#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace qrvend {

/// An ISO 4217 code out of those that the payment systems of qrvend settle in.
class Currency {
public:
    /// The currency of three upper-case letters, or nothing where qrvend does not know it.
    static std::optional<Currency> parse(std::string_view code);

    /// Every code that parse() accepts, for messages that say what is allowed.
    static std::string known_codes();

    std::string_view code() const { return {letters_.data(), letters_.size()}; }

    /// Digits after the decimal separator (ISO 4217, "minor unit").
    int decimals() const;

    bool operator==(const Currency&) const = default;

private:
    constexpr explicit Currency(std::string_view code) : letters_{code[0], code[1], code[2]} {}

    std::array<char, 3> letters_;

    friend struct Currencies;
};

struct Money {
    std::int64_t minor = 0;  ///< minor units: øre, cent
    Currency currency;

    bool operator==(const Money&) const = default;
};

/// Throws std::invalid_argument where the currencies differ, std::overflow_error where the sum does not fit.
Money operator+(Money left, Money right);
Money operator-(Money left, Money right);
std::strong_ordering operator<=>(Money left, Money right);

/// No money at all, in a currency.
inline Money zero(Currency currency) {
    return {.minor = 0, .currency = currency};
}

/// For logs and errors only ("35.00 NOK"); a screen writes prices in its customer's language.
std::string to_string(Money money);

}  // namespace qrvend
