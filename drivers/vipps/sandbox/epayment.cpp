// The ePayment API after the gateway: create, read, force approve. Adjustments have a file of their own.

#include <fmt/format.h>

#include <chrono>
#include <string>
#include <utility>

#include "drivers/vipps/sandbox/epayment.hpp"
#include "drivers/vipps/sandbox/fields.hpp"
#include "drivers/vipps/sandbox/parts.hpp"
#include "drivers/vipps/sandbox/text.hpp"
#include "drivers/vipps/sandbox/webhook_rules.hpp"

namespace qrvend::vipps::sandbox {

namespace {

std::string redirect_url(const Settings& settings, const Payment& payment) {
    const bool picture = payment.order.flow == UserFlow::qr && payment.order.qr_format != QrFormat::target_url;
    if (picture) {
        return fmt::format("{}/qr-image/v1?token={}", settings.public_url, payment.image_token);
    }
    return payment.order.flow == UserFlow::push_message ? std::string{} : phone_url(settings, payment.phone_token);
}

HttpResponse create(Sandbox::Parts& parts, const Incoming& incoming, const json::Value& body,
                    const std::string& key) {
    auto order = read_order(body, parts.settings, incoming.now.wall);
    if (!order) {
        return problem_answer(parts, incoming, order.error());
    }
    if (Payment* taken = parts.ledger.find(order->reference)) {
        ++taken->calls.create;
        return problem_answer(parts, incoming, domain_problem(409, "4150"));
    }
    Payment* payment = parts.ledger.create(*std::move(order), key, incoming.now);
    if (payment == nullptr) {
        return problem_answer(parts, incoming, {.status = 503, .title = "The sandbox is full of open payments"});
    }
    ++payment->calls.create;
    payment->redirect_url = redirect_url(parts.settings, *payment);
    json::Value answer = {{"reference", payment->order.reference}};
    if (!payment->redirect_url.empty()) {
        answer["redirectUrl"] = payment->redirect_url;
    }
    add_unknown_field(parts.settings, answer);
    return json_answer(201, answer);
}

HttpResponse answer_create(Sandbox::Parts& parts, const Incoming& incoming) {
    const auto body = json::parse(incoming.request.body);
    if (!body) {
        return problem_answer(parts, incoming, field_problem({{.name = "body", .reason = "must be JSON"}}));
    }
    // Calls without a readable reference all count as the same one.
    const std::string reference = json::string_at(*body, "reference").value_or(std::string{}).substr(0, 64);
    if (parts.settings.rate_limits) {
        if (const auto wait = parts.rates.turn_away(Call::create, reference, incoming.now.monotonic)) {
            return too_many(parts.settings, *wait);
        }
    }
    return answer_once(parts, incoming,
                       [&](const std::string& key) { return create(parts, incoming, *body, key); });
}

HttpResponse answer_get(Sandbox::Parts& parts, Payment& payment) {
    ++payment.calls.get;
    json::Value answer = {{"aggregate", aggregate_json(payment)}, {"amount", money_json(payment.order.amount)},
                          {"state", to_string(payment.state)},    {"paymentMethod", {{"type", "WALLET"}}},
                          {"profile", json::Value::object()},     {"pspReference", payment.psp_reference},
                          {"reference", payment.order.reference}};
    if (!payment.redirect_url.empty()) {
        answer["redirectUrl"] = payment.redirect_url;
    }
    if (payment.state == State::authorized) {
        answer["paymentMethod"]["cardBin"] = "540185";
    }
    if (!payment.order.metadata.empty()) {
        answer["metadata"] = payment.order.metadata;
    }
    add_unknown_field(parts.settings, answer);
    return json_answer(200, answer);
}

HttpResponse answer_events(Payment& payment) {
    ++payment.calls.events;
    json::Value answer = json::Value::array();
    for (const Event& event : payment.events) {
        answer.push_back(event_json(payment, event));
    }
    return json_answer(200, answer);
}

// {"customer":{"phoneNumber":"4712345678"}} or {"token":"..."}, the token being the last part of redirectUrl.
HttpResponse answer_force_approve(Sandbox::Parts& parts, const Incoming& incoming, Payment& payment) {
    const auto body = json::parse(incoming.request.body);
    Fields::Errors errors;
    const json::Value empty = json::Value::object();
    Fields root{body ? *body : empty, "", errors};
    root.allow_only({"customer", "token"});
    const json::Value* customer = root.object("customer", Presence::optional);
    const auto phone = customer == nullptr ? std::nullopt : json::string_at(*customer, "phoneNumber");
    const auto token = root.text("token", Presence::optional, {.min = 1, .max = 2500});
    if (!errors.empty()) {
        return problem_answer(parts, incoming, field_problem(std::move(errors)));
    }
    const bool by_phone = phone && is_digits(*phone, 9, 15);
    const bool by_token = token && (*token == payment.phone_token || *token == payment.image_token);
    if (!by_phone && !by_token) {
        return problem_answer(parts, incoming, domain_problem(400, "10030"));
    }
    if (payment.state != State::created) {
        return problem_answer(parts, incoming, domain_problem(400, "10020"));
    }
    if (!parts.ledger.approve(payment, CustomerAge::old_enough, incoming.now)) {
        return problem_answer(parts, incoming, domain_problem(400, "10010"));
    }
    return {.status = 200, .headers = {}, .body = {}};
}

HttpResponse answer_read(Sandbox::Parts& parts, const Incoming& incoming) {
    Payment* payment = parts.ledger.find(incoming.route.name);
    if (payment == nullptr) {
        return problem_answer(parts, incoming, domain_problem(404, "5090"));
    }
    switch (incoming.route.call) {
        case Call::events:
            return answer_events(*payment);
        case Call::force_approve:
            return answer_force_approve(parts, incoming, *payment);
        default:
            return answer_get(parts, *payment);
    }
}

}  // namespace

HttpResponse answer_epayment(Sandbox::Parts& parts, const Incoming& incoming) {
    const Call call = incoming.route.call;
    if (call == Call::create) {
        return answer_create(parts, incoming);
    }
    if (parts.settings.rate_limits) {
        if (const auto wait = parts.rates.turn_away(call, incoming.route.name, incoming.now.monotonic)) {
            return too_many(parts.settings, *wait);
        }
    }
    const bool adjusts = call == Call::capture || call == Call::cancel || call == Call::refund;
    return adjusts ? answer_adjustment(parts, incoming) : answer_read(parts, incoming);
}

}  // namespace qrvend::vipps::sandbox
