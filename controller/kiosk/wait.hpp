#pragma once
// Waiting on the Clock port, so that the same code waits in real and in simulated time. The pending coroutine
// belongs to the clock's wait and to nothing else: a clock that drops its waits destroys the coroutines behind
// them.

#include <boost/asio/awaitable.hpp>
#include <cstdint>
#include <exception>
#include <memory>
#include <optional>

#include "controller/ports/clock.hpp"

namespace qrvend {

/// Completes when `deadline` has come. Cancelling the coroutine ends the wait with operation_aborted.
boost::asio::awaitable<void> sleep_until(Clock& clock, MonotonicTime deadline);

/// For coroutines that run on their own: an exception of theirs is a programmer's error or a journal that cannot
/// be, and leaves the event loop. A sale whose coroutine is gone must not go unnoticed.
void leave_the_loop(const std::exception_ptr& error);

/// Wakes one waiting coroutine. A ring that nobody waits for is kept for the next wait; several count as one.
class Bell {
public:
    explicit Bell(Clock& clock) : clock_(clock) {}

    void ring();

    /// Waits for a ring, at most until `deadline` (without one: for ever). True where it rang.
    boost::asio::awaitable<bool> wait(std::optional<MonotonicTime> deadline = std::nullopt);

private:
    struct Waiter;

    Clock& clock_;
    std::weak_ptr<Waiter> waiter_;
    bool rung_ = false;
};

}  // namespace qrvend
