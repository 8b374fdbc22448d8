#pragma once
// What Vipps' Webhooks API lays down: names, limits, the retry schedule and the content of an event.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "controller/base/time.hpp"
#include "drivers/json/json.hpp"
#include "drivers/vipps/sandbox/faults.hpp"
#include "drivers/vipps/sandbox/payment.hpp"

namespace qrvend::vipps::sandbox {

/// As registrations name it: "epayments.payment.authorized.v1".
std::string registered_name(EventName event);

/// Whether a registration may ask for `name`.
bool is_registrable(std::string_view name);

/// How many registrations may ask for the event.
std::ptrdiff_t most_registrations(std::string_view name);

/// How long until the next attempt, after so many.
milliseconds wait_after(std::uint32_t attempts);

/// The body of a webhook without its msn; an element of the event log.
json::Value event_json(const Payment& payment, const Event& event);

/// `content` as a trouble of the kind wrong_... or unsuccessful makes it.
json::Value falsified(json::Value content, WebhookTrouble trouble);

}  // namespace qrvend::vipps::sandbox
