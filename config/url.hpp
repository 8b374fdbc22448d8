#pragma once
// The URLs of a config file: http and https (RFC 3986), without user names, queries or fragments. Hosts are judged
// by what is written, never by asking a name server: a check must not depend on the network.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace qrvend::config {

struct Url {
    std::string scheme;  ///< "http" or "https"
    std::string host;    ///< a name in the case given, an IPv4 address, or an IPv6 address without brackets
    std::optional<std::uint16_t> port{};
    std::string path;  ///< empty or beginning with a slash
    bool operator==(const Url&) const = default;
};

std::optional<Url> parse_url(std::string_view text);

/// This computer itself: 127.0.0.0/8, ::1, localhost.
bool is_loopback(std::string_view host);

/// Reachable from the internet, as far as the text tells: a name with a point in it, or an address that is not
/// private, link-local, shared or reserved (RFC 6890).
bool is_public(std::string_view host);

/// Whether `text` is an IPv4 or IPv6 address.
bool is_address(std::string_view text);

}  // namespace qrvend::config
