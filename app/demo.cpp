#include <unistd.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/signal_set.hpp>
#include <csignal>
#include <cstdlib>
#include <exception>
#include <filesystem>
#include <iostream>
#include <optional>

#include "app/commands.hpp"
#include "app/demo_customer.hpp"
#include "app/demo_log.hpp"
#include "app/network.hpp"
#include "app/sandbox_host.hpp"
#include "app/station.hpp"
#include "app/watched_screen.hpp"
#include "display/display.hpp"
#include "display/terminal_screen.hpp"
#include "drivers/system/temporary_folder.hpp"

namespace qrvend::app {

namespace asio = boost::asio;
using namespace std::chrono_literals;

namespace {

enum class Glass : std::uint8_t {
    window,
    terminal,
    hidden,  ///< painted as on any screen, by SDL's dummy driver: nobody sees it
};

config::ProductSettings product(std::uint16_t slot, std::string name, std::int64_t price_minor) {
    const std::uint16_t food_vat_bp = 1500;  // Norway, food and drink
    return {.product = {.slot = Slot{slot},
                        .name = std::move(name),
                        .price = {.minor = price_minor, .currency = *Currency::parse("NOK")},
                        .vat_bp = food_vat_bp},
            .picture = {},
            .sold_out = false};
}

config::Config demo_config(const std::filesystem::path& state, std::uint16_t sandbox_port) {
    const vipps::sandbox::Settings merchant;
    config::Config config{
        .kiosk = {.id = "demo", .name = "Petra", .currency = *Currency::parse("NOK"), .languages = {}}};
    config.products = {product(11, "Cola 0,5 l", 3500),     product(12, "Vann 0,5 l", 2500),
                       product(13, "Eplejuice", 3200),      product(21, "Sjokolade", 2800),
                       product(22, "Saltede nøtter", 3900), product(23, "Potetgull", 3400)};
    config.products.back().sold_out = true;
    config.machine = {.driver = "simulated", .simulated = {.vend_time = 1500ms}};
    config.payment.provider = "vipps";
    vipps::Settings& vipps = config.payment.vipps;
    vipps.base_url = "http://127.0.0.1:" + std::to_string(sandbox_port);
    vipps.merchant_serial_number = merchant.merchant_serial_number;
    vipps.client_id = merchant.client_id;
    vipps.client_secret = merchant.client_secret;
    vipps.subscription_key = merchant.subscription_key;
    vipps.payment_description = "Vending machine Petra";
    vipps.pos_id = config.kiosk.id;
    config.state_directory = state;
    return config;
}

display::Settings glass_settings(Glass glass) {
    display::Settings settings;
    settings.languages.assign(display::all_languages.begin(), display::all_languages.end());
    settings.mode = display::Settings::Mode::window;
    settings.contact = "+47 00 00 00 00";
    if (glass == Glass::hidden) {
        settings.video_driver = "dummy";
    }
    return settings;
}

std::unique_ptr<Screen> make_glass(Glass glass, asio::io_context& io, Clock& clock, Log& log) {
    if (glass == Glass::terminal) {
        const auto ink = ::isatty(STDOUT_FILENO) != 0 ? display::Ink::ansi : display::Ink::plain;
        return std::make_unique<display::TerminalScreen>(io, clock, glass_settings(glass), std::cout, ink,
                                                         STDIN_FILENO);
    }
    return std::make_unique<display::SdlScreen>(io, clock, glass_settings(glass), log);
}

Glass choose_glass(const DemoOptions& options) {
    const bool display = std::getenv("DISPLAY") != nullptr || std::getenv("WAYLAND_DISPLAY") != nullptr;
    if (options.terminal) {
        return Glass::terminal;
    }
    if (display) {
        return Glass::window;
    }
    return options.automatic ? Glass::hidden : Glass::terminal;
}

vipps::sandbox::Settings sandbox_settings(const DemoOptions& options) {
    vipps::sandbox::Settings settings;
    settings.merchant_name = "Petra Vending";
    settings.plain_http_webhooks = true;
    settings.public_url.clear();
    if (options.automatic) {
        settings.approval_takes = 200ms;
    }
    return settings;
}

std::unique_ptr<SandboxHost> open_sandbox(const DemoOptions& options, asio::io_context& io, Log& log) {
    // The automatic customer is on this computer; a real phone comes over the network.
    const std::string phones = options.automatic         ? std::string("127.0.0.1")
                               : options.address.empty() ? address_for_phones()
                                                         : options.address;
    http::ServerOptions listen{.address = options.automatic ? "127.0.0.1" : "0.0.0.0",
                               .port = options.automatic ? std::uint16_t{0} : options.port};
    const auto open = [&](std::uint16_t port) {
        listen.port = port;
        return std::make_unique<SandboxHost>(io, sandbox_settings(options), phones, listen, log);
    };
    try {
        return open(listen.port);
    } catch (const std::runtime_error&) {
        return open(0);  // the usual port is taken
    }
}

}  // namespace

int demo(const DemoOptions& options) {
    const Glass glass = choose_glass(options);
    DemoLog log(std::cout, options.automatic ? LogLevel::info : LogLevel::notice);
    asio::io_context io;
    const TemporaryFolder state;
    const auto host = open_sandbox(options, io, log);
    const config::Config config = demo_config(state.path(), host->port());

    WatchedScreen* screen = nullptr;
    const ScreenMaker make_screen = [&](asio::io_context& loop, Clock& clock) {
        auto watched = std::make_unique<WatchedScreen>(loop, clock, make_glass(glass, loop, clock, log));
        screen = watched.get();
        return watched;
    };
    Station station(io, config, log, {.screen = make_screen});
    log.use_clock(station.clock());
    log.start_timing();

    int code = 0;
    asio::signal_set signals(io, SIGTERM, SIGINT);
    signals.async_wait([&](boost::system::error_code error, int) {
        if (!error) {
            station.stop();
        }
    });
    asio::co_spawn(io, station.run(), [&](const std::exception_ptr& failure, Kiosk::End end) {
        io.stop();
        if (failure) {
            std::rethrow_exception(failure);
        }
        code = end == Kiosk::End::stopped ? code : exit_journal_broken;
    });
    DemoCustomer customer(station, *host, *screen, log);
    if (options.automatic) {
        asio::co_spawn(io, customer.buy(), [&](const std::exception_ptr& failure, bool agreed) {
            if (failure) {
                std::rethrow_exception(failure);
            }
            code = agreed ? 0 : exit_failed;
            station.stop();
        });
    } else {
        std::cout
            << "Choose a product, then scan the code with a phone on the same network. Nobody pays anything.\n"
            << "What the payment system shows: " << host->sandbox().settings().public_url << "/control/payments\n"
            << (glass == Glass::terminal
                    ? "Type a product's number and Enter; c cancels; nb, sv, da, fi or en changes the language.\n"
                    : "")
            << "Ctrl-C ends the demo.\n";
    }
    io.run();
    log.stop_clock();
    return code;
}

}  // namespace qrvend::app
