#include "drivers/vipps/sandbox/sales_unit.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <string_view>
#include <utility>

#include "drivers/vipps/sandbox/text.hpp"

namespace qrvend::vipps::sandbox {

namespace {

using Broken = std::optional<Problem>;

Broken judge_amount(const Draft& draft, const Settings& settings) {
    const Currency currency = currency_of(settings.market);
    if (draft.currency != currency.code()) {
        return domain_problem(400, "5040");
    }
    const std::int64_t smallest = settings.market == Market::norway ? 100 : 1;
    return draft.value < smallest ? Broken{domain_problem(400, "6010")} : std::nullopt;
}

// CARD does not exist in the test environment and CARD_PASSTHROUGH is for payment service providers.
Broken judge_method(const json::Value& body, const Draft& draft, const Settings& settings) {
    if (draft.method != "WALLET" || json::find(body, "cardPassthrough") != nullptr) {
        return domain_problem(400, "4160");
    }
    const json::Value* blocked = json::find(*json::find(body, "paymentMethod"), "blockedSources");
    const bool blocks = blocked != nullptr && !blocked->empty();
    return blocks && settings.market == Market::norway ? Broken{domain_problem(400, "5010")} : std::nullopt;
}

Broken judge_customer(const json::Value& body, const Draft& draft, const Settings& settings) {
    const json::Value* customer = json::find(body, "customer");
    if (draft.flow == "PUSH_MESSAGE") {
        if (!settings.push_allowed) {
            return domain_problem(400, "5080");
        }
        if (customer == nullptr) {
            return domain_problem(400, "4140");
        }
    }
    if (customer == nullptr) {
        return std::nullopt;
    }
    if (const auto phone = json::string_at(*customer, "phoneNumber"); phone && !is_digits(*phone, 9, 15)) {
        return domain_problem(400, "4070");
    }
    const auto personal = json::string_at(*customer, "personalQr");
    if (personal && (personal->size() < 5 || personal->size() > 255)) {
        return domain_problem(400, "4060");
    }
    // Such tokens come from merchant callback QRs, which this sandbox does not have.
    return json::find(*customer, "customerToken") != nullptr ? Broken{domain_problem(400, "4050")} : std::nullopt;
}

// https or an app's own scheme.
bool is_return_url(std::string_view url) {
    const auto colon = url.find("://");
    const auto in_scheme = [](char letter) {
        return (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z') ||
               (letter >= '0' && letter <= '9') || letter == '+' || letter == '-' || letter == '.';
    };
    return colon != std::string_view::npos && colon > 0 && url.size() > colon + 3 &&
           std::ranges::all_of(url.substr(0, colon), in_scheme) &&
           !equal_ignoring_case(url.substr(0, colon), "http");
}

Broken judge_urls(const json::Value& body, const Order& order, const Draft& draft) {
    if (order.return_url.empty() && draft.flow == "WEB_REDIRECT") {
        return domain_problem(400, "4140");
    }
    const auto receipt_url = json::string_at(body, "receiptUrl");
    const bool return_fits = order.return_url.empty() || is_return_url(order.return_url);
    const bool receipt_fits = !receipt_url || receipt_url->starts_with("https://");
    return return_fits && receipt_fits ? std::nullopt : Broken{domain_problem(400, "4090")};
}

Broken judge_expiry(const Order& order, const Settings& settings, WallTime now) {
    if (!order.expires_at) {
        return std::nullopt;
    }
    if (!settings.long_living_allowed) {
        return domain_problem(400, "5050");
    }
    if (*order.expires_at <= now + std::chrono::minutes{10}) {
        return domain_problem(400, "6120");
    }
    const auto longest = settings.market == Market::norway ? std::chrono::days{1} : std::chrono::days{60};
    if (*order.expires_at > now + longest) {
        return domain_problem(400, "6110");
    }
    return order.receipt_total_minor ? std::nullopt : Broken{domain_problem(400, "6130")};
}

Broken judge_metadata(const Order& order) {
    if (order.metadata.size() > 5) {
        return domain_problem(400, "4100");
    }
    for (const auto& [name, value] : order.metadata) {
        if (name.empty()) {
            return domain_problem(400, "4130");
        }
        if (count_characters(name) > 100) {
            return domain_problem(400, "4110");
        }
        if (count_characters(value) > 500) {
            return domain_problem(400, "4120");
        }
    }
    return std::nullopt;
}

// The sales unit has neither Express nor access to anybody's profile.
Broken judge_extras(const json::Value& body) {
    if (json::find(body, "shipping") != nullptr) {
        return domain_problem(400, "5020");
    }
    const json::Value* profile = json::find(body, "profile");
    if (profile == nullptr || profile->empty()) {
        return std::nullopt;
    }
    static constexpr std::array<std::string_view, 8> scopes = {"name",      "address", "email", "phoneNumber",
                                                               "birthDate", "gender",  "nin",   "promotions"};
    const std::string scope = json::string_at(*profile, "scope").value_or(std::string{});
    for (std::string_view rest = scope; !rest.empty();) {
        const auto end = std::min(rest.find(' '), rest.size());
        if (end > 0 && std::ranges::find(scopes, rest.substr(0, end)) == scopes.end()) {
            return domain_problem(400, "4080");
        }
        rest.remove_prefix(std::min(end + 1, rest.size()));
    }
    return domain_problem(400, scope.empty() ? "4080" : "5030");
}

}  // namespace

std::optional<Problem> judge(const json::Value& body, const Order& order, const Draft& draft,
                             const Settings& settings, WallTime now) {
    for (Broken broken : {judge_amount(draft, settings), judge_method(body, draft, settings),
                          judge_customer(body, draft, settings), judge_urls(body, order, draft),
                          judge_expiry(order, settings, now), judge_metadata(order), judge_extras(body)}) {
        if (broken) {
            return broken;
        }
    }
    return std::nullopt;
}

}  // namespace qrvend::vipps::sandbox
