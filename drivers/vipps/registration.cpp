#include "drivers/vipps/registration.hpp"

#include "drivers/json/json.hpp"

namespace qrvend::vipps {

std::vector<std::string> registered_events() {
    return {"epayments.payment.authorized.v1", "epayments.payment.aborted.v1",  "epayments.payment.expired.v1",
            "epayments.payment.cancelled.v1",  "epayments.payment.captured.v1", "epayments.payment.refunded.v1",
            "epayments.payment.terminated.v1"};
}

std::string to_text(const Registrations& registrations) {
    json::Value known = json::Value::array();
    for (const Registration& one : registrations.known) {
        known.push_back({{"id", one.id}, {"url", one.url}, {"secret", one.secret}});
    }
    return json::dump({{"base_url", registrations.base_url}, {"known", std::move(known)}});
}

std::optional<Registrations> parse_registrations(std::string_view text) {
    const auto value = json::parse(text);
    auto base_url = value ? json::string_at(*value, "base_url") : std::nullopt;
    const json::Value* known = value ? json::find(*value, "known") : nullptr;
    if (!base_url || known == nullptr || !known->is_array()) {
        return std::nullopt;
    }
    Registrations registrations{.base_url = std::move(*base_url), .known = {}};
    for (const json::Value& one : *known) {
        auto id = json::string_at(one, "id");
        auto url = json::string_at(one, "url");
        auto secret = json::string_at(one, "secret");
        if (!id || !url || !secret) {
            return std::nullopt;
        }
        registrations.known.push_back({.id = std::move(*id), .url = std::move(*url), .secret = std::move(*secret)});
    }
    return registrations;
}

}  // namespace qrvend::vipps
