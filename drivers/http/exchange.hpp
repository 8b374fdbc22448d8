#pragma once
// One request on its way through memory, seen by its sender: ends by its answer, its deadline or a cancellation,
// whichever is first.

#include <boost/asio/awaitable.hpp>
#include <boost/system/error_code.hpp>
#include <cstdint>
#include <functional>
#include <memory>

#include "controller/base/http_message.hpp"
#include "controller/base/result.hpp"
#include "controller/ports/clock.hpp"
#include "drivers/http/completion.hpp"

namespace qrvend::http {

/// Lives as long as something can still end it. The clock's wait for the deadline holds it, and it holds the
/// waiting coroutine: whoever outlives the process keeps a weak pointer.
class Exchange {
public:
    using Done = Completion<boost::system::error_code, Result<HttpResponse>>;

    Exchange(Clock& clock, Done done) : clock_(clock), done_(std::move(done)) {}

    /// The first call counts. Never resumes the coroutine from within.
    void finish(boost::system::error_code error, Result<HttpResponse> result);

    static void expire_at(MonotonicTime deadline, std::unexpected<Failure> failure,
                          const std::shared_ptr<Exchange>& exchange);

private:
    Clock& clock_;
    Done done_;
    std::uint64_t deadline_ = 0;
    bool finished_ = false;
};

/// Calls `begin` at once and waits until it finishes the exchange, at most until `deadline`: then the result is
/// `too_late`. Cancelled, it throws boost::system::system_error (operation_aborted).
boost::asio::awaitable<Result<HttpResponse>> exchange(
    Clock& clock, MonotonicTime deadline, std::unexpected<Failure> too_late,
    std::move_only_function<void(const std::shared_ptr<Exchange>&)> begin);

}  // namespace qrvend::http
