#include "drivers/json/json.hpp"

#include <doctest/doctest.h>

using namespace qrvend;

TEST_CASE("what is not JSON is nothing, not an exception") {
    CHECK_FALSE(json::parse(""));
    CHECK_FALSE(json::parse("<html>"));
    CHECK_FALSE(json::parse("{\"a\":1"));
    CHECK_FALSE(json::parse("{\"a\":\"\xff\"}"));
    CHECK_FALSE(json::parse("{} trailing"));
}

TEST_CASE("nesting is limited") {
    const auto nested = [](std::size_t depth) { return std::string(depth, '[') + std::string(depth, ']'); };
    CHECK(json::parse(nested(json::max_depth)));
    CHECK_FALSE(json::parse(nested(json::max_depth + 1)));
    CHECK_FALSE(json::parse(nested(100'000)));
}

TEST_CASE("members are read by type and never throw") {
    const auto value =
        json::parse(R"({"s":"text","n":5,"d":"86398","f":1.5,"big":18446744073709551615,"b":true,"z":null})");
    REQUIRE(value);
    CHECK(json::string_at(*value, "s") == "text");
    CHECK_FALSE(json::string_at(*value, "n"));
    CHECK_FALSE(json::string_at(*value, "missing"));
    CHECK(json::integer_at(*value, "n") == 5);
    CHECK(json::integer_at(*value, "d") == 86398);
    CHECK_FALSE(json::integer_at(*value, "s"));
    CHECK_FALSE(json::integer_at(*value, "f"));
    CHECK_FALSE(json::integer_at(*value, "big"));
    CHECK(json::bool_at(*value, "b") == true);
    CHECK_FALSE(json::bool_at(*value, "n"));
    CHECK(json::find(*value, "z") == nullptr);
    CHECK(json::find(json::Value(5), "z") == nullptr);
}

TEST_CASE("dump never throws on bytes that are not UTF-8") {
    CHECK(json::dump(json::Value("a\xff")) == "\"a\xef\xbf\xbd\"");
}
