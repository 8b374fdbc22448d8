#pragma once
// A screen that keeps every view it was shown, and a hand that touches it.

#include <deque>
#include <utility>
#include <vector>

#include "controller/kiosk/wait.hpp"
#include "controller/ports/screen.hpp"

namespace qrvend::test {

class RecordingScreen final : public Screen {
public:
    explicit RecordingScreen(Clock& clock) : bell_(clock) {}

    void show(View view) override { views_.push_back(std::move(view)); }

    boost::asio::awaitable<Touch> next_touch() override {
        while (touches_.empty()) {
            co_await bell_.wait();
        }
        const Touch touch = touches_.front();
        touches_.pop_front();
        co_return touch;
    }

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
    Bell bell_;
    std::vector<View> views_;
    std::deque<Touch> touches_;
};

}  // namespace qrvend::test
