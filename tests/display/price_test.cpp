#include "display/look/price.hpp"

#include <doctest/doctest.h>

#include <limits>

namespace qrvend::display {

namespace {

std::string priced(std::int64_t minor, std::string_view currency, Language language) {
    return price({.minor = minor, .currency = Currency::parse(currency).value()}, language);
}

}  // namespace

TEST_CASE("prices at home are written as at home") {
    CHECK(priced(3500, "NOK", Language::nb) == "kr\u00a035,00");
    CHECK(priced(3500, "SEK", Language::sv) == "35\u00a0kr");
    CHECK(priced(3550, "SEK", Language::sv) == "35:50\u00a0kr");
    CHECK(priced(3500, "DKK", Language::da) == "35,00\u00a0kr.");
    CHECK(priced(250, "EUR", Language::fi) == "2,50\u00a0€");
    CHECK(priced(250, "EUR", Language::en) == "€2.50");
    CHECK(priced(250, "GBP", Language::en) == "£2.50");
    CHECK(priced(450, "NZD", Language::en) == "$4.50");
}

TEST_CASE("a visitor sees which krone it is") {
    CHECK(priced(3500, "NOK", Language::en) == "NOK\u00a035.00");
    CHECK(priced(3500, "NOK", Language::sv) == "35,00\u00a0NOK");
    CHECK(priced(3500, "SEK", Language::nb) == "SEK\u00a035,00");
    CHECK(priced(3500, "SEK", Language::fi) == "35,00\u00a0SEK");
    CHECK(priced(3500, "NOK", Language::da) == "35,00\u00a0NOK");
    CHECK(priced(350, "EUR", Language::nb) == "€\u00a03,50");
    CHECK(priced(350, "EUR", Language::sv) == "3,50\u00a0€");
    CHECK(priced(350, "EUR", Language::da) == "3,50\u00a0€");
}

TEST_CASE("thousands are set apart, cents keep their nought, and debts their sign") {
    CHECK(priced(123'456'705, "NOK", Language::nb) == "kr\u00a01\u00a0234\u00a0567,05");
    CHECK(priced(100'000, "DKK", Language::da) == "1.000,00\u00a0kr.");
    CHECK(priced(100'000, "EUR", Language::en) == "€1,000.00");
    CHECK(priced(5, "EUR", Language::fi) == "0,05\u00a0€");
    CHECK(priced(0, "SEK", Language::sv) == "0\u00a0kr");
    CHECK(priced(-3500, "NOK", Language::nb) == "\u2212kr\u00a035,00");
    CHECK(priced(std::numeric_limits<std::int64_t>::min(), "EUR", Language::en) ==
          "\u2212€92,233,720,368,547,758.08");
}

}  // namespace qrvend::display
