#include "drivers/mdb/amounts.hpp"

#include <doctest/doctest.h>

#include <limits>

using namespace qrvend;
using namespace qrvend::mdb;

namespace {

const Currency eur = *Currency::parse("EUR");

Units units(std::uint8_t scale, std::uint8_t decimals) {
    return {.currency = eur, .scale_factor = scale, .decimal_places = decimals};
}
Money euros(std::int64_t minor) {
    return {.minor = minor, .currency = eur};
}

}  // namespace

TEST_CASE("an amount is wire value, scale and decimal places") {
    struct Row {
        std::uint8_t scale;
        std::uint8_t decimals;
        std::uint32_t wire;
        std::int64_t minor;
    };
    for (const Row row : {Row{1, 2, 150, 150}, Row{5, 2, 7, 35}, Row{1, 0, 3, 300}, Row{100, 2, 3, 300},
                          Row{50, 3, 70, 350}, Row{1, 2, 0, 0}, Row{1, 2, 0xFFFE, 65534}}) {
        CHECK(to_money(row.wire, Width::narrow, units(row.scale, row.decimals)) == euros(row.minor));
        CHECK(to_wire(euros(row.minor), Width::narrow, units(row.scale, row.decimals)) == row.wire);
    }
}

TEST_CASE("32 bits hold what 16 do not") {
    CHECK_FALSE(to_wire(euros(65535), Width::narrow, units(1, 2)));  // would be a token
    CHECK_FALSE(to_wire(euros(65536), Width::narrow, units(1, 2)));
    CHECK(to_wire(euros(65535), Width::wide, units(1, 2)) == 65535U);
    CHECK_FALSE(to_wire(euros(0xFFFFFFFF), Width::wide, units(1, 2)));
    CHECK(to_money(0xFFFFFFFE, Width::wide, units(255, 0)) == euros(std::int64_t{0xFFFFFFFE} * 25500));
}

TEST_CASE("what is no amount is refused, never rounded") {
    CHECK_FALSE(to_money(0xFFFF, Width::narrow, units(1, 2)));
    CHECK_FALSE(to_money(0xFFFFFFFF, Width::wide, units(1, 2)));
    CHECK_FALSE(to_money(15, Width::narrow, units(1, 3)));  // one and a half cents
    CHECK_FALSE(to_wire(euros(151), Width::narrow, units(5, 2)));
    CHECK_FALSE(to_wire(euros(150), Width::narrow, units(1, 0)));
    CHECK_FALSE(to_wire(euros(-5), Width::narrow, units(5, 2)));
    CHECK_FALSE(to_wire({.minor = 150, .currency = *Currency::parse("NOK")}, Width::narrow, units(1, 2)));
    CHECK_FALSE(to_wire(euros(std::numeric_limits<std::int64_t>::max()), Width::wide, units(1, 9)));
}

TEST_CASE("units that make no sense convert nothing") {
    CHECK_FALSE(to_money(1, Width::narrow, units(0, 2)));
    CHECK_FALSE(to_wire(euros(0), Width::narrow, units(0, 2)));
    CHECK_FALSE(to_money(0, Width::narrow, units(1, 10)));
}
