#include "drivers/vipps/settings.hpp"

#include <algorithm>
#include <array>
#include <string_view>

#include "controller/base/url.hpp"

namespace qrvend::vipps {

namespace {

constexpr std::size_t longest_system_name = 30;  // of each Vipps-System-* header

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

bool fits_header(std::string_view text) {
    return std::ranges::all_of(text, [](char c) { return c >= ' ' && c < '\x7f'; });
}

bool is_base(std::string_view text) {
    const auto url = parse_url(text);
    return url && !text.ends_with('/') && url->path_and_query == "/" &&
           (url->scheme == "https" || is_loopback(url->host));
}

void check_account(const Settings& settings, std::vector<std::string>& found) {
    const std::string& msn = settings.merchant_serial_number;
    if (msn.size() < 4 || msn.size() > 10 || !std::ranges::all_of(msn, is_digit)) {
        found.emplace_back("merchant_serial_number must be 4 to 10 digits");
    }
    struct Named {
        std::string_view name;
        const std::string& value;
    };
    for (const auto& [name, value] : std::array<Named, 3>{{{"client_id", settings.client_id},
                                                           {"client_secret", settings.client_secret},
                                                           {"subscription_key", settings.subscription_key}}}) {
        if (value.empty() || !fits_header(value)) {
            found.push_back(std::string(name) + " must be given, in printable ASCII");
        }
    }
    for (const auto& [name, value] : std::array<Named, 4>{{{"system_name", settings.system_name},
                                                           {"system_version", settings.system_version},
                                                           {"plugin_name", settings.plugin_name},
                                                           {"plugin_version", settings.plugin_version}}}) {
        if (value.empty() || value.size() > longest_system_name || !fits_header(value)) {
            found.push_back(std::string(name) + " must be 1 to 30 characters of printable ASCII");
        }
    }
}

void check_urls(const Settings& settings, std::vector<std::string>& found) {
    constexpr std::string_view rule =
        " must be https://host without a path (http only for this computer, for a sandbox)";
    if (!is_base(settings.base_url)) {
        found.push_back("base_url" + std::string(rule));
    }
    if (!settings.order_management_url.empty() && !is_base(settings.order_management_url)) {
        found.push_back("order_management_url" + std::string(rule));
    }
    if (!settings.webhook_url.empty()) {
        const auto url = parse_url(settings.webhook_url);
        // A sandbox on this computer delivers over http; Vipps itself takes https only.
        const auto base = parse_url(settings.base_url);
        if (!url || (url->scheme != "https" && !(base && is_loopback(base->host)))) {
            found.emplace_back("webhook_url must be an https URL that Vipps can reach");
        }
    }
}

}  // namespace

std::vector<std::string> problems(const Settings& settings) {
    std::vector<std::string> found;
    check_account(settings, found);
    check_urls(settings, found);
    if (settings.picture_size_px < 100 || settings.picture_size_px > 2000) {
        found.emplace_back("picture_size_px must be 100 to 2000");
    }
    const Deadlines& d = settings.deadlines;
    for (const milliseconds deadline : {d.token, d.create, d.query, d.adjust, d.receipt, d.webhooks, d.picture}) {
        if (deadline < seconds{1} || deadline > std::chrono::minutes{2}) {
            found.emplace_back("every deadline must be 1 s to 120 s");
            break;
        }
    }
    return found;
}

}  // namespace qrvend::vipps
