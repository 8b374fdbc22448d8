#include "drivers/vipps/url.hpp"

#include <doctest/doctest.h>

using namespace qrvend;

TEST_CASE("a URL is taken apart; the scheme's own port is no part of the authority") {
    const auto url = vipps::parse_url("https://Kiosk.Example.com:443/hooks/vipps?m=1");
    REQUIRE(url);
    CHECK(url->scheme == "https");
    CHECK(url->host == "kiosk.example.com");
    CHECK(url->authority == "kiosk.example.com");
    CHECK(url->path_and_query == "/hooks/vipps?m=1");
    CHECK(vipps::parse_url("https://a.example:8443/x")->authority == "a.example:8443");
    CHECK(vipps::parse_url("http://a.example:80/x")->authority == "a.example");
    CHECK(vipps::parse_url("https://a.example")->path_and_query == "/");
    CHECK(vipps::parse_url("https://a.example?q")->path_and_query == "/?q");
    CHECK(vipps::parse_url("http://[::1]:8080/")->authority == "[::1]:8080");
}

TEST_CASE("what is no plain http or https URL is nothing") {
    for (const char* text :
         {"", "a.example", "ftp://a.example/", "https://", "https:///x", "https://user@a.example/", "https://a:0/",
          "https://a:99999/", "https://a:x/", "https://a.example/ x", "https://a.example/#f",
          "https://a.example/\xc3\xb8", "javascript://a", "https://a.example/\n"}) {
        CAPTURE(text);
        CHECK_FALSE(vipps::parse_url(text));
    }
    CHECK_FALSE(vipps::parse_url("https://a.example/" + std::string(3000, 'x')));
}

TEST_CASE("loopback and private addresses are told from public ones") {
    const auto loopback = [](std::string_view url) { return vipps::is_loopback(*vipps::parse_url(url)); };
    const auto is_private = [](std::string_view url) { return vipps::is_private(*vipps::parse_url(url)); };
    CHECK(loopback("http://127.0.0.1:8080"));
    CHECK(loopback("http://localhost"));
    CHECK(loopback("http://[::1]/"));
    CHECK_FALSE(loopback("http://127.evil.example"));
    CHECK_FALSE(loopback("http://localhost.evil.example"));
    for (const char* url : {"http://10.1.2.3", "http://172.16.0.1", "http://172.31.0.1", "http://192.168.1.5:9000",
                            "http://169.254.1.1", "http://127.0.0.1"}) {
        CAPTURE(url);
        CHECK(is_private(url));
    }
    for (const char* url : {"http://172.15.0.1", "http://172.32.0.1", "http://8.8.8.8", "http://192.169.1.1",
                            "http://10.1.2", "http://10.1.2.3.4", "http://10.1.2.300"}) {
        CAPTURE(url);
        CHECK_FALSE(is_private(url));
    }
}

TEST_CASE("customers are shown https, and http only where a sandbox is meant") {
    CHECK(vipps::may_be_followed("https://qr.vipps.no/abc", "https://api.vipps.no"));
    CHECK_FALSE(vipps::may_be_followed("http://qr.vipps.no/abc", "https://api.vipps.no"));
    CHECK_FALSE(vipps::may_be_followed("javascript:alert(1)", "https://api.vipps.no"));
    CHECK_FALSE(vipps::may_be_followed("", "https://api.vipps.no"));
    CHECK(vipps::may_be_followed("http://127.0.0.1:8080/phone/1", "https://api.vipps.no"));
    CHECK(vipps::may_be_followed("http://192.168.1.7:8080/phone/1", "http://127.0.0.1:8080"));
    CHECK_FALSE(vipps::may_be_followed("http://192.168.1.7:8080/phone/1", "http://sandbox.example"));
}
