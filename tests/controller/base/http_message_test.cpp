#include "controller/base/http_message.hpp"

#include <doctest/doctest.h>

using namespace qrvend;

TEST_CASE("a header is found whatever the case of its name, and the first of several counts") {
    const std::vector<HttpHeader> headers{{.name = "Content-Type", .value = "text/plain"},
                                          {.name = "X-Ms-Date", .value = "first"},
                                          {.name = "x-ms-date", .value = "second"}};
    CHECK(header_value(headers, "content-type") == "text/plain");
    CHECK(header_value(headers, "CONTENT-TYPE") == "text/plain");
    CHECK(header_value(headers, "x-mS-daTe") == "first");
}

TEST_CASE("a header that is not there is empty, and a part of a name is not the name") {
    const std::vector<HttpHeader> headers{{.name = "Authorization", .value = "secret"}};
    CHECK(header_value(headers, "Author").empty());
    CHECK(header_value(headers, "Authorization2").empty());
    CHECK(header_value(headers, "").empty());
    CHECK(header_value({}, "Authorization").empty());
}

TEST_CASE("only ASCII letters have a case: '@' is not '`' and '[' is not '{'") {
    const std::vector<HttpHeader> headers{{.name = "a@", .value = "at"}, {.name = "a[", .value = "bracket"}};
    CHECK(header_value(headers, "a`").empty());
    CHECK(header_value(headers, "a{").empty());
    CHECK(header_value(headers, "A@") == "at");
}
