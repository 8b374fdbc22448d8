#include "drivers/vipps/retry_after.hpp"

#include <doctest/doctest.h>

using namespace qrvend;

namespace {
constexpr WallTime example{seconds{784111777}};  // the date of RFC 9110's own example
}

TEST_CASE("a date of RFC 9110 is read") {
    CHECK(vipps::parse_http_date("Sun, 06 Nov 1994 08:49:37 GMT") == example);
    for (const char* text :
         {"", "Sun, 06 Nov 1994 08:49:37", "Sun, 06 Nov 1994 08:49:37 CET", "Sun, 31 Feb 1994 08:49:37 GMT",
          "Sun, 06 ovD 1994 08:49:37 GMT", "Sun, 06 Nov 1994 24:49:37 GMT", "Sun, -6 Nov 1994 08:49:37 GMT",
          "Sunday, 06-Nov-94 08:49:37 GMT"}) {
        CAPTURE(text);
        CHECK_FALSE(vipps::parse_http_date(text));
    }
}

TEST_CASE("Retry-After is seconds or a date, and never more than an hour") {
    CHECK(vipps::parse_retry_after("17", example) == seconds{17});
    CHECK(vipps::parse_retry_after("0", example) == seconds{0});
    CHECK(vipps::parse_retry_after("86400", example) == seconds{3600});
    CHECK(vipps::parse_retry_after("Sun, 06 Nov 1994 08:50:00 GMT", example) == seconds{23});
    CHECK(vipps::parse_retry_after("Sun, 06 Nov 1994 08:50:00 GMT", example - milliseconds{1}) == seconds{24});
    CHECK(vipps::parse_retry_after("Sun, 06 Nov 1994 08:00:00 GMT", example) == seconds{0});
    CHECK(vipps::parse_retry_after("Sat, 06 Nov 2094 08:00:00 GMT", example) == seconds{3600});
    CHECK_FALSE(vipps::parse_retry_after("", example));
    CHECK_FALSE(vipps::parse_retry_after("-1", example));
    CHECK_FALSE(vipps::parse_retry_after("soon", example));
    CHECK_FALSE(vipps::parse_retry_after("99999999999999999999", example));
}
