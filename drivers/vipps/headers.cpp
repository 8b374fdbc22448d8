#include "drivers/vipps/headers.hpp"

namespace qrvend::vipps {

std::vector<HttpHeader> account_headers(const Settings& settings) {
    return {{.name = "Ocp-Apim-Subscription-Key", .value = settings.subscription_key},
            {.name = "Merchant-Serial-Number", .value = settings.merchant_serial_number},
            {.name = "Vipps-System-Name", .value = settings.system_name},
            {.name = "Vipps-System-Version", .value = settings.system_version},
            {.name = "Vipps-System-Plugin-Name", .value = settings.plugin_name},
            {.name = "Vipps-System-Plugin-Version", .value = settings.plugin_version}};
}

std::vector<HttpHeader> api_headers(const Settings& settings, std::string_view token, std::string_view body,
                                    std::string_view idempotency_key) {
    std::vector<HttpHeader> headers = account_headers(settings);
    headers.push_back({.name = "Authorization", .value = std::string("Bearer ").append(token)});
    headers.push_back({.name = "Accept", .value = "application/json"});
    if (!body.empty()) {
        headers.push_back({.name = "Content-Type", .value = "application/json"});
    }
    if (!idempotency_key.empty()) {
        headers.push_back({.name = "Idempotency-Key", .value = std::string(idempotency_key)});
    }
    return headers;
}

}  // namespace qrvend::vipps
