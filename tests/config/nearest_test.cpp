#include "config/nearest.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace qrvend::config;

TEST_CASE("the distance counts what has to be typed again") {
    CHECK(edit_distance("", "") == 0);
    CHECK(edit_distance("abc", "") == 3);
    CHECK(edit_distance("slot", "slot") == 0);
    CHECK(edit_distance("slot", "slots") == 1);
    CHECK(edit_distance("slot", "slat") == 1);
    CHECK(edit_distance("slot", "solt") == 1);
    CHECK(edit_distance("timeout", "timeout_s") == 2);
}

TEST_CASE("a name is nearest to one that it nearly is") {
    const std::vector<std::string_view> known{"price_minor", "vat_bp", "slot", "name"};
    CHECK(nearest("price_mnior", known) == "price_minor");
    CHECK(nearest("price", known).empty());
    CHECK(nearest("slots", known) == "slot");
    CHECK(nearest("nam", known) == "name");
    CHECK(nearest("colour", known).empty());
    CHECK(nearest(std::string(100'000, 'x'), known).empty());
    CHECK(nearest("x", {}).empty());
}
