#include "drivers/vipps/sandbox/problem.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

namespace qrvend::vipps::sandbox {

namespace {

constexpr auto titles = std::to_array<std::pair<std::string_view, std::string_view>>({
    {"3010", "Internal error"},
    {"4010", "Another capture used this idempotency key"},
    {"4020", "The idempotency key is in use"},
    {"4040", "The amount is not valid"},
    {"4050", "The customer token is not valid"},
    {"4060", "The personal QR is not valid"},
    {"4070", "The phone number is not valid"},
    {"4080", "The scope is not valid"},
    {"4090", "The URL is not valid"},
    {"4100", "Too many metadata entries"},
    {"4110", "A metadata key is too long"},
    {"4120", "A metadata value is too long"},
    {"4130", "A metadata key is empty"},
    {"4140", "A parameter is missing"},
    {"4150", "The reference exists already"},
    {"4160", "The payment method type is not valid here"},
    {"5010", "Blocking payment sources is not allowed"},
    {"5020", "Express is not allowed"},
    {"5030", "The scope is not allowed"},
    {"5040", "The currency is not allowed for this sales unit"},
    {"5050", "Long-living payments are not allowed"},
    {"5080", "Push messages are not allowed"},
    {"5090", "The reference was not found"},
    {"5100", "The refund is not possible"},
    {"6010", "The amount is too small"},
    {"6020", "Cannot refund before reservation"},
    {"6030", "The cancel period is over"},
    {"6040", "Cannot cancel: captured already"},
    {"6050", "Cannot cancel: not reserved"},
    {"6060", "Cannot cancel the transaction only: it is authorized"},
    {"6070", "Cannot capture: cancelled"},
    {"6080", "Cannot capture before reservation"},
    {"6090", "The amount is too high"},
    {"6100", "The capture period is over"},
    {"6110", "expiresAt is too late"},
    {"6120", "expiresAt is too soon"},
    {"6130", "expiresAt needs a receipt"},
    {"6140", "The full amount must be captured"},
    {"6150", "Not enough left to refund"},
    {"6160", "The order is being processed"},
    {"6170", "Captured already"},
    {"6180", "Refunded already"},
    {"6190", "Cannot cancel in this state"},
    {"6200", "Cannot capture in this state"},
    {"6210", "Cannot refund in this state"},
    {"6220", "The refund period is over"},
    {"6250", "Cannot cancel: being processed"},
    {"6260", "Funds are not available"},
    {"6280", "The capture failed: try later"},
    {"7010", "The customer was not found"},
    {"10010", "Approval failed"},
    {"10020", "Approval is not allowed"},
    {"10030", "The customer could not be identified"},
    {"10070", "A limit was exceeded"},
});

std::string type_of(int status) {
    return fmt::format("https://httpstatuses.io/{}", status);
}

json::Value details_of(const Problem& problem) {
    json::Value details = json::Value::array();
    if (!problem.code.empty()) {
        details.push_back({{"name", "ErrorCode"}, {"reason", problem.code}});
    }
    for (const FieldError& field : problem.fields) {
        details.push_back({{"name", field.name}, {"reason", field.reason}});
    }
    return details;
}

}  // namespace

Problem domain_problem(int status, std::string_view code) {
    const auto found = std::ranges::find(titles, code, [](const auto& entry) { return entry.first; });
    return {.status = status,
            .code = std::string{code},
            .title = std::string{found == titles.end() ? "The request was turned down" : found->second}};
}

Problem field_problem(std::vector<FieldError> fields) {
    return {.status = 400, .title = "The request is not valid", .fields = std::move(fields)};
}

HttpResponse epayment_answer(const Problem& problem, std::string_view path, const std::string& trace_id) {
    // The instance is named as the service behind the gateway sees it.
    constexpr std::string_view gateway_prefix = "/epayment";
    if (path.starts_with(gateway_prefix)) {
        path.remove_prefix(gateway_prefix.size());
    }
    const json::Value body = {{"type", type_of(problem.status)},
                              {"title", problem.title},
                              {"detail", problem.title},
                              {"instance", path},
                              {"status", problem.status},
                              {"extraDetails", details_of(problem)},
                              {"traceId", trace_id}};
    return json_answer(problem.status, body, "application/problem+json");
}

HttpResponse order_answer(const Problem& problem, std::string_view path) {
    const json::Value body = {{"type", type_of(problem.status)},
                              {"title", problem.title},
                              {"detail", problem.title},
                              {"instance", path},
                              {"invalidParams", details_of(problem)}};
    return json_answer(problem.status, body, "application/problem+json");
}

HttpResponse gateway_answer(GatewayShape shape, int status, const std::string& message) {
    switch (shape) {
        case GatewayShape::apim:
            return json_answer(status, {{"statusCode", status}, {"message", message}});
        case GatewayShape::problem:
            return json_answer(status, {{"type", type_of(status)}, {"title", message}, {"status", status}},
                               "application/problem+json");
        case GatewayShape::empty:
            break;
    }
    return {.status = status, .headers = {}, .body = {}};
}

HttpResponse json_answer(int status, const json::Value& body, std::string_view media_type) {
    return {.status = status,
            .headers = {{.name = "Content-Type", .value = std::string{media_type}}},
            .body = json::dump(body)};
}

}  // namespace qrvend::vipps::sandbox
