#pragma once
// The network between kiosk and payment system, both ways: it counts the calls, spoils the n-th and as many behind
// it as ordered, and keeps a line of each for the report.

#include <cstdint>
#include <string>
#include <vector>

#include "controller/base/ids.hpp"
#include "drivers/http/memory.hpp"
#include "drivers/simulated/clock.hpp"

namespace qrvend::test {

/// What can become of one call. `done`: the other side has done what it was asked to.
enum class Trouble : std::uint8_t {
    refused,       ///< nobody listens (a name that is not found and a failed TLS handshake look the same)
    unreachable,   ///< no connection before the deadline
    request_lost,  ///< and no answer before the deadline
    answer_lost,   ///< done, and no answer before the deadline
    cut,           ///< done, and the connection ends in the place of the answer
    error_500,     ///< not done
    error_500_done,
    busy_429,    ///< not done, with Retry-After
    locked_423,  ///< not done
    token_401,   ///< not done
    page_200,    ///< a hot spot's page; not done
    page_502,    ///< a proxy's page; not done
    page_502_done,
    half_body,   ///< done; the answer's body ends in the middle
    empty_body,  ///< done
    twice,       ///< done again after the first answer, which counts
    slow,        ///< done at once, answered so late that others overtake it
    late,        ///< done when the caller has just given up
    very_late,   ///< done minutes later
};
inline constexpr Trouble last_trouble = Trouble::very_late;

std::string_view to_string(Trouble trouble);

/// A call under an idempotency key, as it left.
struct SentCall {
    std::string url;
    std::string body;
    IdempotencyKey key;
    bool was_refused = false;  ///< for sure: the caller was told so by the payment system
};

class FaultyNetwork final : public HttpTransport {
public:
    explicit FaultyNetwork(simulated::SimulatedClock& clock);

    void route(std::string base_url, HttpHandler handler) {
        memory_.route(std::move(base_url), std::move(handler));
    }

    /// The `nth` call from now on (1: the next) and the `count - 1` behind it meet `trouble`.
    void arm(std::uint64_t nth, std::uint64_t count, Trouble trouble);
    void disarm() { count_ = 0; }

    /// Since arm().
    std::uint64_t calls() const { return calls_; }
    std::uint64_t strikes() const { return strikes_; }

    boost::asio::awaitable<Result<HttpResponse>> send(HttpRequest request, milliseconds deadline) override;

    const std::vector<std::string>& lines() const { return lines_; }
    const std::vector<SentCall>& sent() const { return sent_; }

private:
    void note(const std::string& line);

    simulated::SimulatedClock& clock_;
    http::MemoryTransport memory_;
    http::Fault fault_;  // of the call that is being sent
    Trouble trouble_ = Trouble::refused;
    std::uint64_t first_ = 1;
    std::uint64_t count_ = 0;
    std::uint64_t calls_ = 0;
    std::uint64_t strikes_ = 0;
    std::vector<std::string> lines_;
    std::vector<SentCall> sent_;
};

}  // namespace qrvend::test
