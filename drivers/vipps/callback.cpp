#include "drivers/vipps/callback.hpp"

#include <algorithm>
#include <array>
#include <optional>

#include "controller/base/url.hpp"
#include "drivers/json/json.hpp"
#include "drivers/vipps/amount.hpp"
#include "drivers/vipps/signature.hpp"
#include "drivers/vipps/text.hpp"

namespace qrvend::vipps {

namespace {

constexpr std::array<std::string_view, 8> payment_events{"CREATED",  "AUTHORIZED", "CAPTURED", "CANCELLED",
                                                         "REFUNDED", "ABORTED",    "EXPIRED",  "TERMINATED"};

Callback refuse(int status, std::string_view why) {
    return {.reply = {.status = status, .headers = {}, .body = {}}, .refused_because = std::string(why)};
}

// The verdict on the newest registration speaks for all, unless another one accepts.
Verdict verdict_on(const HttpRequest& request, std::span<const Registration> registrations) {
    std::optional<Verdict> first;
    for (const Registration& registration : registrations) {
        const auto url = parse_url(registration.url);
        const Verdict verdict = url ? verify(registration.secret, url->path_and_query, url->authority(), request)
                                    : Verdict::signature_wrong;
        if (verdict == Verdict::genuine) {
            return verdict;
        }
        first = first.value_or(verdict);
    }
    return first.value_or(Verdict::signature_wrong);
}

Callback read_body(std::string_view body, std::string_view merchant_serial_number) {
    const auto value = json::parse(body);
    if (!value) {
        return refuse(400, "not_json");
    }
    const auto msn = json::string_at(*value, "msn");
    const auto reference = json::string_at(*value, "reference");
    const auto name = json::string_at(*value, "name");
    const auto psp_reference = json::string_at(*value, "pspReference");
    const auto success = json::bool_at(*value, "success");
    if (!msn || !reference || !name || !psp_reference || !success) {
        return refuse(400, "bad_body");
    }
    if (*msn != merchant_serial_number) {
        return refuse(400, "other_merchant");
    }
    if (!is_reference(*reference)) {
        return refuse(400, "bad_reference");
    }
    const auto amount = read_amount(*value, "amount");
    if (!amount) {
        return refuse(400, "bad_amount");
    }
    Callback callback{.reply = {.status = 200, .headers = {}, .body = {}}};
    if (std::ranges::find(payment_events, *name) == payment_events.end()) {
        return callback;
    }
    callback.event = PaymentEvent{.reference = PaymentReference{*reference},
                                  .event_id = *reference + "/" + *name + "/" + *psp_reference};
    if (*name == "AUTHORIZED" && *success) {
        callback.event->approved = *amount;
    }
    return callback;
}

}  // namespace

Callback read_callback(const HttpRequest& request, std::span<const Registration> registrations,
                       std::string_view merchant_serial_number) {
    if (request.method != "POST") {
        Callback refused = refuse(405, "method");
        refused.reply.headers.push_back({.name = "Allow", .value = "POST"});
        return refused;
    }
    if (request.body.size() > longest_callback) {
        return refuse(413, "too_large");
    }
    if (registrations.empty()) {
        return refuse(503, "not_registered");
    }
    const Verdict verdict = verdict_on(request, registrations);
    if (verdict != Verdict::genuine) {
        return refuse(401, to_string(verdict));
    }
    return read_body(request.body, merchant_serial_number);
}

}  // namespace qrvend::vipps
