#include "drivers/vipps/url.hpp"

#include <doctest/doctest.h>

using namespace qrvend;

TEST_CASE("customers are shown https, and http only where a sandbox is meant") {
    CHECK(vipps::may_be_followed("https://qr.vipps.no/abc", "https://api.vipps.no"));
    CHECK_FALSE(vipps::may_be_followed("http://qr.vipps.no/abc", "https://api.vipps.no"));
    CHECK_FALSE(vipps::may_be_followed("javascript:alert(1)", "https://api.vipps.no"));
    CHECK_FALSE(vipps::may_be_followed("", "https://api.vipps.no"));
    CHECK(vipps::may_be_followed("http://127.0.0.1:8080/phone/1", "https://api.vipps.no"));
    CHECK(vipps::may_be_followed("http://192.168.1.7:8080/phone/1", "http://127.0.0.1:8080"));
    CHECK_FALSE(vipps::may_be_followed("http://192.168.1.7:8080/phone/1", "http://sandbox.example"));
}

TEST_CASE("what stands in a URL's path as it is") {
    CHECK(vipps::is_path_segment("497f6eca-6276-4993-bfeb-53cbbbba6f08"));
    CHECK(vipps::is_path_segment("a_b.c~1"));
    for (const char* text : {"", ".", "..", "a/b", "a b", "a?b", "a%2fb", "a\nb", "\xc3\xa6"}) {
        CAPTURE(text);
        CHECK_FALSE(vipps::is_path_segment(text));
    }
    CHECK_FALSE(vipps::is_path_segment(std::string(101, 'a')));
}
