#pragma once
// The calls of the API that the sandbox answers, and how a method and path name one.

#include <cstdint>
#include <optional>
#include <string_view>

namespace qrvend::vipps::sandbox {

enum class Call : std::uint8_t {
    token,
    create,
    get,
    events,
    capture,
    cancel,
    refund,
    force_approve,
    receipt,
    get_receipt,
    webhook_register,
    webhook_list,
    webhook_delete,
};

/// As the control interface writes it: lower case with underscores.
std::string_view to_string(Call call);
std::optional<Call> parse_call(std::string_view name);

struct Route {
    Call call = Call::token;
    std::string_view name{};  ///< of the payment, order or webhook that the path speaks of; into the path given
};

/// Nothing where no call has this method and path. `path` is without the query.
std::optional<Route> find_route(std::string_view method, std::string_view path);

}  // namespace qrvend::vipps::sandbox
