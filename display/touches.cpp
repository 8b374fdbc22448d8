#include "display/touches.hpp"

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace qrvend::display {

namespace asio = boost::asio;

Touches::Touches(asio::io_context& io) : arrived_(io, asio::steady_timer::time_point::max()) {}

void Touches::add(Touch touch) {
    if (waiting_.size() < most_waiting) {
        waiting_.push_back(touch);
    }
    arrived_.cancel();
}

void Touches::forget() {
    waiting_.clear();
}

asio::awaitable<Touch> Touches::next() {
    while (waiting_.empty()) {
        boost::system::error_code woken;  // the timer never expires: add() cancels it, or the caller gives up
        co_await arrived_.async_wait(asio::redirect_error(asio::use_awaitable, woken));
        const auto cancelled = co_await asio::this_coro::cancellation_state;
        if (cancelled.cancelled() != asio::cancellation_type::none) {
            throw boost::system::system_error(asio::error::operation_aborted);
        }
    }
    const Touch touch = waiting_.front();
    waiting_.pop_front();
    co_return touch;
}

}  // namespace qrvend::display
