#pragma once
// As much of a URL as qrvend needs (RFC 3986): http and https, without user name and fragment. Hosts are judged by
// what is written, never by asking a name server: a check must not depend on the network.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace qrvend {

struct Url {
    std::string scheme;  ///< "http" or "https"
    std::string host;    ///< lower case: a name, an IPv4 address, or an IPv6 address without brackets
    std::optional<std::uint16_t> port{};
    std::string path_and_query;  ///< begins with a slash
    bool operator==(const Url&) const = default;

    /// Host, and port where it is not the scheme's own, as a Host header has it (RFC 9110, 7.2).
    std::string authority() const;
};

/// An absolute URL of at most 2500 characters.
std::optional<Url> parse_url(std::string_view text);

/// This computer itself: 127.0.0.0/8, ::1, localhost.
bool is_loopback(std::string_view host);

/// Reachable from the internet, as far as the text tells: a name with a point in it, or an address that is not
/// private, link-local, shared or reserved (RFC 6890).
bool is_public(std::string_view host);

/// An address that the internet does not reach.
bool is_private(std::string_view host);

/// Whether `text` is an IPv4 or IPv6 address.
bool is_address(std::string_view text);

}  // namespace qrvend
