#pragma once
// Errors as the APIs word them: ePayment and Webhooks use RFC 7807 with `extraDetails`, Order Management uses
// `invalidParams`, and the gateway in front of all of them has a form of its own.

#include <string>
#include <string_view>
#include <vector>

#include "controller/base/http_message.hpp"
#include "controller/base/time.hpp"
#include "drivers/json/json.hpp"
#include "drivers/vipps/sandbox/settings.hpp"

namespace qrvend::vipps::sandbox {

/// A field that breaks its rule: the dotted name from the body's root, and the rule.
struct FieldError {
    std::string name;
    std::string reason;
};

struct Problem {
    int status = 400;
    std::string code{};  ///< the domain error's number; empty for a broken field
    std::string title{};
    std::vector<FieldError> fields{};
};

/// A domain error with the title that belongs to its code.
Problem domain_problem(int status, std::string_view code);

/// Broken fields, all at once.
Problem field_problem(std::vector<FieldError> fields);

/// `application/problem+json` of ePayment and Webhooks. `path` is the request's, `trace_id` a W3C trace context.
HttpResponse epayment_answer(const Problem& problem, std::string_view path, const std::string& trace_id);

/// The form of Order Management.
HttpResponse order_answer(const Problem& problem, std::string_view path);

/// What the gateway says by itself.
HttpResponse gateway_answer(GatewayShape shape, int status, const std::string& message);

/// A plain JSON answer.
HttpResponse json_answer(int status, const json::Value& body, std::string_view media_type = "application/json");

}  // namespace qrvend::vipps::sandbox
