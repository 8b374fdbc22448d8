#include "controller/base/money.hpp"

#include <doctest/doctest.h>

#include <limits>
#include <stdexcept>

using namespace qrvend;

namespace {

const Currency nok = Currency::parse("NOK").value();
const Currency eur = Currency::parse("EUR").value();

Money kroner(std::int64_t minor) {
    return {.minor = minor, .currency = nok};
}

constexpr std::int64_t most = std::numeric_limits<std::int64_t>::max();
constexpr std::int64_t least = std::numeric_limits<std::int64_t>::min();

}  // namespace

TEST_CASE("a currency is three upper-case letters that a payment system settles in") {
    CHECK(Currency::parse("NOK")->code() == "NOK");
    CHECK(Currency::parse("NOK")->decimals() == 2);
    for (const char* no_currency : {"", "nok", "NO", "NOKK", "XXX", "JPY"}) {
        CAPTURE(no_currency);
        CHECK_FALSE(Currency::parse(no_currency));
    }
}

TEST_CASE("every known code parses") {
    const std::string codes = Currency::known_codes();
    CHECK(codes.starts_with("NOK, "));
    for (std::size_t at = 0; at < codes.size(); at += 5) {
        CAPTURE(at);
        CHECK(Currency::parse(std::string_view(codes).substr(at, 3)));
    }
}

TEST_CASE("amounts of one currency add, subtract and compare") {
    CHECK(kroner(3500) + kroner(250) == kroner(3750));
    CHECK(kroner(3500) - kroner(4000) == kroner(-500));
    CHECK(kroner(1) < kroner(2));
    CHECK(kroner(2) >= kroner(2));
    CHECK(zero(nok) == kroner(0));
}

TEST_CASE("amounts of two currencies never meet") {
    const Money euro{.minor = 3500, .currency = eur};
    CHECK(kroner(3500) != euro);
    CHECK_THROWS_AS((void)(kroner(3500) + euro), std::invalid_argument);
    CHECK_THROWS_AS((void)(kroner(3500) - euro), std::invalid_argument);
    CHECK_THROWS_AS((void)(kroner(3500) < euro), std::invalid_argument);
}

TEST_CASE("a sum that does not fit throws and never wraps") {
    CHECK(kroner(most - 1) + kroner(1) == kroner(most));
    CHECK(kroner(least + 1) - kroner(1) == kroner(least));
    CHECK_THROWS_AS((void)(kroner(most) + kroner(1)), std::overflow_error);
    CHECK_THROWS_AS((void)(kroner(least) + kroner(-1)), std::overflow_error);
    CHECK_THROWS_AS((void)(kroner(least) - kroner(1)), std::overflow_error);
    CHECK_THROWS_AS((void)(kroner(0) - kroner(least)), std::overflow_error);
}

TEST_CASE("an amount is written with its decimals and its code") {
    CHECK(to_string(kroner(3500)) == "35.00 NOK");
    CHECK(to_string(kroner(0)) == "0.00 NOK");
    CHECK(to_string(kroner(7)) == "0.07 NOK");
    CHECK(to_string(kroner(70)) == "0.70 NOK");
    CHECK(to_string(kroner(-7)) == "-0.07 NOK");
    CHECK(to_string(kroner(-12345)) == "-123.45 NOK");
    CHECK(to_string(kroner(least)) == "-92233720368547758.08 NOK");
}
