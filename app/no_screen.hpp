#pragma once
// The screen of a machine that has none of ours: nothing is shown and nobody touches it.

#include "controller/kiosk/wait.hpp"
#include "controller/ports/screen.hpp"

namespace qrvend::app {

class NoScreen final : public Screen {
public:
    explicit NoScreen(Clock& clock) : never_(clock) {}

    void show(View) override {}

    boost::asio::awaitable<Touch> next_touch() override {
        while (true) {
            co_await never_.wait();
        }
    }

private:
    Bell never_;
};

}  // namespace qrvend::app
