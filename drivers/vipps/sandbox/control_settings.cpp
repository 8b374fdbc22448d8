#include "drivers/vipps/sandbox/control_settings.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <utility>

#include "drivers/vipps/sandbox/fields.hpp"

namespace qrvend::vipps::sandbox {

namespace {

constexpr std::int64_t day_ms = 86'400'000;

// The settings that may be changed while the sandbox runs.
constexpr auto switches = std::to_array<std::pair<std::string_view, bool Settings::*>>({
    {"rate_limits", &Settings::rate_limits},
    {"push_allowed", &Settings::push_allowed},
    {"long_living_allowed", &Settings::long_living_allowed},
    {"partial_capture_allowed", &Settings::partial_capture_allowed},
    {"cancel_needs_body", &Settings::cancel_needs_body},
    {"plain_http_webhooks", &Settings::plain_http_webhooks},
    {"failed_attempts_are_events", &Settings::failed_attempts_are_events},
    {"redate_retries", &Settings::redate_retries},
    {"unknown_fields_in_answers", &Settings::unknown_fields_in_answers},
});

constexpr auto times = std::to_array<std::pair<std::string_view, milliseconds Settings::*>>({
    {"payment_life_ms", &Settings::payment_life},
    {"approval_takes_ms", &Settings::approval_takes},
    {"refund_shown_after_ms", &Settings::refund_shown_after},
    {"webhook_latency_ms", &Settings::webhook_latency},
    {"webhook_deadline_ms", &Settings::webhook_deadline},
});

constexpr auto gateway_shapes = std::to_array<std::pair<std::string_view, GatewayShape>>(
    {{"apim", GatewayShape::apim}, {"problem", GatewayShape::problem}, {"empty", GatewayShape::empty}});

constexpr auto approving_answers =
    std::to_array<std::pair<std::string_view, ApprovingAnswer>>({{"6250", ApprovingAnswer::code_6250},
                                                                 {"6160", ApprovingAnswer::code_6160},
                                                                 {"locked", ApprovingAnswer::locked}});

template <class Names, class Value>
void read_choice(Fields& fields, std::string_view name, const Names& names, Value& value) {
    const auto text = fields.text(name, Presence::optional, {.min = 0, .max = 40});
    if (!text) {
        return;
    }
    const auto found = std::ranges::find(names, *text, [](const auto& entry) { return entry.first; });
    if (found == names.end()) {
        fields.reject(name, "no such value");
    } else {
        value = found->second;
    }
}

template <class Names, class Value>
std::string_view name_of(const Names& names, Value value) {
    return std::ranges::find(names, value, [](const auto& entry) { return entry.second; })->first;
}

}  // namespace

void read_settings(const json::Value& body, Settings& wanted, std::vector<FieldError>& errors) {
    Fields fields{body, "", errors};
    for (const auto& [name, member] : switches) {
        wanted.*member = fields.boolean(name).value_or(wanted.*member);
    }
    for (const auto& [name, member] : times) {
        const auto value = fields.integer(name, Presence::optional, {.min = 0, .max = 60 * day_ms});
        wanted.*member = value ? milliseconds{*value} : wanted.*member;
    }
    const auto life = fields.integer("token_life_s", Presence::optional, {.min = 0, .max = day_ms / 1000});
    wanted.token_life = life ? seconds{*life} : wanted.token_life;
    wanted.public_url =
        fields.text("public_url", Presence::optional, {.min = 8, .max = 500}).value_or(wanted.public_url);
    wanted.merchant_name =
        fields.text("merchant_name", Presence::optional, {.min = 1, .max = 100}).value_or(wanted.merchant_name);
    wanted.adjust_media_type = fields.text("adjust_media_type", Presence::optional, {.min = 1, .max = 100})
                                   .value_or(wanted.adjust_media_type);
    read_choice(fields, "gateway_shape", gateway_shapes, wanted.gateway_shape);
    read_choice(fields, "approving_answer", approving_answers, wanted.approving_answer);
    const json::Value known = settings_json(wanted);
    for (const auto& [name, value] : body.items()) {
        if (!known.contains(name)) {
            fields.reject(name, "no setting of that name");
        }
    }
}

json::Value settings_json(const Settings& settings) {
    json::Value value = {{"token_life_s", settings.token_life.count()},
                         {"public_url", settings.public_url},
                         {"merchant_name", settings.merchant_name},
                         {"adjust_media_type", settings.adjust_media_type},
                         {"gateway_shape", name_of(gateway_shapes, settings.gateway_shape)},
                         {"approving_answer", name_of(approving_answers, settings.approving_answer)}};
    for (const auto& [name, member] : switches) {
        value[std::string{name}] = settings.*member;
    }
    for (const auto& [name, member] : times) {
        value[std::string{name}] = (settings.*member).count();
    }
    return value;
}

}  // namespace qrvend::vipps::sandbox
