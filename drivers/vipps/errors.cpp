#include "drivers/vipps/errors.hpp"

#include <algorithm>
#include <array>
#include <cstddef>

#include "drivers/json/json.hpp"
#include "drivers/vipps/retry_after.hpp"
#include "drivers/vipps/text.hpp"

namespace qrvend::vipps {

namespace {

constexpr std::size_t longest_text_bytes = 300;
constexpr std::size_t most_details = 5;

constexpr std::string_view reference_not_found = "5090";

/// Codes of the ePayment API that say more than their status does.
struct Row {
    std::string_view code;
    World world;
    Refusal refusal;
};

constexpr std::array codes{
    Row{"3010", World::unknown, Refusal::other},       // internal error
    Row{"4010", World::refused, Refusal::conflict},    // capture: the key was used with another body
    Row{"4020", World::refused, Refusal::conflict},    // the key is in use
    Row{"4150", World::refused, Refusal::conflict},    // the reference exists; refund: the key was used
    Row{"5100", World::refused, Refusal::impossible},  // refund is not possible
    Row{"6030", World::refused, Refusal::impossible},  // the period for cancelling is over
    Row{"6070", World::refused, Refusal::impossible},  // capture of what is cancelled
    Row{"6100", World::refused, Refusal::impossible},  // the period for capturing is over
    Row{"6220", World::refused, Refusal::impossible},  // the period for refunds is over
    Row{"6260", World::unknown, Refusal::other},       // funds are not available now: same key, later
    Row{"6280", World::unknown, Refusal::other},       // capture failed, try later: same key
};

// Texts of the other side go to logs and screens: one line, printable.
std::string one_line(std::string text) {
    std::ranges::replace_if(text, [](char c) { return static_cast<unsigned char>(c) < ' ' || c == '\x7f'; }, ' ');
    return cut_utf8(text, longest_text_bytes);
}

void read_details(const json::Value& body, Problem& problem) {
    const json::Value* details = json::find(body, "extraDetails");
    if (details == nullptr) {
        details = json::find(body, "invalidParams");  // the older APIs (Order Management, QR) call them so
    }
    if (details == nullptr || !details->is_array()) {
        return;
    }
    std::size_t shown = 0;
    for (const json::Value& detail : *details) {
        const auto name = json::string_at(detail, "name");
        const auto reason = json::string_at(detail, "reason");
        const auto number = json::integer_at(detail, "reason");
        if (name == "ErrorCode") {
            problem.code = number ? std::to_string(*number) : reason.value_or("");
        } else if (name && shown++ < most_details) {
            problem.text += ", " + *name + ": " + reason.value_or("");
        }
    }
}

World world_of_status(int status, const Problem& problem) {
    switch (status) {
        case 401:
            return World::refused;
        case 404:
            return problem.is_problem ? World::refused : World::unknown;
        case 403:
        case 422:
            return problem.is_object || problem.text.empty() ? World::refused : World::unknown;
        case 408:
        case 423:
            return World::unknown;
        case 429:
            return World::unsent;
        default:
            return status >= 400 && status < 500 && problem.is_object ? World::refused : World::unknown;
    }
}

// A 404 in Vipps' own form tells of the payment, also where it names no ErrorCode.
std::string code_of(int status, const Problem& problem) {
    if (status == 404 && problem.is_problem && problem.code.empty()) {
        return std::string(reference_not_found);
    }
    return problem.code.empty() ? std::to_string(status) : problem.code;
}

std::string explain(int status, const Problem& problem) {
    if (status == 401) {
        return "Vipps refuses a fresh token (401): check merchant_serial_number and subscription_key in the "
               "configuration, and that all keys belong to the same environment";
    }
    return std::to_string(status) + (problem.text.empty() ? "" : " " + problem.text);
}

}  // namespace

Problem read_problem(std::string_view body) {
    Problem problem;
    const auto value = json::parse(body);
    if (!value || !value->is_object()) {
        problem.text = body.empty() ? "" : "the answer is not JSON";
        return problem;
    }
    problem.is_object = true;
    const auto title = json::string_at(*value, "title");
    problem.is_problem = title && json::string_at(*value, "type");
    problem.text = title ? *title : json::string_at(*value, "message").value_or("");
    read_details(*value, problem);
    if (const auto trace = json::string_at(*value, "traceId")) {
        problem.text += " (trace " + *trace + ")";
    }
    problem.text = one_line(std::move(problem.text));
    problem.code = one_line(std::move(problem.code));
    return problem;
}

Failure classify(Operation operation, const HttpResponse& answer, WallTime now) {
    const Problem problem = read_problem(answer.body);
    Failure failure{.world = world_of_status(answer.status, problem),
                    .code = code_of(answer.status, problem),
                    .detail = explain(answer.status, problem),
                    .retry_after = parse_retry_after(header_value(answer.headers, "retry-after"), now)};
    if (failure.world != World::refused) {
        return failure;
    }
    // Order Management has none of these codes: that a receipt was posted before, its status alone says.
    const bool may_say_more = operation != Operation::post_receipt;
    if (const auto* row = std::ranges::find(codes, problem.code, &Row::code); may_say_more && row != codes.end()) {
        failure.world = row->world;
        failure.refusal = row->refusal;
    }
    const bool made_once = operation == Operation::request || operation == Operation::post_receipt;
    if (made_once && answer.status == 409 && failure.world == World::refused) {
        failure.refusal = Refusal::conflict;
    }
    return failure;
}

bool says_approving(const Failure& failure) {
    return failure.world == World::refused && (failure.code == "6250" || failure.code == "6160");
}

bool says_absent(const Failure& failure) {
    return failure.world == World::refused && failure.code == reference_not_found;
}

}  // namespace qrvend::vipps
