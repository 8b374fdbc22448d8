#include "tests/bench/shop.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <exception>
#include <stdexcept>
#include <utility>

namespace qrvend::bench {

namespace asio = boost::asio;
using namespace std::chrono_literals;

display::Settings glass_settings(const VirtualDisplay& display) {
    display::Settings settings;
    settings.video_driver = display.video_driver();
    settings.mode = display::Settings::Mode::window;
    settings.window = {.width = glass_width_px, .height = glass_height_px};
    return settings;
}

Shop::Shop(const std::string& capture)
    : stand_({.capture = capture}),
      relay_("\"AUTHORIZED\""),
      nowhere_(::open("/dev/null", O_WRONLY | O_CLOEXEC)),
      // Lines are made as for systemd's journal, and go nowhere.
      log_({.minimum = LogLevel::info, .style = StderrLogOptions::Style::journal, .descriptor = nowhere_}),
      phone_(io_) {
    if (!display_.name().empty()) {
        ::setenv("DISPLAY", display_.name().c_str(), 1);
    }
    station_ = std::make_unique<app::Station>(io_, config(), log_, fittings());
    relay_.set_target(station_->web_port());
}

Shop::~Shop() {
    station_.reset();
    ::close(nowhere_);
}

config::Config Shop::config() const {
    auto loaded = config::load(stand_.config_file());
    if (!loaded) {
        throw std::runtime_error(to_string(loaded.error().front()));
    }
    loaded->machine.simulated = {};
    loaded->payment.vipps.webhook_url = "http://127.0.0.1:" + std::to_string(relay_.port()) + "/callback";
    loaded->web = {.enabled = true, .address = "127.0.0.1", .port = 0};
    return *std::move(loaded);
}

app::Fittings Shop::fittings() {
    app::Fittings fittings;
    fittings.around_transport = [this](HttpTransport& inner) {
        auto transport = std::make_unique<MeasuredTransport>(inner);
        transport_ = transport.get();
        return transport;
    };
    fittings.around_machine = [this](std::unique_ptr<Machine> inner) {
        auto machine = std::make_unique<MeasuredMachine>(std::move(inner));
        machine_ = machine.get();
        return machine;
    };
    fittings.screen = [this](asio::io_context& io, Clock& clock) {
        auto glass = std::make_unique<display::SdlScreen>(io, clock, glass_settings(display_), log_);
        auto screen = std::make_unique<MeasuredScreen>(std::move(glass));
        screen_ = screen.get();
        auto watched = std::make_unique<app::WatchedScreen>(io, clock, std::move(screen));
        watched_ = watched.get();
        return watched;
    };
    return fittings;
}

void Shop::serve(const std::function<asio::awaitable<void>()>& customer) {
    asio::co_spawn(io_, station_->run(), [](const std::exception_ptr& failure, Kiosk::End) {
        if (failure) {
            std::rethrow_exception(failure);
        }
        throw std::runtime_error("the kiosk has ended");
    });
    asio::co_spawn(io_, customer(), [this](const std::exception_ptr& failure) {
        if (failure) {
            std::rethrow_exception(failure);
        }
        io_.stop();
    });
    io_.run();
}

asio::awaitable<void> Shop::pause(Steady::duration time) {
    asio::steady_timer timer(io_, time);
    co_await timer.async_wait(asio::use_awaitable);
}

asio::awaitable<Steady::time_point> Shop::painted() {
    const auto deadline = Steady::now() + patience;
    while (!screen_->painted()) {
        if (Steady::now() > deadline) {
            throw std::runtime_error("nothing is painted: the screen does not open");
        }
        co_await pause(100us);
    }
    co_return Steady::now();
}

asio::awaitable<void> Shop::settled() {
    while (station_->kiosk().sales_under_way() > 0) {
        co_await pause(1ms);
    }
}

asio::awaitable<void> Shop::approve(std::string url) {
    HttpRequest press{.method = "POST", .url = url + "/approve", .headers = {}, .body = {}};
    const auto answer = co_await phone_.send(std::move(press), patience);
    if (!answer || answer->status != 303) {
        throw std::runtime_error("the phone page took no approval");
    }
}

}  // namespace qrvend::bench
