#pragma once
// The whole daemon in this process, put together as `qrvend run` does it, with measuring parts around transport,
// machine and screen; the payment system is a `qrvend sandbox` in a process of its own, and its callbacks come
// through a relay. The customer is a coroutine on the same event loop.

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <functional>
#include <string>

#include "app/station.hpp"
#include "app/watched_screen.hpp"
#include "drivers/system/log.hpp"
#include "tests/app/stand.hpp"
#include "tests/bench/measuring.hpp"
#include "tests/bench/virtual_display.hpp"

namespace qrvend::bench {

class Shop {
public:
    /// `capture` as in the config.
    explicit Shop(const std::string& capture);
    ~Shop();
    Shop(const Shop&) = delete;
    Shop& operator=(const Shop&) = delete;

    /// Sells until `customer` has done. Throws what the customer throws.
    void serve(const std::function<boost::asio::awaitable<void>()>& customer);

    // For the customer.

    void touch(Touch touch) { watched_->touch(touch); }

    /// The next view of type `Seen`; throws std::runtime_error where it does not come.
    template <class Seen>
    boost::asio::awaitable<Seen> see() {
        auto seen = co_await watched_->wait_for<Seen>(station_->clock().now().monotonic + patience);
        if (!seen) {
            throw std::runtime_error("a view did not come: the kiosk is out of order");
        }
        co_return *seen;
    }

    /// The instant at which the present view had reached the glass (looked at every tenth of a millisecond).
    boost::asio::awaitable<Steady::time_point> painted();

    /// Until no sale is under way, in the background neither.
    boost::asio::awaitable<void> settled();

    /// Presses the button on the phone page at `url`.
    boost::asio::awaitable<void> approve(std::string url);

    MeasuredTransport& transport() { return *transport_; }
    const MeasuredMachine& machine() const { return *machine_; }
    const Relay& relay() const { return relay_; }

    /// How the screen is painted, for a figure's note.
    std::string glass() const { return display_.video_driver() + " 1080x1920"; }

private:
    static constexpr seconds patience{30};

    config::Config config() const;
    app::Fittings fittings();
    boost::asio::awaitable<void> pause(Steady::duration time);

    VirtualDisplay display_;
    test::Stand stand_;
    Relay relay_;
    int nowhere_;
    StderrLog log_;
    boost::asio::io_context io_;
    http::CurlClient phone_;
    MeasuredTransport* transport_ = nullptr;
    MeasuredMachine* machine_ = nullptr;
    MeasuredScreen* screen_ = nullptr;
    app::WatchedScreen* watched_ = nullptr;
    std::unique_ptr<app::Station> station_;
};

/// `display` of a kiosk with a screen of 1080x1920 on that display.
display::Settings glass_settings(const VirtualDisplay& display);

}  // namespace qrvend::bench
