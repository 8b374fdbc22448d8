#pragma once
// The way of a touch to whoever waits for it. Lives on the event loop.

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <cstddef>
#include <deque>

#include "controller/ports/screen.hpp"

namespace qrvend::display {

class Touches {
public:
    explicit Touches(boost::asio::io_context& io);

    /// For the next who asks, or who is waiting already.
    void add(Touch touch);

    /// Forgets what nobody has asked for yet: the view is gone.
    void forget();

    /// The next touch. This object must outlive the wait.
    boost::asio::awaitable<Touch> next();

private:
    /// Nobody touches faster than they are read; more than this is a fault of the panel.
    static constexpr std::size_t most_waiting = 8;

    std::deque<Touch> waiting_;
    boost::asio::steady_timer arrived_;
};

}  // namespace qrvend::display
