// The control interface over HTTP: what tests, demos and people use to look inside and to make the sandbox
// misbehave. Everything here has a C++ call of the same meaning in sandbox.hpp. Its calls are described in
// README.md.

#include <fmt/format.h>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "drivers/vipps/sandbox/control_settings.hpp"
#include "drivers/vipps/sandbox/parts.hpp"
#include "drivers/vipps/sandbox/text.hpp"

namespace qrvend::vipps::sandbox {

namespace {

constexpr std::int64_t day_ms = 86'400'000;

HttpResponse failure(int status, std::string_view reason) {
    return json_answer(status, {{"error", reason}});
}

HttpResponse done(const Result<void>& result) {
    if (result) {
        return json_answer(200, json::Value::object());
    }
    return failure(result.error().code == "not_found" ? 404 : 409, result.error().code);
}

json::Value calls_json(const CallCounts& calls) {
    return {{"create", calls.create},   {"get", calls.get},       {"events", calls.events},
            {"capture", calls.capture}, {"cancel", calls.cancel}, {"refund", calls.refund},
            {"receipt", calls.receipt}};
}

json::Value payment_json(const PaymentSnapshot& payment) {
    json::Value value = {{"reference", payment.reference},
                         {"state", to_string(payment.state)},
                         {"currency", payment.ordered.currency.code()},
                         {"ordered", payment.ordered.minor},
                         {"authorized", payment.authorized.minor},
                         {"captured", payment.captured.minor},
                         {"cancelled", payment.cancelled.minor},
                         {"refunded", payment.refunded.minor},
                         {"refund_pending", payment.refund_pending.minor},
                         {"approving", payment.approving},
                         {"customer_present", payment.customer_present},
                         {"receipt_posted", payment.receipt_posted},
                         {"calls", calls_json(payment.calls)},
                         {"phone_url", payment.phone_url}};
    if (payment.receipt_total_minor) {
        value["receipt_total"] = *payment.receipt_total_minor;
    }
    return value;
}

HttpResponse list_payments(Sandbox& sandbox, const Stamp& now) {
    json::Value list = json::Value::array();
    for (const PaymentSnapshot& payment : sandbox.payments(now)) {
        list.push_back(payment_json(payment));
    }
    return json_answer(200, list);
}

HttpResponse one_payment(Sandbox& sandbox, std::string_view reference, const Stamp& now) {
    const auto payment = sandbox.payment(reference, now);
    if (!payment) {
        return failure(404, "not_found");
    }
    json::Value value = payment_json(*payment);
    value["events"] = json::Value::array();
    for (const Event& event : sandbox.events(reference, now)) {
        value["events"].push_back({{"name", to_string(event.name)},
                                   {"amount", event.amount.minor},
                                   {"at", utc_text(event.at)},
                                   {"success", event.success}});
    }
    return json_answer(200, value);
}

HttpResponse act(Sandbox& sandbox, std::string_view reference, std::string_view action, const json::Value& body,
                 const Stamp& now) {
    if (action == "approve") {
        const bool under_age = json::bool_at(body, "under_age").value_or(false);
        return done(sandbox.approve(reference, under_age ? CustomerAge::under_age : CustomerAge::old_enough, now));
    }
    if (action == "reject") {
        return done(sandbox.reject(reference, now));
    }
    if (action == "expire") {
        return done(sandbox.expire(reference, now));
    }
    if (action == "cancel") {
        return done(sandbox.portal_cancel(reference, now));
    }
    if (action == "approving") {
        const std::int64_t duration = json::integer_at(body, "ms").value_or(30'000);
        return duration < 0 || duration > day_ms
                   ? failure(400, "ms: must be 0 to a day")
                   : done(sandbox.start_approving(reference, milliseconds{duration}, now));
    }
    if (action == "refund") {
        const auto payment = sandbox.payment(reference, now);
        const auto value = json::integer_at(body, "value");
        if (!payment || !value) {
            return payment ? failure(400, "value: minor units are required") : failure(404, "not_found");
        }
        return done(
            sandbox.portal_refund(reference, {.minor = *value, .currency = payment->ordered.currency}, now));
    }
    return failure(404, "no such action");
}

HttpResponse list_faults(const Sandbox::Parts& parts) {
    json::Value calls = json::Value::array();
    for (const CallFault& fault : parts.faults.calls()) {
        calls.push_back(to_json(fault));
    }
    json::Value webhooks = json::Value::array();
    for (const WebhookFault& fault : parts.faults.webhooks()) {
        webhooks.push_back(to_json(fault));
    }
    return json_answer(200, {{"calls", calls}, {"webhooks", webhooks}});
}

template <class Fault>
HttpResponse add_fault(Sandbox& sandbox, const std::expected<Fault, std::string>& fault) {
    if (!fault) {
        return failure(400, fault.error());
    }
    return sandbox.add_fault(*fault) ? json_answer(201, to_json(*fault)) : failure(409, "too many faults");
}

HttpResponse list_webhooks(const Sandbox::Parts& parts) {
    json::Value list = json::Value::array();
    for (const Registration& registration : parts.webhooks.registrations()) {
        list.push_back({{"id", registration.id},
                        {"url", registration.url_text},
                        {"events", registration.events},
                        {"failing", registration.failing_since.has_value()}});
    }
    return json_answer(200, {{"queued", parts.webhooks.queued()}, {"registrations", list}});
}

HttpResponse change_settings(Sandbox& sandbox, const json::Value& body) {
    Settings wanted = sandbox.settings();
    std::vector<FieldError> errors;
    read_settings(body, wanted, errors);
    if (!errors.empty()) {
        return failure(400, fmt::format("{}: {}", errors.front().name, errors.front().reason));
    }
    sandbox.settings() = std::move(wanted);
    return json_answer(200, settings_json(sandbox.settings()));
}

HttpResponse answer_payments(Sandbox& sandbox, std::string_view method, std::string_view rest,
                             const json::Value& body, const Stamp& now) {
    const auto slash = std::min(rest.find('/'), rest.size());
    const auto reference = rest.substr(0, slash);
    if (method == "GET" && slash == rest.size()) {
        return reference.empty() ? list_payments(sandbox, now) : one_payment(sandbox, reference, now);
    }
    if (method == "POST" && slash < rest.size()) {
        return act(sandbox, reference, rest.substr(slash + 1), body, now);
    }
    return failure(404, "no such control");
}

}  // namespace

HttpResponse answer_control(Sandbox& sandbox, Sandbox::Parts& parts, const HttpRequest& request, const Stamp& now) {
    const auto parsed = request.body.empty() ? json::Value::object() : json::parse(request.body);
    if (!parsed || !parsed->is_object()) {
        return failure(400, "the body must be a JSON object");
    }
    constexpr std::string_view payments = "/control/payments";
    const std::string_view url = request.url;
    const std::string_view path = url.substr(0, url.find('?'));
    const std::string_view method = request.method;
    if (path == payments || path.starts_with("/control/payments/")) {
        return answer_payments(sandbox, method, path.substr(std::min(payments.size() + 1, path.size())), *parsed,
                               now);
    }
    if (path == "/control/faults") {
        if (method == "DELETE") {
            sandbox.clear_faults();
        }
        return method == "POST" ? add_fault(sandbox, read_call_fault(*parsed)) : list_faults(parts);
    }
    if (path == "/control/webhook-faults" && method == "POST") {
        return add_fault(sandbox, read_webhook_fault(*parsed));
    }
    if (path == "/control/webhooks" && method == "GET") {
        return list_webhooks(parts);
    }
    if (path == "/control/settings") {
        return method == "PATCH" ? change_settings(sandbox, *parsed)
                                 : json_answer(200, settings_json(sandbox.settings()));
    }
    if (path == "/control/revoke-tokens" && method == "POST") {
        sandbox.revoke_tokens();
        return json_answer(200, json::Value::object());
    }
    return failure(404, "no such control");
}

}  // namespace qrvend::vipps::sandbox
