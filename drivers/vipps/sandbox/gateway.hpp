#pragma once
// What stands in front of every call: the access token, the subscription key, the headers that each API demands.

#include <cstddef>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "controller/base/http_message.hpp"
#include "controller/base/time.hpp"
#include "controller/ports/random.hpp"
#include "drivers/vipps/sandbox/calls.hpp"
#include "drivers/vipps/sandbox/problem.hpp"
#include "drivers/vipps/sandbox/settings.hpp"

namespace qrvend::vipps::sandbox {

class Tokens {
public:
    explicit Tokens(std::size_t limit) : limit_(limit) {}

    /// Several tokens are valid together; beyond the limit the oldest is forgotten.
    std::string issue(Random& random, std::size_t characters, MonotonicTime valid_until);
    bool valid(std::string_view token, MonotonicTime now) const;
    /// Makes all of them worthless at once.
    void revoke() { valid_until_.clear(); }

private:
    std::size_t limit_;
    std::unordered_map<std::string, MonotonicTime> valid_until_;
    std::deque<std::string> oldest_first_;
};

/// The answer to POST /accesstoken/get. Every value in it is a string, numbers too.
HttpResponse answer_token(const HttpRequest& request, const Settings& settings, Tokens& tokens, Random& random,
                          const Stamp& now);

/// 401 for a missing or wrong subscription key or token; nothing where the caller may pass.
std::optional<HttpResponse> turn_away(const HttpRequest& request, const Settings& settings, const Tokens& tokens,
                                      MonotonicTime now);

/// 429 with Retry-After.
HttpResponse too_many(const Settings& settings, seconds wait);

/// The headers that `call` demands, by rule; nothing where they are in order.
std::optional<Problem> check_headers(Call call, const HttpRequest& request, const Settings& settings);

}  // namespace qrvend::vipps::sandbox
