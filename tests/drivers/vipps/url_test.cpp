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
