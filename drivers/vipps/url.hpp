#pragma once
// As much of a URL as this driver needs (RFC 3986): who is addressed, and what is asked there.

#include <optional>
#include <string>
#include <string_view>

namespace qrvend::vipps {

struct Url {
    std::string scheme;          ///< lower case
    std::string host;            ///< lower case, with brackets where it is an IPv6 address
    std::string authority;       ///< host, and port where it is not the scheme's own
    std::string path_and_query;  ///< begins with a slash
};

/// An absolute http or https URL of printable ASCII, without user name and fragment, at most 2500 characters.
std::optional<Url> parse_url(std::string_view text);

/// Whether the host means this computer: localhost, 127.0.0.0/8, ::1.
bool is_loopback(const Url& url);

/// Whether the host is an address that no public network routes: loopback, RFC 1918, link-local.
bool is_private(const Url& url);

/// Whether a URL that Vipps' answer names may be shown to a customer or fetched: https, or http where it means this
/// computer or where we talk to a sandbox over http ourselves.
bool may_be_followed(std::string_view url, std::string_view base_url);

}  // namespace qrvend::vipps
