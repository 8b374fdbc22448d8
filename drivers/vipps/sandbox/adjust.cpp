// Capture, cancel and refund: bodies, rules, answers.

#include <utility>

#include "drivers/vipps/sandbox/epayment.hpp"
#include "drivers/vipps/sandbox/fields.hpp"

namespace qrvend::vipps::sandbox {

namespace {

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

}  // namespace

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

}  // namespace qrvend::vipps::sandbox
