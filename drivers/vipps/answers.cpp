#include "drivers/vipps/answers.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "drivers/json/json.hpp"
#include "drivers/vipps/amount.hpp"
#include "drivers/vipps/url.hpp"

namespace qrvend::vipps {

namespace {

constexpr std::size_t most_events = 1000;

std::optional<PaymentStatus::State> state_of(std::string_view name) {
    using State = PaymentStatus::State;
    struct Row {
        std::string_view name;
        State state;
    };
    static constexpr std::array<Row, 5> states{{
        {"CREATED", State::pending},
        {"AUTHORIZED", State::authorized},
        {"ABORTED", State::declined},
        {"EXPIRED", State::expired},
        {"TERMINATED", State::cancelled},
    }};
    const auto* found = std::ranges::find(states, name, &Row::name);
    return found == states.end() ? std::nullopt : std::optional(found->state);
}

std::optional<PaymentAmounts> read_amounts(const json::Value& payment) {
    const json::Value* aggregate = json::find(payment, "aggregate");
    if (aggregate == nullptr) {
        return std::nullopt;
    }
    const auto authorized = read_amount(*aggregate, "authorizedAmount");
    const auto captured = read_amount(*aggregate, "capturedAmount");
    const auto cancelled = read_amount(*aggregate, "cancelledAmount");
    const auto refunded = read_amount(*aggregate, "refundedAmount");
    if (!authorized || !captured || !cancelled || !refunded) {
        return std::nullopt;
    }
    const Currency currency = authorized->currency;
    if (captured->currency != currency || cancelled->currency != currency || refunded->currency != currency) {
        return std::nullopt;
    }
    return PaymentAmounts{
        .authorized = *authorized, .captured = *captured, .cancelled = *cancelled, .refunded = *refunded};
}

}  // namespace

Result<PaymentStatus> read_created(const Settings& settings, std::string_view body, const PaymentReference& asked,
                                   Currency currency) {
    const auto value = json::parse(body);
    if (!value || !value->is_object()) {
        return unknown("garbled", "the answer to create is not a JSON object");
    }
    if (json::string_at(*value, "reference") != asked.text()) {
        return unknown("other_reference", "the answer to create names another reference");
    }
    auto url = json::string_at(*value, "redirectUrl");
    if (!url || !may_be_followed(*url, settings.base_url)) {
        return unknown("no_redirect_url", "the answer to create holds no https URL to show");
    }
    const auto kind =
        settings.qr_source == QrSource::picture_by_vipps ? ToShow::Kind::picture_url : ToShow::Kind::qr_text;
    const Money none = zero(currency);
    return PaymentStatus{
        .state = PaymentStatus::State::pending,
        .amounts = {.authorized = none, .captured = none, .cancelled = none, .refunded = none},
        .to_show = ToShow{.kind = kind, .content = std::move(*url)},
        .life = payment_life,
    };
}

Result<PaymentStatus> read_payment(std::string_view body, const PaymentReference& asked) {
    const auto value = json::parse(body);
    if (!value || !value->is_object()) {
        return unknown("garbled", "the answer is not a JSON object");
    }
    if (json::string_at(*value, "reference") != asked.text()) {
        return unknown("other_reference", "the answer tells of another reference");
    }
    const auto state = state_of(json::string_at(*value, "state").value_or(""));
    if (!state) {
        return unknown("unknown_state", "the answer names a state that is not documented");
    }
    auto amounts = read_amounts(*value);
    if (!amounts) {
        return unknown("unreadable_amounts", "the answer's figures cannot be read, or are in several currencies");
    }
    if (*state != PaymentStatus::State::authorized && amounts->authorized.minor == 0) {
        amounts->cancelled.minor = 0;
    }
    return PaymentStatus{.state = *state,
                         .amounts = *amounts,
                         .provider_reference = json::string_at(*value, "pspReference").value_or("")};
}

Result<std::vector<LoggedEvent>> read_events(std::string_view body, const PaymentReference& asked) {
    const auto value = json::parse(body);
    if (!value || !value->is_array() || value->size() > most_events) {
        return unknown("garbled", "the event log is not a JSON array of at most 1000 entries");
    }
    std::vector<LoggedEvent> events;
    for (const json::Value& entry : *value) {
        if (json::string_at(entry, "reference") != asked.text()) {
            return unknown("other_reference", "the event log tells of another reference");
        }
        auto name = json::string_at(entry, "name");
        const auto amount = read_amount(entry, "amount");
        const auto success = json::bool_at(entry, "success");
        if (!name || !amount || !success) {
            return unknown("garbled", "an entry of the event log cannot be read");
        }
        events.push_back({.name = std::move(*name),
                          .amount = *amount,
                          .timestamp = json::string_at(entry, "timestamp").value_or(""),
                          .provider_reference = json::string_at(entry, "pspReference").value_or(""),
                          .success = *success});
    }
    return events;
}

}  // namespace qrvend::vipps
