#include "config/utf8.hpp"

#include <doctest/doctest.h>

using namespace qrvend::config;

TEST_CASE("UTF-8 is told from what is not") {
    CHECK_FALSE(first_non_utf8(""));
    CHECK_FALSE(first_non_utf8("abc æøå € \xf0\x9f\xa5\xa4"));
    CHECK_FALSE(first_non_utf8("\xf4\x8f\xbf\xbf"));  // U+10FFFF, the last
    CHECK(first_non_utf8("ab\xff") == 2);
    CHECK(first_non_utf8("\x80") == 0);
    CHECK(first_non_utf8("a\xc3") == 1);  // cut off
    CHECK(first_non_utf8("\xc3\x28") == 0);
    CHECK(first_non_utf8("\xc0\xaf") == 0);          // overlong
    CHECK(first_non_utf8("\xe0\x80\xaf") == 0);      // overlong
    CHECK(first_non_utf8("\xf0\x80\x80\xaf") == 0);  // overlong
    CHECK(first_non_utf8("\xed\xa0\x80") == 0);      // a surrogate
    CHECK(first_non_utf8("\xf4\x90\x80\x80") == 0);  // beyond U+10FFFF
}

TEST_CASE("characters are counted, not bytes") {
    CHECK(count_characters("") == 0);
    CHECK(count_characters("abc") == 3);
    CHECK(count_characters("æøå") == 3);
    CHECK(count_characters("\xf0\x9f\xa5\xa4") == 1);
}

TEST_CASE("a quotation is short and on one line") {
    CHECK(printable("æ\n\x7f\t.") == "æ???.");
    CHECK(printable(std::string(48, 'x')) == std::string(48, 'x'));
    CHECK(printable(std::string(47, 'x') + "æy") == std::string(47, 'x') + "æ...");
}
