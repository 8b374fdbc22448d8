#pragma once
// One way to call Vipps' APIs: token, headers, deadline, our own share of Vipps' rate limits, one repetition with a
// fresh token where the old one was turned away, and the classification of whatever comes back.

#include <boost/asio/awaitable.hpp>
#include <string>

#include "controller/base/ids.hpp"
#include "controller/base/payment.hpp"
#include "controller/ports/clock.hpp"
#include "controller/ports/http.hpp"
#include "controller/ports/log.hpp"
#include "drivers/vipps/rate_limit.hpp"
#include "drivers/vipps/settings.hpp"
#include "drivers/vipps/token.hpp"

namespace qrvend::vipps {

struct ApiCall {
    Operation operation = Operation::ask;  ///< what it does, for the classification of a refusal
    std::string method;
    std::string url;
    std::string body{};
    IdempotencyKey key{};
    std::string limited_as{};  ///< the name under which Vipps counts it; empty: not counted
    milliseconds deadline{0};  ///< for each request that it takes
};

class Api {
public:
    /// All references must outlive the Api.
    Api(const Settings& settings, HttpTransport& transport, Clock& clock, Log& log);

    /// Makes sure that a token is at hand.
    boost::asio::awaitable<Result<void>> get_ready();

    /// The answer with a status of 2xx, or the failure that any other answer means (errors.hpp). Takes at most two
    /// tokens and two sendings of the call.
    ///
    /// Failures of our own: unsent("rate_limited") with the time to wait; unknown("too_large") for an answer of
    /// more than 256 KiB; those of the token (token.hpp) and of the transport.
    boost::asio::awaitable<Result<HttpResponse>> send(ApiCall call);

    /// Vipps has answered a call of ours since `then`, and nothing has failed on the way to it after that.
    bool heard_since(MonotonicTime then) const { return heard_at_ && *heard_at_ >= then; }

private:
    std::optional<milliseconds> over_limit(const ApiCall& call);
    void note(const Result<HttpResponse>& answer);

    const Settings& settings_;
    HttpTransport& transport_;
    Clock& clock_;
    Log& log_;
    TokenSource tokens_;
    RateLimit changes_;
    RateLimit reads_;
    std::optional<MonotonicTime> heard_at_;
};

}  // namespace qrvend::vipps
