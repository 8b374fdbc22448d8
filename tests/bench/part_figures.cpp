// Single parts, for information: what a missed figure is made of.

#include <fmt/format.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <cstdlib>
#include <exception>
#include <filesystem>
#include <future>
#include <stdexcept>

#include "display/look/qr.hpp"
#include "display/panel.hpp"
#include "drivers/sqlite/fact_json.hpp"
#include "drivers/sqlite/fact_names.hpp"
#include "drivers/sqlite/journal.hpp"
#include "drivers/system/temporary_folder.hpp"
#include "tests/bench/figure.hpp"
#include "tests/bench/shop.hpp"
#include "tests/support/recording_log.hpp"

namespace qrvend::bench {

namespace asio = boost::asio;

namespace {

Money price() {
    return {.minor = 3500, .currency = *Currency::parse("NOK")};
}

constexpr const char* code_text = "https://qr.vipps.no/28/2/01/031/Tvk0ZbJtPqXyM2Wd";

/// The longest fact of a usual sale.
Fact intent() {
    return fact::Intended{.payment = PaymentNo{1},
                          .operation = Operation::request,
                          .attempt = 1,
                          .reference = PaymentReference{"vm-0042-0123456789ABCDEFGHJK"},
                          .key = IdempotencyKey{"0123456789ABCDEFGHJKMNPQRS"},
                          .amount = price(),
                          .body = std::string(700, 'x')};
}

template <class Function>
double timed_us(Function function) {
    const auto begin = Steady::now();
    function();
    return in_ms(Steady::now() - begin) * 1000;
}

asio::awaitable<void> append_one_by_one(Journal* journal, int rounds, std::vector<double>* times) {
    for (int round = 0; round < rounds; ++round) {
        std::vector<Fact> facts{intent()};
        const auto begin = Steady::now();
        const auto written = co_await journal->append(SaleId{"0123456789"}, Stamp{}, std::move(facts));
        times->push_back(in_ms(Steady::now() - begin));
        if (!written) {
            throw std::runtime_error("the journal cannot be written: " + written.error().code);
        }
    }
}

Figure append_figure(int rounds) {
    const TemporaryFolder folder;
    asio::io_context io;
    test::RecordingLog log;
    const auto journal = sqlite::Journal::open(folder.path(), io, log);
    if (!journal) {
        throw std::runtime_error(journal.error().text);
    }
    std::vector<double> times;
    asio::co_spawn(io, append_one_by_one(journal->get(), rounds, &times), [](const std::exception_ptr& failure) {
        if (failure) {
            std::rethrow_exception(failure);
        }
    });
    io.run();
    return figure_of("journal_append_ms", std::move(times), std::nullopt, "commit with sync, seen from the loop");
}

Figure qr_figure(int rounds) {
    std::vector<double> times;
    for (int round = 0; round < rounds; ++round) {
        times.push_back(timed_us([] {
            if (display::make_qr(code_text) == nullptr) {
                throw std::runtime_error("no code");
            }
        }));
    }
    return figure_of("qr_encode_us", std::move(times), std::nullopt, "48 characters");
}

Figure fact_figure(int rounds) {
    std::vector<double> times;
    const Fact fact = intent();
    for (int round = 0; round < rounds; ++round) {
        times.push_back(timed_us([&] {
            if (sqlite::fact_from_json(sqlite::kind_of(fact), sqlite::fact_to_json(fact)) != fact) {
                throw std::runtime_error("a fact came back otherwise");
            }
        }));
    }
    return figure_of("fact_json_round_trip_us", std::move(times));
}

/// Waits for the display's thread.
class Listener final : public display::PanelListener {
public:
    void touched(std::uint64_t, Touch) override {}
    void opened(std::string, display::Size) override {}
    void failed(std::string) override { painted_ = failure; }
    void painted(std::uint64_t number) override {
        painted_ = number;
        painted_.notify_all();
    }

    /// Blocks until view `number` is painted.
    void wait_for(std::uint64_t number) {
        for (std::uint64_t seen = painted_; seen != number; seen = painted_) {
            if (seen == failure) {
                throw std::runtime_error("the screen does not open");
            }
            painted_.wait(seen);
        }
    }

private:
    static constexpr std::uint64_t failure = ~0ULL;
    std::atomic<std::uint64_t> painted_{0};
};

View idle_view(const view::Offer& offer) {
    return view::Idle{.offers = std::vector<view::Offer>(6, offer), .own_keypad = false};
}

Figure paint_figure(int rounds) {
    const VirtualDisplay display;
    ::setenv("DISPLAY", display.name().c_str(), 1);
    const auto module = display::load_panel_module();
    if (!module) {
        throw std::runtime_error(module.error());
    }
    const auto listener = std::make_shared<Listener>();
    const auto panel = (*module)->open(glass_settings(display), listener);
    const view::Offer offer{.slot = Slot{12}, .name = "Cola 0,5 l", .price = price(), .picture = {}};
    const View code = view::ScanToPay{.offer = offer,
                                      .provider = "vipps",
                                      .qr_text = code_text,
                                      .qr_picture = {},
                                      .until = MonotonicTime(seconds{300})};
    std::vector<double> times;
    std::uint64_t number = 0;
    for (int round = 0; round < rounds; ++round) {
        panel->show({.number = ++number, .view = idle_view(offer), .now = {}});
        listener->wait_for(number);
        const auto begin = Steady::now();
        panel->show({.number = ++number, .view = code, .now = {}});
        listener->wait_for(number);
        times.push_back(in_ms(Steady::now() - begin));
    }
    return figure_of("paint_scan_to_pay_ms", std::move(times), std::nullopt,
                     display.video_driver() + " 1080x1920, from show() to the video driver");
}

}  // namespace

std::vector<Figure> measure_parts(const Options& options) {
    return {append_figure(options.rounds), qr_figure(options.rounds), paint_figure(options.rounds),
            fact_figure(options.rounds)};
}

}  // namespace qrvend::bench
