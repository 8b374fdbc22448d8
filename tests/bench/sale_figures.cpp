// What a customer waits for: from the selection to the code on the glass, and from the provider's callback to the
// vend. What the provider and the network take is subtracted, and told besides.

#include <stdexcept>

#include "tests/bench/figure.hpp"
#include "tests/bench/shop.hpp"

namespace qrvend::bench {

namespace asio = boost::asio;

namespace {

constexpr double selection_limit_ms = 40;
constexpr double webhook_limit_ms = 10;

// The first sales open connections and files, and fill caches; a machine has them behind it.
constexpr int warm_up_rounds = 5;

struct Times {
    std::vector<double> ours;
    std::vector<double> total;

    void add(Steady::duration whole, Steady::duration others) {
        total.push_back(in_ms(whole));
        ours.push_back(in_ms(whole - others));
    }
};

asio::awaitable<void> choose_and_leave(Shop* shop, int rounds, Times* times) {
    for (int round = -warm_up_rounds; round < rounds; ++round) {
        const auto idle = co_await shop->see<view::Idle>();
        co_await shop->painted();
        shop->transport().forget();
        const auto touched = Steady::now();
        shop->touch(touch::Select{idle.offers.front().slot});
        co_await shop->see<view::ScanToPay>();
        const auto painted = co_await shop->painted();
        if (round >= 0) {
            times->add(painted - touched, shop->transport().under_way(touched, painted));
        }
        shop->touch(touch::Cancel{});
        co_await shop->see<view::NotCharged>();
        shop->touch(touch::Dismiss{});
        co_await shop->settled();
    }
}

// Rounds in which a poll saw the approval before the callback came are no rounds.
asio::awaitable<void> choose_and_pay(Shop* shop, int rounds, Times* times) {
    for (int round = -warm_up_rounds; round < rounds; ++round) {
        const auto idle = co_await shop->see<view::Idle>();
        shop->transport().forget();
        shop->touch(touch::Select{idle.offers.front().slot});
        const auto code = co_await shop->see<view::ScanToPay>();
        const auto approved = Steady::now();
        co_await shop->approve(code.qr_text);
        co_await shop->see<view::TakeProduct>();
        const auto passed = shop->relay().passed_at();
        const auto commanded = shop->machine().vend_commanded_at().value();
        if (round >= 0 && passed > approved && passed < commanded) {
            times->add(commanded - passed, shop->transport().under_way(passed, commanded));
        }
        shop->touch(touch::Dismiss{});
        co_await shop->settled();
    }
    if (times->ours.empty()) {
        throw std::runtime_error("no callback came before its vend");
    }
}

std::vector<Figure> measure_order(const std::string& capture, int rounds, std::optional<double> limit) {
    Shop shop(capture);
    Times times;
    shop.serve([&] { return choose_and_pay(&shop, rounds, &times); });
    const std::string name = "webhook_to_vend_" + capture;
    return {figure_of(name + "_ms", times.ours, limit, "capture " + capture + ", our part"),
            figure_of(name + "_total_ms", times.total)};
}

}  // namespace

std::vector<Figure> measure_selection(const Options& options) {
    Shop shop("before_vend");
    Times times;
    shop.serve([&] { return choose_and_leave(&shop, options.rounds, &times); });
    return {figure_of("selection_to_qr_ms", times.ours, selection_limit_ms, shop.glass() + ", our part"),
            figure_of("selection_to_qr_total_ms", times.total)};
}

std::vector<Figure> measure_webhook(const Options& options) {
    auto figures = measure_order("after_vend", options.rounds, webhook_limit_ms);
    for (Figure& figure : measure_order("before_vend", options.rounds, std::nullopt)) {
        figures.push_back(std::move(figure));
    }
    return figures;
}

}  // namespace qrvend::bench
