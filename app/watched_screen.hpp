#pragma once
// A screen that somebody else watches and touches: the demo's automatic customer sees what the real screen is
// shown, and touches it as a finger would.

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <deque>
#include <memory>
#include <utility>

#include "controller/kiosk/wait.hpp"
#include "controller/ports/screen.hpp"

namespace qrvend::app {

class WatchedScreen final : public Screen {
public:
    /// `io` and `clock` must outlive the screen.
    WatchedScreen(boost::asio::io_context& io, Clock& clock, std::unique_ptr<Screen> glass)
        : glass_(std::move(glass)), changed_(clock), touched_(clock) {
        boost::asio::co_spawn(io, pass_touches_on(), boost::asio::detached);
    }

    void show(View view) override {
        shown_ = view;
        glass_->show(std::move(view));
        changed_.ring();
    }

    boost::asio::awaitable<Touch> next_touch() override {
        while (touches_.empty()) {
            co_await touched_.wait();
        }
        Touch touch = touches_.front();
        touches_.pop_front();
        co_return touch;
    }

    void touch(Touch touch) {
        touches_.push_back(touch);
        touched_.ring();
    }

    /// The next view of type `Seen`, or nothing where `deadline` comes first.
    template <class Seen>
    boost::asio::awaitable<std::optional<Seen>> wait_for(MonotonicTime deadline) {
        bool in_time = true;
        while (in_time && !std::holds_alternative<Seen>(shown_)) {
            in_time = co_await changed_.wait(deadline);
        }
        const Seen* seen = std::get_if<Seen>(&shown_);
        co_return seen != nullptr ? std::optional<Seen>{*seen} : std::nullopt;
    }

private:
    boost::asio::awaitable<void> pass_touches_on() {
        while (true) {
            touch(co_await glass_->next_touch());
        }
    }

    std::unique_ptr<Screen> glass_;
    View shown_;
    std::deque<Touch> touches_;
    Bell changed_;
    Bell touched_;
};

}  // namespace qrvend::app
