#include "drivers/vipps/sandbox/calls.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "drivers/vipps/sandbox/text.hpp"

namespace qrvend::vipps::sandbox {

namespace {

constexpr auto names = std::to_array<std::pair<std::string_view, Call>>({
    {"token", Call::token},
    {"create", Call::create},
    {"get", Call::get},
    {"events", Call::events},
    {"capture", Call::capture},
    {"cancel", Call::cancel},
    {"refund", Call::refund},
    {"force_approve", Call::force_approve},
    {"receipt", Call::receipt},
    {"get_receipt", Call::get_receipt},
    {"webhook_register", Call::webhook_register},
    {"webhook_list", Call::webhook_list},
    {"webhook_delete", Call::webhook_delete},
});

// A star stands for one path segment of any text. The star that comes last is the name.
struct Pattern {
    std::string_view method;
    std::string_view path;
    Call call;
};

constexpr auto patterns = std::to_array<Pattern>({
    {"POST", "/accesstoken/get", Call::token},
    {"POST", "/epayment/v1/payments", Call::create},
    {"GET", "/epayment/v1/payments/*", Call::get},
    {"GET", "/epayment/v1/payments/*/events", Call::events},
    {"POST", "/epayment/v1/payments/*/capture", Call::capture},
    {"POST", "/epayment/v1/payments/*/cancel", Call::cancel},
    {"POST", "/epayment/v1/payments/*/refund", Call::refund},
    {"POST", "/epayment/v1/test/payments/*/approve", Call::force_approve},
    {"POST", "/order-management/v2/*/receipts/*", Call::receipt},
    {"GET", "/order-management/v2/*/*", Call::get_receipt},
    {"POST", "/webhooks/v1/webhooks", Call::webhook_register},
    {"GET", "/webhooks/v1/webhooks", Call::webhook_list},
    {"DELETE", "/webhooks/v1/webhooks/*", Call::webhook_delete},
});

std::string_view take_segment(std::string_view& path) {
    const auto end = std::min(path.find('/'), path.size());
    const auto segment = path.substr(0, end);
    path.remove_prefix(std::min(end + 1, path.size()));
    return segment;
}

// The payment types that Order Management knows; the documentation writes them in either case.
bool is_payment_type(std::string_view segment) {
    return equal_ignoring_case(segment, "ecom") || equal_ignoring_case(segment, "recurring");
}

std::optional<std::string_view> match(std::string_view pattern, std::string_view path) {
    if (path.ends_with('/') || std::ranges::count(pattern, '/') != std::ranges::count(path, '/')) {
        return std::nullopt;
    }
    const bool first_star_is_type = std::ranges::count(pattern, '*') == 2;
    std::string_view name;
    std::size_t stars = 0;
    while (!pattern.empty()) {
        const auto wanted = take_segment(pattern);
        const auto segment = take_segment(path);
        if (wanted == "*") {
            ++stars;
            name = segment;
            if (segment.empty() || (first_star_is_type && stars == 1 && !is_payment_type(segment))) {
                return std::nullopt;
            }
        } else if (wanted != segment) {
            return std::nullopt;
        }
    }
    return name;
}

}  // namespace

std::string_view to_string(Call call) {
    return std::ranges::find(names, call, [](const auto& entry) { return entry.second; })->first;
}

std::optional<Call> parse_call(std::string_view name) {
    const auto found = std::ranges::find(names, name, [](const auto& entry) { return entry.first; });
    return found == names.end() ? std::nullopt : std::optional{found->second};
}

std::optional<Route> find_route(std::string_view method, std::string_view path) {
    for (const Pattern& pattern : patterns) {
        if (pattern.method != method) {
            continue;
        }
        if (const auto name = match(pattern.path, path)) {
            return Route{.call = pattern.call, .name = *name};
        }
    }
    return std::nullopt;
}

}  // namespace qrvend::vipps::sandbox
