#pragma once
// A screen that keeps every view it was shown, and a hand that touches it.

#include <algorithm>
#include <deque>
#include <functional>
#include <utility>
#include <vector>

#include "controller/kiosk/wait.hpp"
#include "controller/ports/screen.hpp"

namespace qrvend::test {

class RecordingScreen final : public Screen {
public:
    explicit RecordingScreen(Clock& clock) : bell_(clock) {}

    void show(View view) override {
        views_.push_back(std::move(view));
        if (on_show_) {
            on_show_(views_.back());
        }
    }

    /// `look` is called with every view from now on.
    void on_show(std::function<void(const View&)> look) { on_show_ = std::move(look); }

    boost::asio::awaitable<Touch> next_touch() override {
        while (true) {
            while (touches_.empty()) {
                co_await bell_.wait();
            }
            const Touch touch = touches_.front();
            touches_.pop_front();
            if (!views_.empty() && offers(views_.back(), touch)) {
                co_return touch;
            }
        }
    }

    /// Lost, as on a real screen, where the present view does not offer it.
    void touch(Touch touch) {
        touches_.push_back(touch);
        bell_.ring();
    }

    const std::vector<View>& views() const { return views_; }

    /// The present view, if it is one of that type.
    template <class Wanted>
    const Wanted* showing() const {
        return views_.empty() ? nullptr : std::get_if<Wanted>(&views_.back());
    }

    /// How often a view of that type was shown.
    template <class Wanted>
    std::size_t times() const {
        return static_cast<std::size_t>(
            std::ranges::count_if(views_, [](const View& view) { return std::holds_alternative<Wanted>(view); }));
    }

private:
    static bool offers(const View& view, const Touch& touch) {
        if (const auto* select = std::get_if<touch::Select>(&touch)) {
            const auto* idle = std::get_if<view::Idle>(&view);
            return idle != nullptr && !idle->own_keypad &&
                   std::ranges::any_of(idle->offers, [&](const view::Offer& offer) {
                       return offer.slot == select->slot && !offer.sold_out;
                   });
        }
        if (std::holds_alternative<touch::Begin>(touch)) {
            const auto* idle = std::get_if<view::Idle>(&view);
            return idle != nullptr && idle->wants_begin;
        }
        const bool paying =
            std::holds_alternative<view::Preparing>(view) || std::holds_alternative<view::ScanToPay>(view);
        const bool told =
            std::holds_alternative<view::TakeProduct>(view) || std::holds_alternative<view::NotCharged>(view) ||
            std::holds_alternative<view::MoneyReturned>(view) || std::holds_alternative<view::AskOperator>(view);
        return std::holds_alternative<touch::Cancel>(touch) ? paying : told;
    }

    Bell bell_;
    std::function<void(const View&)> on_show_;
    std::vector<View> views_;
    std::deque<Touch> touches_;
};

}  // namespace qrvend::test
