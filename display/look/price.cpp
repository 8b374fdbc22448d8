#include "display/look/price.hpp"

#include <fmt/format.h>

#include <string_view>

namespace qrvend::display {

namespace {

constexpr std::string_view no_break = "\u00a0";

/// How a language writes a number.
struct NumberForm {
    std::string_view thousands;
    std::string_view decimal;
};

NumberForm number_form(Language language) {
    switch (language) {
        case Language::nb:
        case Language::sv:
        case Language::fi:
            return {.thousands = no_break, .decimal = ","};
        case Language::da:
            return {.thousands = ".", .decimal = ","};
        case Language::en:
            break;
    }
    return {.thousands = ",", .decimal = "."};
}

std::string_view sign_of(std::string_view code) {
    if (code == "EUR") {
        return "€";
    }
    if (code == "GBP") {
        return "£";
    }
    return code == "USD" || code == "NZD" ? "$" : "";
}

std::string grouped(std::uint64_t number, std::string_view separator) {
    const std::string digits = std::to_string(number);
    std::string text;
    for (std::size_t i = 0; i < digits.size(); ++i) {
        if (i > 0 && (digits.size() - i) % 3 == 0) {
            text += separator;
        }
        text += digits[i];
    }
    return text;
}

/// The amount cut at the decimal separator.
struct Parts {
    bool negative;
    std::uint64_t whole;
    std::uint64_t rest;
    int decimals;
};

Parts parts_of(Money money) {
    const bool negative = money.minor < 0;
    const std::uint64_t minor = negative ? 0 - static_cast<std::uint64_t>(money.minor)  // also right for the lowest
                                         : static_cast<std::uint64_t>(money.minor);
    const int decimals = money.currency.decimals();
    std::uint64_t unit = 1;
    for (int i = 0; i < decimals; ++i) {
        unit *= 10;
    }
    return {.negative = negative, .whole = minor / unit, .rest = minor % unit, .decimals = decimals};
}

std::string number(const Parts& parts, NumberForm form) {
    std::string text = grouped(parts.whole, form.thousands);
    if (parts.decimals > 0) {
        text += fmt::format("{}{:0{}}", form.decimal, parts.rest, parts.decimals);
    }
    return text;
}

std::string swedish_kronor(const Parts& parts) {
    if (parts.rest == 0) {
        return grouped(parts.whole, no_break) + "\u00a0kr";
    }
    return number(parts, {.thousands = no_break, .decimal = ":"}) + "\u00a0kr";
}

std::string unsigned_price(const Parts& parts, std::string_view code, Language language) {
    const std::string plain = number(parts, number_form(language));
    const std::string_view sign = sign_of(code);
    if (language == Language::en) {
        return sign.empty() ? fmt::format("{}{}{}", code, no_break, plain) : fmt::format("{}{}", sign, plain);
    }
    if (language == Language::nb) {
        return fmt::format("{}{}{}", code == "NOK" ? "kr" : sign.empty() ? code : sign, no_break, plain);
    }
    if (language == Language::sv && code == "SEK") {
        return swedish_kronor(parts);
    }
    if (language == Language::da && code == "DKK") {
        return fmt::format("{}{}kr.", plain, no_break);
    }
    return fmt::format("{}{}{}", plain, no_break, sign.empty() ? code : sign);
}

}  // namespace

std::string price(Money money, Language language) {
    const Parts parts = parts_of(money);
    const std::string text = unsigned_price(parts, money.currency.code(), language);
    return parts.negative ? "\u2212" + text : text;
}

}  // namespace qrvend::display
