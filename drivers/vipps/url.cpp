#include "drivers/vipps/url.hpp"

#include <algorithm>
#include <cstddef>

#include "controller/base/url.hpp"

namespace qrvend::vipps {

bool may_be_followed(std::string_view url, std::string_view base_url) {
    const auto target = parse_url(url);
    if (!target || target->scheme == "https") {
        return target.has_value();
    }
    const auto base = parse_url(base_url);
    const bool sandbox = base && base->scheme == "http" && is_loopback(base->host);
    return is_loopback(target->host) || sandbox;
}

bool is_path_segment(std::string_view text) {
    constexpr std::size_t longest = 100;
    const auto is_unreserved = [](char one) {
        return (one >= 'a' && one <= 'z') || (one >= 'A' && one <= 'Z') || (one >= '0' && one <= '9') ||
               std::string_view("-._~").contains(one);
    };
    return !text.empty() && text.size() <= longest && text != "." && text != ".." &&
           std::ranges::all_of(text, is_unreserved);
}

}  // namespace qrvend::vipps
