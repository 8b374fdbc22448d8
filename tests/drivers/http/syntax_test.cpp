#include "drivers/http/syntax.hpp"

#include <doctest/doctest.h>

#include <string>

#include "drivers/http/date.hpp"

using namespace qrvend::http;

TEST_CASE("syntax: tokens") {
    CHECK(is_token("GET"));
    CHECK(is_token("X-Request_id.1!#$%&'*+^`|~"));
    for (const auto* bad : {"", "a b", "a:b", "a\n", "ø", "a(b)", "\x7f"}) {
        CHECK_FALSE_MESSAGE(is_token(bad), bad);
    }
}

TEST_CASE("syntax: field values") {
    CHECK(is_field_value(""));
    CHECK(is_field_value("a b\tc ø"));
    CHECK_FALSE(is_field_value("a\r\nX: y"));
    CHECK_FALSE(is_field_value("a\n"));
    CHECK_FALSE(is_field_value(std::string("a\0b", 3)));
    CHECK_FALSE(is_field_value("\x7f"));
}

TEST_CASE("syntax: names without regard to case") {
    CHECK(equal_names("Content-Length", "content-LENGTH"));
    CHECK_FALSE(equal_names("Content-Length", "Content-Lengt"));
    CHECK_FALSE(equal_names("a[", "a{"));
}

TEST_CASE("syntax: trimming") {
    CHECK(trim(" \ta b\t ") == "a b");
    CHECK(trim(" \t").empty());
}

TEST_CASE("syntax: dates as RFC 9110 writes them") {
    using namespace std::chrono;
    CHECK(http_date(sys_days(1994y / November / 6) + 8h + 49min + 37s + 999ms) == "Sun, 06 Nov 1994 08:49:37 GMT");
    CHECK(http_date(sys_days(2028y / February / 29)) == "Tue, 29 Feb 2028 00:00:00 GMT");
    CHECK(http_date(sys_days(9999y / December / 31) + 23h + 59min + 59s) == "Fri, 31 Dec 9999 23:59:59 GMT");
}
