#include "controller/kiosk/wait.hpp"

#include <boost/asio/associated_cancellation_slot.hpp>
#include <boost/asio/associated_executor.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <functional>
#include <utility>

namespace qrvend {

namespace asio = boost::asio;

namespace {

// Waits without a deadline get one that no machine lives to see: a pending wait always belongs to the clock.
constexpr std::chrono::hours for_ever{24 * 365};

}  // namespace

struct Bell::Waiter {
    enum class State : std::uint8_t { waiting, woken, over };

    std::move_only_function<void(boost::system::error_code, bool)> complete;
    State state = State::waiting;
    std::uint64_t wait = 0;

    // The coroutine may ring before this returns: by then it waits no more.
    void finish(boost::system::error_code error, bool rang) {
        state = State::over;
        std::exchange(complete, nullptr)(error, rang);
    }
};

void leave_the_loop(const std::exception_ptr& error) {
    if (error) {
        std::rethrow_exception(error);
    }
}

void Bell::ring() {
    const auto waiter = waiter_.lock();
    if (!waiter || waiter->state != Waiter::State::waiting) {
        rung_ = true;
        return;
    }
    waiter->state = Waiter::State::woken;
    clock_.cancel(waiter->wait);
    // Not from within ring(): whoever rings must not find the woken coroutine's work done in its own call. The
    // clock owns this step too.
    waiter->wait = clock_.call_at(clock_.now().monotonic, [waiter] { waiter->finish({}, true); });
}

asio::awaitable<bool> Bell::wait(std::optional<MonotonicTime> deadline) {
    if (std::exchange(rung_, false)) {
        co_return true;
    }
    const MonotonicTime until = deadline.value_or(clock_.now().monotonic + for_ever);
    const auto begin = [this, until](auto handler) {
        auto waiter = std::make_shared<Waiter>();
        waiter_ = waiter;
        auto slot = asio::get_associated_cancellation_slot(handler);
        if (slot.is_connected()) {
            slot.assign([this, weak = std::weak_ptr(waiter),
                         executor = asio::get_associated_executor(handler)](asio::cancellation_type) {
                auto cancelled = weak.lock();
                if (cancelled && cancelled->state != Waiter::State::over) {
                    rung_ = rung_ || cancelled->state == Waiter::State::woken;  // a ring on its way is not lost
                    cancelled->state = Waiter::State::over;
                    clock_.cancel(cancelled->wait);
                    asio::post(executor, [cancelled] { cancelled->finish(asio::error::operation_aborted, false); });
                }
            });
        }
        waiter->complete = [held = std::move(handler)](boost::system::error_code error, bool rang) mutable {
            std::move(held)(error, rang);
        };
        Waiter& waiting = *waiter;
        waiting.wait = clock_.call_at(until, [pending = std::move(waiter)] { pending->finish({}, false); });
    };
    co_return co_await asio::async_initiate<const asio::use_awaitable_t<>, void(boost::system::error_code, bool)>(
        begin, asio::use_awaitable);
}

namespace {

asio::awaitable<void> sleep(Clock* clock, MonotonicTime deadline) {
    Bell bell{*clock};
    while (clock->now().monotonic < deadline) {
        co_await bell.wait(deadline);
    }
}

}  // namespace

asio::awaitable<void> sleep_until(Clock& clock, MonotonicTime deadline) {
    return sleep(&clock, deadline);
}

}  // namespace qrvend
