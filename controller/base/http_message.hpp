#pragma once
// One HTTP request and one answer, whole, as values (RFC 9110).

#include <string>
#include <string_view>
#include <vector>

namespace qrvend {

struct HttpHeader {
    std::string name;
    std::string value;
    bool operator==(const HttpHeader&) const = default;
};

/// The value of the first header of that name (case does not matter, RFC 9110 5.1); empty where there is none.
std::string_view header_value(const std::vector<HttpHeader>& headers, std::string_view name);

struct HttpRequest {
    std::string method;  ///< upper case
    std::string url;     ///< to a server: absolute, with scheme; in a handler: path and query as received
    std::vector<HttpHeader> headers;  ///< in the order given
    std::string body;                 ///< raw bytes
};

struct HttpResponse {
    int status = 0;
    std::vector<HttpHeader> headers;
    std::string body;  ///< raw bytes
};

}  // namespace qrvend
