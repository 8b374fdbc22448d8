#include "controller/base/url.hpp"

#include <doctest/doctest.h>

using namespace qrvend;

TEST_CASE("a URL is taken apart") {
    CHECK(parse_url("https://api.vipps.no") ==
          Url{.scheme = "https", .host = "api.vipps.no", .path_and_query = "/"});
    CHECK(parse_url("HTTP://127.0.0.1:8080/a/b-c") ==
          Url{.scheme = "http", .host = "127.0.0.1", .port = 8080, .path_and_query = "/a/b-c"});
    CHECK(parse_url("https://[2001:db8::1]:443/") ==
          Url{.scheme = "https", .host = "2001:db8::1", .port = 443, .path_and_query = "/"});
    CHECK(parse_url("http://[::1]") == Url{.scheme = "http", .host = "::1", .path_and_query = "/"});
    CHECK(parse_url("https://my-host.example/~me") ==
          Url{.scheme = "https", .host = "my-host.example", .path_and_query = "/~me"});
}

TEST_CASE("the scheme's own port is no part of the authority") {
    CHECK(parse_url("https://Kiosk.Example.com:443/hooks/vipps?m=1")->authority() == "kiosk.example.com");
    CHECK(parse_url("https://Kiosk.Example.com:443/hooks/vipps?m=1")->path_and_query == "/hooks/vipps?m=1");
    CHECK(parse_url("https://a.example:8443/x")->authority() == "a.example:8443");
    CHECK(parse_url("https://a.example/x")->authority() == "a.example");
    CHECK(parse_url("http://a.example:80/x")->authority() == "a.example");
    CHECK(parse_url("https://a.example?q")->path_and_query == "/?q");
    CHECK(parse_url("http://[::1]:8080/")->authority() == "[::1]:8080");
}

TEST_CASE("what is no http or https URL is nothing") {
    for (const char* text : {"",
                             "https://",
                             "api.vipps.no",
                             "ftp://example.com",
                             "https:/example.com",
                             "https://user@example.com",
                             "https://example.com:0",
                             "https://example.com:65536",
                             "https://example.com:",
                             "https://example.com:x",
                             "https://example.com:80x",
                             "https://exa mple.com",
                             "https://-example.com",
                             "https://example-.com",
                             "https://{example}.com",
                             "https://example..com",
                             "https://example.com/a b",
                             "https://example.com/#part",
                             "https://[::1",
                             "https://[::1]8080",
                             "https://[name]",
                             "https://[127.0.0.1]",
                             "https://::1",
                             "https://127.1",
                             "https://1.2.3.4.5",
                             "https://example.com\\@evil.example"}) {
        CAPTURE(text);
        CHECK_FALSE(parse_url(text));
    }
    CHECK_FALSE(parse_url("https://a.example/" + std::string(3000, 'x')));
    CHECK_FALSE(parse_url(std::string_view("http://127.0.0.1\0.example/", 26)));
    CHECK_FALSE(parse_url("http://[fe80::1%1\r\nX: y]/"));
}

TEST_CASE("a host name has labels of at most 63 letters, and 253 in all") {
    const std::string longest_label(63, 'a');
    CHECK(parse_url("https://" + longest_label + ".example"));
    CHECK_FALSE(parse_url("https://" + longest_label + "a.example"));
    const std::string three = longest_label + '.' + longest_label + '.' + longest_label + '.';
    CHECK(parse_url("https://" + three + std::string(61, 'a')));
    CHECK_FALSE(parse_url("https://" + three + std::string(62, 'a')));
}

TEST_CASE("loopback is this computer only") {
    for (const char* host : {"127.0.0.1", "127.255.0.9", "::1", "localhost", "LOCALHOST"}) {
        CAPTURE(host);
        CHECK(is_loopback(host));
        CHECK_FALSE(is_public(host));
    }
    for (const char* host : {"128.0.0.1", "localhost.example.com", "127.0.0.1.example.com", "::2", "10.0.0.1"}) {
        CAPTURE(host);
        CHECK_FALSE(is_loopback(host));
    }
}

TEST_CASE("public is what the internet can reach") {
    for (const char* host :
         {"example.com", "8.8.8.8", "172.15.0.1", "172.32.0.1", "2001:4860::8888", "100.128.0.1"}) {
        CAPTURE(host);
        CHECK(is_public(host));
    }
    for (const char* host : {"machine", "machine.local", "machine.LAN", "a.home.arpa", "10.1.2.3", "172.16.0.1",
                             "172.31.255.255", "192.168.1.1", "169.254.1.1", "100.64.0.1", "0.0.0.0", "224.0.0.1",
                             "255.255.255.255", "fe80::1", "fd00::1", "::", "::ffff:10.0.0.1"}) {
        CAPTURE(host);
        CHECK_FALSE(is_public(host));
    }
}

TEST_CASE("private is an address that the internet cannot reach; of a name nobody knows") {
    for (const char* host : {"10.0.0.1", "127.0.0.1", "fd00::1", "::1"}) {
        CAPTURE(host);
        CHECK(is_private(host));
    }
    for (const char* host : {"8.8.8.8", "2001:4860::8888", "example.com", "machine.local"}) {
        CAPTURE(host);
        CHECK_FALSE(is_private(host));
    }
}
