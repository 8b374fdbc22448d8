#include "drivers/vipps/sandbox/text.hpp"

#include <doctest/doctest.h>

#include "tests/drivers/vipps/sandbox/merchant.hpp"

using namespace qrvend;
using namespace qrvend::vipps::sandbox;
using namespace qrvend::vipps::sandbox::test;

TEST_CASE("times are written and read to the millisecond") {
    const WallTime time{milliseconds{1768839992099}};
    CHECK(utc_text(time) == "2026-01-19T16:26:32.099Z");
    CHECK(http_date(time) == "Mon, 19 Jan 2026 16:26:32 GMT");
    CHECK(parse_utc("2026-01-19T16:26:32Z") == WallTime{seconds{1768839992}});
    CHECK(parse_utc("2026-01-19T17:26:32.5+01:00") == WallTime{seconds{1768839992}});
    CHECK_FALSE(parse_utc(""));
    CHECK_FALSE(parse_utc("2026-01-19T16:26:32"));
    CHECK_FALSE(parse_utc("2026-01-19T24:26:32Z"));
}

TEST_CASE("form fields are decoded") {
    CHECK(form_value("age=under&x=1", "age") == "under");
    CHECK(form_value("x=1&age=a+b%21%C3%A6", "age") == "a b!æ");
    CHECK(form_value("age", "age").empty());
    CHECK(form_value("", "age").empty());
    CHECK(form_value("&&=&ages=1", "age").empty());
    CHECK(form_value("age=%zz%4", "age") == "%zz%4");
}

TEST_CASE("random names have their form and differ") {
    SeededRandom random;
    const std::string uuid = random_uuid(random);
    CHECK(uuid.size() == 36);
    CHECK(uuid[14] == '4');
    CHECK(std::string{"89ab"}.find(uuid[19]) != std::string::npos);
    CHECK(uuid != random_uuid(random));
    CHECK(random_hex(random, 8).size() == 16);
    CHECK(random_name(random, 24).size() == 24);
}

TEST_CASE("characters are counted, not bytes") {
    CHECK(count_characters("") == 0);
    CHECK(count_characters("æøå") == 3);
    CHECK(count_characters("€5") == 2);
}
