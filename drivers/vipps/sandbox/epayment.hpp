#pragma once
// What the answers of the ePayment API have in common.

#include <functional>
#include <string>

#include "drivers/json/json.hpp"
#include "drivers/vipps/sandbox/parts.hpp"

namespace qrvend::vipps::sandbox {

json::Value money_json(Money money);
json::Value aggregate_json(const Payment& payment);

/// A field that no client knows, where the settings want one.
void add_unknown_field(const Settings& settings, json::Value& answer);

HttpResponse problem_answer(Sandbox::Parts& parts, const Incoming& incoming, const Problem& problem);

/// Answers under the request's idempotency key: the first answer again, a conflict, or what `work` says now.
HttpResponse answer_once(Sandbox::Parts& parts, const Incoming& incoming,
                         const std::function<HttpResponse(const std::string& key)>& work);

/// Capture, cancel, refund.
HttpResponse answer_adjustment(Sandbox::Parts& parts, const Incoming& incoming);

}  // namespace qrvend::vipps::sandbox
