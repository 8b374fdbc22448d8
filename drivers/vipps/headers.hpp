#pragma once
// The headers that Vipps wants on its calls.

#include <string>
#include <string_view>
#include <vector>

#include "controller/base/http_message.hpp"
#include "drivers/vipps/settings.hpp"

namespace qrvend::vipps {

/// Who asks: subscription key, merchant serial number, the four Vipps-System-* headers.
std::vector<HttpHeader> account_headers(const Settings& settings);

/// A call of an API: the account's headers, the token, and the type of the body where there is one.
/// The word Bearer in front of the token is not optional.
std::vector<HttpHeader> api_headers(const Settings& settings, std::string_view token, std::string_view body,
                                    std::string_view idempotency_key);

}  // namespace qrvend::vipps
