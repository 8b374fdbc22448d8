#pragma once
// The whole daemon put together: every port gets the implementation that the config names. `qrvend run` is one
// station on an event loop; the demo is another, beside a sandbox.

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <functional>
#include <memory>
#include <stdexcept>

#include "config/config.hpp"
#include "controller/kiosk/kiosk.hpp"
#include "drivers/http/client.hpp"
#include "drivers/http/server.hpp"
#include "drivers/sqlite/journal.hpp"
#include "drivers/system/clock.hpp"
#include "drivers/system/random.hpp"

namespace qrvend::app {

/// Why a station cannot start, in words for the technician.
class CannotStart : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

/// Makes the screen. The default makes the one of the config.
using ScreenMaker = std::function<std::unique_ptr<Screen>(boost::asio::io_context&, Clock&)>;

/// What a demo or a measurement puts in the place of a part, or around it. Each may be empty.
struct Fittings {
    ScreenMaker screen{};
    std::function<std::unique_ptr<HttpTransport>(HttpTransport&)> around_transport{};
    std::function<std::unique_ptr<Machine>(std::unique_ptr<Machine>)> around_machine{};
};

class Station {
public:
    /// Opens the journal, the screen and, where the config names a webhook, the web server. Throws CannotStart.
    /// `io` and `log` must outlive the station.
    Station(boost::asio::io_context& io, const config::Config& config, Log& log, const Fittings& fittings = {});

    /// Sells until stop(), or until the journal cannot be written.
    boost::asio::awaitable<Kiosk::End> run() { return kiosk_->run(); }
    void stop() { kiosk_->stop(); }

    Kiosk& kiosk() { return *kiosk_; }
    Clock& clock() { return clock_; }
    Machine& machine() { return *machine_; }

    /// Where callbacks arrive; 0 where the config names no webhook.
    std::uint16_t web_port() const { return web_ ? web_->port() : std::uint16_t{0}; }

private:
    HttpHandler callback_handler();
    boost::asio::awaitable<HttpResponse> answer(HttpRequest request);

    SystemClock clock_;
    SystemRandom random_;
    std::unique_ptr<sqlite::Journal> journal_;
    http::CurlClient client_;
    std::unique_ptr<HttpTransport> around_client_;
    std::unique_ptr<PaymentProvider> provider_;
    std::unique_ptr<Machine> machine_;
    std::unique_ptr<Screen> screen_;
    std::unique_ptr<Kiosk> kiosk_;
    std::unique_ptr<http::Server> web_;
};

}  // namespace qrvend::app
