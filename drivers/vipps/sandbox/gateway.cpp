#include "drivers/vipps/sandbox/gateway.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <utility>
#include <vector>

#include "drivers/vipps/sandbox/text.hpp"

namespace qrvend::vipps::sandbox {

namespace {

bool has_subscription_key(const HttpRequest& request, const Settings& settings) {
    const auto key = header_value(request.headers, "Ocp-Apim-Subscription-Key");
    return !key.empty() && (key == settings.subscription_key || key == settings.secondary_subscription_key);
}

HttpResponse no_subscription_key(const Settings& settings) {
    return gateway_answer(settings.gateway_shape, 401, "Access denied due to missing or invalid subscription key.");
}

bool is_order_management(Call call) {
    return call == Call::receipt || call == Call::get_receipt;
}

bool is_webhook_call(Call call) {
    return call == Call::webhook_register || call == Call::webhook_list || call == Call::webhook_delete;
}

void check_merchant(Call call, const HttpRequest& request, std::vector<FieldError>& errors) {
    const auto number = header_value(request.headers, "Merchant-Serial-Number");
    const bool may_be_absent = is_webhook_call(call);
    if (!(may_be_absent && number.empty()) && !is_digits(number, 4, 10)) {
        errors.push_back({.name = "Merchant-Serial-Number", .reason = "^[0-9]{4,10}$"});
    }
}

void check_system_headers(Call call, const HttpRequest& request, std::vector<FieldError>& errors) {
    const std::size_t longest = is_order_management(call) ? 100 : 30;
    for (const char* name :
         {"Vipps-System-Name", "Vipps-System-Version", "Vipps-System-Plugin-Name", "Vipps-System-Plugin-Version"}) {
        if (header_value(request.headers, name).size() > longest) {
            errors.push_back({.name = name, .reason = fmt::format("must have at most {} characters", longest)});
        }
    }
}

void check_idempotency_key(Call call, const HttpRequest& request, std::vector<FieldError>& errors) {
    const auto key = header_value(request.headers, "Idempotency-Key");
    const bool demanded = call == Call::create || call == Call::capture || call == Call::refund;
    if ((demanded && key.empty()) || key.size() > 50) {
        errors.push_back({.name = "Idempotency-Key", .reason = "must have 1 to 50 characters"});
    }
}

}  // namespace

std::string Tokens::issue(Random& random, std::size_t characters, MonotonicTime valid_until) {
    // The look of a JWT: header, claims, signature.
    std::string token = "eyJ0eXAiOiJKV1QiLCJhbGciOiJSUzI1NiJ9.";
    token += random_name(random, characters / 2);
    token += '.';
    token += random_name(random, std::max(characters, token.size()) - token.size());
    if (oldest_first_.size() >= limit_) {
        valid_until_.erase(oldest_first_.front());
        oldest_first_.pop_front();
    }
    valid_until_.emplace(token, valid_until);
    oldest_first_.push_back(token);
    return token;
}

bool Tokens::valid(std::string_view token, MonotonicTime now) const {
    const auto found = valid_until_.find(std::string{token});
    return found != valid_until_.end() && now < found->second;
}

HttpResponse answer_token(const HttpRequest& request, const Settings& settings, Tokens& tokens, Random& random,
                          const Stamp& now) {
    if (!has_subscription_key(request, settings)) {
        return no_subscription_key(settings);
    }
    const auto merchant = header_value(request.headers, "Merchant-Serial-Number");
    if (header_value(request.headers, "client_id") != settings.client_id ||
        header_value(request.headers, "client_secret") != settings.client_secret ||
        (!merchant.empty() && merchant != settings.merchant_serial_number)) {
        return json_answer(401, {{"error", "unauthorized_client"},
                                 {"error_description", "The client id, secret or merchant is not valid."},
                                 {"error_codes", json::Value::array({700016})}});
    }
    const auto life = settings.token_life;
    const auto begin = std::chrono::floor<seconds>(now.wall).time_since_epoch();
    return json_answer(200,
                       {{"token_type", "Bearer"},
                        {"expires_in", std::to_string(life.count())},
                        {"ext_expires_in", std::to_string(life.count())},
                        {"expires_on", std::to_string((begin + life).count())},
                        {"not_before", std::to_string(begin.count())},
                        {"resource", "00000002-0000-0000-c000-000000000000"},
                        {"access_token", tokens.issue(random, settings.token_characters, now.monotonic + life)}});
}

std::optional<HttpResponse> turn_away(const HttpRequest& request, const Settings& settings, const Tokens& tokens,
                                      MonotonicTime now) {
    if (!has_subscription_key(request, settings)) {
        return no_subscription_key(settings);
    }
    constexpr std::string_view scheme = "Bearer ";
    const auto authorization = header_value(request.headers, "Authorization");
    if (!authorization.starts_with(scheme) || !tokens.valid(authorization.substr(scheme.size()), now)) {
        return gateway_answer(settings.gateway_shape, 401, "Unauthorized. Access token is missing or invalid.");
    }
    return std::nullopt;
}

HttpResponse too_many(const Settings& settings, seconds wait) {
    HttpResponse answer = gateway_answer(
        settings.gateway_shape, 429, fmt::format("Rate limit is exceeded. Try again in {} seconds.", wait.count()));
    answer.headers.push_back({.name = "Retry-After", .value = std::to_string(wait.count())});
    return answer;
}

std::optional<Problem> check_headers(Call call, const HttpRequest& request, const Settings& settings) {
    std::vector<FieldError> errors;
    check_merchant(call, request, errors);
    check_system_headers(call, request, errors);
    check_idempotency_key(call, request, errors);
    if (!errors.empty()) {
        return field_problem(std::move(errors));
    }
    const auto merchant = header_value(request.headers, "Merchant-Serial-Number");
    if (!merchant.empty() && merchant != settings.merchant_serial_number) {
        return Problem{.status = 403, .title = "The sales unit is not yours"};
    }
    if (request.body.empty()) {
        return std::nullopt;
    }
    const auto type = header_value(request.headers, "Content-Type");
    const bool is_json = equal_ignoring_case(type.substr(0, type.find(';')), "application/json");
    return is_json ? std::nullopt : std::optional{Problem{.status = 415, .title = "The body must be JSON"}};
}

}  // namespace qrvend::vipps::sandbox
