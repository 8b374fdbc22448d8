#include "drivers/vipps/sandbox/webhook_rules.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>

#include "drivers/vipps/sandbox/text.hpp"

namespace qrvend::vipps::sandbox {

namespace {

constexpr std::string_view checked_in = "user.checked-in.v1";

}  // namespace

std::string registered_name(EventName event) {
    std::string name{to_string(event)};
    std::ranges::transform(name, name.begin(), [](char letter) { return static_cast<char>(letter - 'A' + 'a'); });
    return fmt::format("epayments.payment.{}.v1", name);
}

bool is_registrable(std::string_view name) {
    for (const EventName event :
         {EventName::created, EventName::authorized, EventName::captured, EventName::cancelled, EventName::refunded,
          EventName::aborted, EventName::expired, EventName::terminated}) {
        if (registered_name(event) == name) {
            return true;
        }
    }
    return name == checked_in;
}

milliseconds wait_after(std::uint32_t attempts) {
    if (attempts < 4) {
        return std::chrono::seconds{2};
    }
    if (attempts == 4) {
        return std::chrono::seconds{60};
    }
    if (attempts == 5) {
        return std::chrono::seconds{120};
    }
    return attempts < 29 ? std::chrono::hours{1} : std::chrono::hours{24};
}

json::Value falsified(json::Value content, WebhookTrouble trouble) {
    switch (trouble) {
        case WebhookTrouble::wrong_amount:
            content["amount"]["value"] = json::integer_at(content["amount"], "value").value_or(0) + 1;
            break;
        case WebhookTrouble::wrong_currency:
            content["amount"]["currency"] = "SEK";
            break;
        case WebhookTrouble::wrong_msn:
            content["msn"] = "9999999999";
            break;
        case WebhookTrouble::wrong_reference:
            content["reference"] = "nobody-knows-this-reference";
            break;
        case WebhookTrouble::unsuccessful:
            content["success"] = false;
            break;
        default:
            break;
    }
    return content;
}

std::ptrdiff_t most_registrations(std::string_view name) {
    return name == checked_in ? 1 : 25;
}

json::Value event_json(const Payment& payment, const Event& event) {
    json::Value value = {
        {"reference", payment.order.reference},
        {"pspReference", event.psp_reference},
        {"name", to_string(event.name)},
        {"amount", {{"currency", event.amount.currency.code()}, {"value", event.amount.minor}}},
        {"timestamp", utc_text(event.at)},
        {"idempotencyKey", nullptr},
        {"success", event.success},
    };
    if (!event.idempotency_key.empty()) {
        value["idempotencyKey"] = event.idempotency_key;
    }
    return value;
}

}  // namespace qrvend::vipps::sandbox
