#include "drivers/vipps/url.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>

namespace qrvend::vipps {

namespace {

constexpr std::size_t longest_url = 2500;  // the longest that ePayment names (returnUrl)

char ascii_lower(char letter) {
    return letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter - 'A' + 'a') : letter;
}

std::string lower(std::string_view text) {
    std::string result(text);
    std::ranges::transform(result, result.begin(), ascii_lower);
    return result;
}

bool is_port(std::string_view digits) {
    std::uint16_t number = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
    return error == std::errc{} && end == digits.data() + digits.size() && number != 0;
}

using Ipv4 = std::array<std::uint8_t, 4>;

std::optional<Ipv4> ipv4(std::string_view text) {
    Ipv4 address{};
    for (std::size_t i = 0; i < address.size(); ++i) {
        const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), address[i]);
        if (error != std::errc{}) {
            return std::nullopt;
        }
        text.remove_prefix(static_cast<std::size_t>(end - text.data()));
        const bool last = i + 1 == address.size();
        if (last ? !text.empty() : !text.starts_with('.')) {
            return std::nullopt;
        }
        text.remove_prefix(last ? 0 : 1);
    }
    return address;
}

// Splits "host:port"; the host of an IPv6 address keeps its brackets.
bool split_authority(std::string_view authority, Url& url) {
    const std::size_t bracket = authority.find(']');
    const std::size_t colon = authority.find(':', bracket == std::string_view::npos ? 0 : bracket);
    url.host = lower(authority.substr(0, colon));
    url.authority = url.host;
    if (colon != std::string_view::npos) {
        const std::string_view port = authority.substr(colon + 1);
        if (!is_port(port)) {
            return false;
        }
        if (port != (url.scheme == "https" ? "443" : "80")) {
            url.authority += authority.substr(colon);
        }
    }
    return !url.host.empty() && authority.find('@') == std::string_view::npos;
}

}  // namespace

std::optional<Url> parse_url(std::string_view text) {
    const auto printable = [](char c) { return c > ' ' && c < '\x7f'; };
    if (text.size() > longest_url || !std::ranges::all_of(text, printable) ||
        text.find('#') != std::string_view::npos) {
        return std::nullopt;
    }
    const std::size_t colon = text.find("://");
    if (colon == std::string_view::npos) {
        return std::nullopt;
    }
    Url url;
    url.scheme = lower(text.substr(0, colon));
    if (url.scheme != "https" && url.scheme != "http") {
        return std::nullopt;
    }
    const std::string_view rest = text.substr(colon + 3);
    const std::size_t end = std::min(rest.find_first_of("/?"), rest.size());
    if (!split_authority(rest.substr(0, end), url)) {
        return std::nullopt;
    }
    url.path_and_query = rest.substr(end);
    if (!url.path_and_query.starts_with('/')) {
        url.path_and_query.insert(0, "/");
    }
    return url;
}

bool is_loopback(const Url& url) {
    const auto address = ipv4(url.host);
    return url.host == "localhost" || url.host == "[::1]" || (address && (*address)[0] == 127);
}

bool is_private(const Url& url) {
    if (is_loopback(url)) {
        return true;
    }
    const auto address = ipv4(url.host);
    if (!address) {
        return false;
    }
    const auto [a, b, c, d] = *address;
    return a == 10 || (a == 172 && b >= 16 && b < 32) || (a == 192 && b == 168) || (a == 169 && b == 254);
}

bool may_be_followed(std::string_view url, std::string_view base_url) {
    const auto target = parse_url(url);
    if (!target || target->scheme == "https") {
        return target.has_value();
    }
    const auto base = parse_url(base_url);
    const bool sandbox = base && base->scheme == "http" && is_private(*base);
    return is_loopback(*target) || sandbox;
}

}  // namespace qrvend::vipps
