#include "controller/base/url.hpp"

#include <algorithm>
#include <array>
#include <boost/asio/ip/address.hpp>
#include <boost/asio/ip/network_v4.hpp>
#include <boost/asio/ip/network_v6.hpp>
#include <charconv>
#include <tuple>

namespace qrvend {

namespace {

constexpr std::size_t longest_url = 2500;

namespace ip = boost::asio::ip;

bool is_letter(char one) {
    return (one >= 'a' && one <= 'z') || (one >= 'A' && one <= 'Z');
}

bool is_digit(char one) {
    return one >= '0' && one <= '9';
}

std::string lower_case(std::string_view text) {
    std::string result(text);
    std::ranges::transform(result, result.begin(), [](char one) {
        return one >= 'A' && one <= 'Z' ? static_cast<char>(one - 'A' + 'a') : one;
    });
    return result;
}

// Looked at first, because the library reads up to a NUL only, and takes any text for the zone after a percent
// sign.
std::optional<ip::address> parse_address(std::string_view text) {
    if (text.find_first_not_of("0123456789abcdefABCDEF.:") != std::string_view::npos) {
        return std::nullopt;
    }
    boost::system::error_code error;
    const ip::address address = ip::make_address(std::string(text), error);
    return error ? std::nullopt : std::optional(address);
}

/// RFC 1123, 2.1: labels of letters, digits and inner hyphens.
bool is_host_name(std::string_view host) {
    constexpr std::size_t longest_name = 253;
    constexpr std::size_t longest_label = 63;
    if (host.empty() || host.size() > longest_name) {
        return false;
    }
    for (std::size_t begin = 0; begin <= host.size();) {
        const std::size_t end = std::min(host.find('.', begin), host.size());
        const std::string_view label = host.substr(begin, end - begin);
        if (label.empty() || label.size() > longest_label || label.front() == '-' || label.back() == '-' ||
            !std::ranges::all_of(label, [](char one) { return is_letter(one) || is_digit(one) || one == '-'; })) {
            return false;
        }
        begin = end + 1;
    }
    return true;
}

/// Letters in the last label tell a name from a mistyped address.
bool ends_in_letters(std::string_view host) {
    const std::string_view last = host.substr(host.rfind('.') + 1);
    return std::ranges::any_of(last, is_letter);
}

bool is_path_and_query(std::string_view text) {
    constexpr std::string_view others = "/-._~!$&'()*+,;=:@%?";
    return std::ranges::all_of(text,
                               [&](char one) { return is_letter(one) || is_digit(one) || others.contains(one); });
}

std::optional<std::uint16_t> parse_port(std::string_view digits) {
    std::uint16_t port = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), port);
    const bool whole = error == std::errc{} && end == digits.data() + digits.size();
    return whole && port > 0 ? std::optional(port) : std::nullopt;
}

/// Splits "host", "host:port" and "[v6]:port"; the port's text is empty without its colon where there is none.
std::optional<std::pair<std::string_view, std::string_view>> split_authority(std::string_view authority) {
    if (authority.starts_with('[')) {
        const std::size_t close = authority.find(']');
        if (close == std::string_view::npos) {
            return std::nullopt;
        }
        return std::pair(authority.substr(1, close - 1), authority.substr(close + 1));
    }
    const std::size_t colon = std::min(authority.find(':'), authority.size());
    return std::pair(authority.substr(0, colon), authority.substr(colon));
}

bool is_public_v4(ip::address_v4 address) {
    static const std::array reserved{
        ip::make_network_v4("0.0.0.0/8"),      ip::make_network_v4("10.0.0.0/8"),
        ip::make_network_v4("100.64.0.0/10"),  ip::make_network_v4("127.0.0.0/8"),
        ip::make_network_v4("169.254.0.0/16"), ip::make_network_v4("172.16.0.0/12"),
        ip::make_network_v4("192.168.0.0/16"), ip::make_network_v4("224.0.0.0/3"),
    };
    return std::ranges::none_of(reserved, [&](const ip::network_v4& network) {
        return network.canonical().address() ==
               ip::network_v4(address, network.prefix_length()).canonical().address();
    });
}

bool is_public_v6(const ip::address_v6& address) {
    if (address.is_v4_mapped()) {
        return is_public_v4(ip::make_address_v4(ip::v4_mapped, address));
    }
    constexpr unsigned global_unicast = 0x20;  // 2000::/3, the only part that is handed out
    return (address.to_bytes()[0] & 0xe0U) == global_unicast;
}

}  // namespace

std::optional<Url> parse_url(std::string_view text) {
    const std::size_t separator = text.find("://");
    if (separator == std::string_view::npos || text.size() > longest_url) {
        return std::nullopt;
    }
    Url url{.scheme = lower_case(text.substr(0, separator)), .host = {}, .path_and_query = {}};
    const std::string_view rest = text.substr(separator + 3);
    const std::size_t end = std::min(rest.find_first_of("/?"), rest.size());
    const auto authority = split_authority(rest.substr(0, end));
    if (!authority || (url.scheme != "http" && url.scheme != "https") || !is_path_and_query(rest.substr(end))) {
        return std::nullopt;
    }
    const auto [host, port] = *authority;
    const bool bracketed = rest.starts_with('[');
    const auto address = parse_address(host);
    const bool sound_host =
        bracketed ? address && address->is_v6() : address || (is_host_name(host) && ends_in_letters(host));
    if (!sound_host) {
        return std::nullopt;
    }
    url.host = lower_case(host);
    if (!port.empty()) {
        url.port = port.front() == ':' ? parse_port(port.substr(1)) : std::nullopt;
        if (!url.port) {
            return std::nullopt;
        }
    }
    url.path_and_query = rest.substr(end);
    if (!url.path_and_query.starts_with('/')) {
        url.path_and_query.insert(0, "/");
    }
    return url;
}

std::string Url::authority() const {
    const std::uint16_t usual = scheme == "https" ? 443 : 80;
    const std::string name = host.contains(':') ? "[" + host + "]" : host;
    return port && *port != usual ? name + ":" + std::to_string(*port) : name;
}

bool is_loopback(std::string_view host) {
    const auto address = parse_address(host);
    return address ? address->is_loopback() : lower_case(host) == "localhost";
}

bool is_public(std::string_view host) {
    if (const auto address = parse_address(host)) {
        return address->is_v4() ? is_public_v4(address->to_v4()) : is_public_v6(address->to_v6());
    }
    constexpr std::array private_domains{".local", ".localhost", ".internal", ".lan", ".home.arpa"};
    const std::string name = lower_case(host);
    return name.contains('.') &&
           std::ranges::none_of(private_domains, [&](std::string_view domain) { return name.ends_with(domain); });
}

bool is_private(std::string_view host) {
    return parse_address(host).has_value() && !is_public(host);
}

bool is_address(std::string_view text) {
    return parse_address(text).has_value();
}

}  // namespace qrvend
