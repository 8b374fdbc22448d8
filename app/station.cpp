#include "app/station.hpp"

#include <utility>

#include "app/drivers.hpp"
#include "app/no_screen.hpp"
#include "display/display.hpp"

namespace qrvend::app {

namespace asio = boost::asio;

namespace {

KioskSettings kiosk_settings(const config::Config& config) {
    KioskSettings settings{.id = config.kiosk.id,
                           .shelves = {},
                           .account = account_of(config),
                           .capture = config.payment.capture,
                           .unknown_vend = config.payment.unknown_vend,
                           .payment_timeout = config.payment.timeout};
    for (const config::ProductSettings& product : config.products) {
        settings.shelves.push_back(
            {.product = product.product, .picture = product.picture.string(), .sold_out = product.sold_out});
    }
    return settings;
}

std::unique_ptr<sqlite::Journal> open_journal(const config::Config& config, asio::io_context& io, Log& log) {
    auto journal = sqlite::Journal::open(config.state_directory, io, log);
    if (!journal) {
        throw CannotStart(journal.error().text);
    }
    return std::move(*journal);
}

std::unique_ptr<Screen> screen_of(const config::Config& config, asio::io_context& io, Clock& clock, Log& log) {
    if (!config.display) {
        return std::make_unique<NoScreen>(clock);
    }
    return std::make_unique<display::SdlScreen>(io, clock, *config.display, log);
}

}  // namespace

Station::Station(asio::io_context& io, const config::Config& config, Log& log, const Fittings& fittings)
    : clock_(io),
      journal_(open_journal(config, io, log)),
      client_(io),
      around_client_(fittings.around_transport ? fittings.around_transport(client_) : nullptr),
      provider_(make_provider(config, around_client_ ? *around_client_ : client_, clock_, log, *journal_)),
      machine_(make_machine(config, io, clock_, log)),
      screen_(fittings.screen ? fittings.screen(io, clock_) : screen_of(config, io, clock_, log)) {
    if (fittings.around_machine) {
        machine_ = fittings.around_machine(std::move(machine_));
    }
    if (config.payment.capture == CaptureOrder::before_vend && !provider_->traits().can_refund) {
        throw CannotStart("payment.capture before_vend needs an account that can refund; use after_vend");
    }
    const Ports ports{.clock = clock_,
                      .random = random_,
                      .journal = *journal_,
                      .provider = *provider_,
                      .machine = *machine_,
                      .screen = *screen_,
                      .log = log};
    kiosk_ = std::make_unique<Kiosk>(ports, io.get_executor(), kiosk_settings(config));
    if (!callback_url_of(config).empty()) {
        const http::ServerOptions options{.address = config.web.address, .port = config.web.port};
        try {
            web_ = std::make_unique<http::Server>(io, options, callback_handler(), log);
        } catch (const std::runtime_error& error) {
            throw CannotStart(error.what());
        }
    }
}

HttpHandler Station::callback_handler() {
    return [this](HttpRequest request) { return answer(std::move(request)); };
}

asio::awaitable<HttpResponse> Station::answer(HttpRequest request) {
    co_return kiosk_->on_callback(request);
}

}  // namespace qrvend::app
