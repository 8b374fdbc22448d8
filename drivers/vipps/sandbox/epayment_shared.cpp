#include <fmt/format.h>

#include <utility>

#include "drivers/vipps/sandbox/epayment.hpp"

namespace qrvend::vipps::sandbox {

namespace {

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

}  // namespace

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

}  // namespace qrvend::vipps::sandbox
