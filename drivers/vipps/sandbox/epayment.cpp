// The ePayment API after the gateway: create, read, adjust, force approve.

#include <fmt/format.h>

#include <chrono>
#include <functional>
#include <string>
#include <utility>

#include "drivers/vipps/sandbox/fields.hpp"
#include "drivers/vipps/sandbox/parts.hpp"
#include "drivers/vipps/sandbox/text.hpp"

namespace qrvend::vipps::sandbox {

namespace {

json::Value money_json(Money money) {
    return {{"currency", money.currency.code()}, {"value", money.minor}};
}

json::Value aggregate_json(const Payment& payment) {
    return {{"authorizedAmount", money_json(payment.authorized)},
            {"cancelledAmount", money_json(payment.cancelled)},
            {"capturedAmount", money_json(payment.captured)},
            {"refundedAmount", money_json(payment.refunded)}};
}

void add_unknown_field(const Settings& settings, json::Value& answer) {
    if (settings.unknown_fields_in_answers) {
        answer["addedLater"] = json::Value::object({{"by", "sandbox"}});
    }
}

HttpResponse problem_answer(Sandbox::Parts& parts, const Incoming& incoming, const Problem& problem) {
    return epayment_answer(problem, incoming.path, parts.trace_id());
}

// What the API itself decided stays decided under its key; what a gateway or a lock said does not.
bool sticks(int status) {
    return (status >= 200 && status < 300) || status == 400 || status == 404 || status == 409;
}

std::string_view other_body_code(Call call) {
    switch (call) {
        case Call::capture:
            return "4010";
        case Call::refund:
            return "4150";
        default:
            return "4020";
    }
}

// Answers under the request's idempotency key: the first answer again, a conflict, or what `work` says now.
HttpResponse answer_once(Sandbox::Parts& parts, const Incoming& incoming,
                         const std::function<HttpResponse(const std::string& key)>& work) {
    const std::string key{header_value(incoming.request.headers, "Idempotency-Key")};
    if (key.empty()) {
        return work(key);
    }
    const Call call = incoming.route.call;
    const std::string identity = fmt::format("{}\n{}", incoming.path, incoming.request.body);
    const Keys::Found found = parts.keys.look_up(key, call, identity);
    switch (found.meaning) {
        case Keys::Meaning::repeated:
            return *found.first;
        case Keys::Meaning::other_body:
            return problem_answer(parts, incoming, domain_problem(409, other_body_code(call)));
        case Keys::Meaning::other_call:
            return problem_answer(parts, incoming, domain_problem(409, "4020"));
        case Keys::Meaning::fresh:
            break;
    }
    HttpResponse answer = work(key);
    if (sticks(answer.status)) {
        parts.keys.keep(key, call, identity, answer);
    }
    return answer;
}

std::string redirect_url(const Settings& settings, const Payment& payment) {
    const bool picture = payment.order.flow == UserFlow::qr && payment.order.qr_format != QrFormat::target_url;
    if (picture) {
        return fmt::format("{}/qr-image/v1?token={}", settings.public_url, payment.image_token);
    }
    return payment.order.flow == UserFlow::push_message ? std::string{} : phone_url(settings, payment);
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

HttpResponse adjusted(Sandbox::Parts& parts, const Payment& payment, const std::string& psp_reference) {
    json::Value answer = {{"amount", money_json(payment.order.amount)},
                          {"state", to_string(payment.state)},
                          {"aggregate", aggregate_json(payment)},
                          {"pspReference", psp_reference},
                          {"reference", payment.order.reference}};
    add_unknown_field(parts.settings, answer);
    return json_answer(200, answer, parts.settings.adjust_media_type);
}

std::expected<Money, Problem> read_modification(const std::string& text) {
    const auto body = json::parse(text);
    if (!body) {
        return std::unexpected(field_problem({{.name = "body", .reason = "must be JSON"}}));
    }
    Fields::Errors errors;
    Fields root{*body, "", errors};
    root.allow_only({"modificationAmount"});
    std::optional<Currency> currency;
    std::optional<std::int64_t> value;
    if (const json::Value* amount = root.object("modificationAmount", Presence::required)) {
        Fields fields{*amount, "modificationAmount", errors};
        fields.allow_only({"currency", "value"});
        const auto code = fields.choice("currency", Presence::required, {"NOK", "DKK", "EUR", "SEK", "USD", "GBP"});
        currency = Currency::parse(code.value_or(std::string{}));
        if (code && !currency) {
            fields.reject("currency", "is not settled by this sandbox");
        }
        value = fields.integer("value", Presence::required, {.min = 0, .max = 65'000'000});
    }
    if (!errors.empty() || !currency || !value) {
        return std::unexpected(field_problem(std::move(errors)));
    }
    return Money{.minor = *value, .currency = *currency};
}

HttpResponse answer_capture(Sandbox::Parts& parts, const Incoming& incoming, Payment& payment,
                            const std::string& key) {
    const auto amount = read_modification(incoming.request.body);
    if (!amount) {
        return problem_answer(parts, incoming, amount.error());
    }
    if (const auto problem = why_no_capture(payment, *amount, parts.settings, incoming.now.monotonic)) {
        return problem_answer(parts, incoming, *problem);
    }
    return adjusted(parts, payment, parts.ledger.capture(payment, *amount, key, incoming.now));
}

HttpResponse answer_refund(Sandbox::Parts& parts, const Incoming& incoming, Payment& payment,
                           const std::string& key) {
    const auto amount = read_modification(incoming.request.body);
    if (!amount) {
        return problem_answer(parts, incoming, amount.error());
    }
    if (const auto problem = why_no_refund(payment, *amount, incoming.now.monotonic)) {
        return problem_answer(parts, incoming, *problem);
    }
    return adjusted(parts, payment, parts.ledger.refund(payment, *amount, key, incoming.now));
}

std::expected<CancelMode, Problem> read_cancel_mode(const std::string& text, const Settings& settings) {
    if (text.empty() && !settings.cancel_needs_body) {
        return CancelMode::whole;
    }
    const auto body = json::parse(text);
    if (!body) {
        return std::unexpected(field_problem({{.name = "body", .reason = "must be a JSON object"}}));
    }
    Fields::Errors errors;
    Fields root{*body, "", errors};
    root.allow_only({"cancelTransactionOnly"});
    const bool only = root.boolean("cancelTransactionOnly").value_or(false);
    if (!errors.empty()) {
        return std::unexpected(field_problem(std::move(errors)));
    }
    return only ? CancelMode::transaction_only : CancelMode::whole;
}

HttpResponse answer_cancel(Sandbox::Parts& parts, const Incoming& incoming, Payment& payment,
                           const std::string& key) {
    const auto mode = read_cancel_mode(incoming.request.body, parts.settings);
    if (!mode) {
        return problem_answer(parts, incoming, mode.error());
    }
    if (const auto problem = why_no_cancel(payment, *mode, parts.settings, incoming.now.monotonic)) {
        return problem_answer(parts, incoming, *problem);
    }
    return adjusted(parts, payment, parts.ledger.cancel(payment, key, incoming.now));
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

HttpResponse answer_adjustment(Sandbox::Parts& parts, const Incoming& incoming) {
    Payment* payment = parts.ledger.find(incoming.route.name);
    if (payment != nullptr) {
        const Call call = incoming.route.call;
        std::uint32_t& count = call == Call::capture  ? payment->calls.capture
                               : call == Call::cancel ? payment->calls.cancel
                                                      : payment->calls.refund;
        ++count;
    }
    return answer_once(parts, incoming, [&](const std::string& key) {
        if (payment == nullptr) {
            return problem_answer(parts, incoming, domain_problem(404, "5090"));
        }
        switch (incoming.route.call) {
            case Call::capture:
                return answer_capture(parts, incoming, *payment, key);
            case Call::cancel:
                return answer_cancel(parts, incoming, *payment, key);
            default:
                return answer_refund(parts, incoming, *payment, key);
        }
    });
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
