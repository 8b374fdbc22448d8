#include "drivers/vipps/url.hpp"

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

}  // namespace qrvend::vipps
