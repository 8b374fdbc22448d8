#pragma once
// A clock that stands still until it is told the time.

#include <boost/asio/io_context.hpp>
#include <map>
#include <utility>

#include "controller/ports/clock.hpp"

namespace qrvend::http {

class ManualClock : public Clock {
public:
    Stamp now() const override { return {.wall = {}, .monotonic = now_, .boot = {.value = 1}}; }

    std::uint64_t call_at(MonotonicTime deadline, std::move_only_function<void()> expired) override {
        waits_.emplace(std::pair(deadline, ++last_), std::move(expired));
        return last_;
    }

    void cancel(std::uint64_t wait) override {
        std::move_only_function<void()> doomed;
        for (auto each = waits_.begin(); each != waits_.end(); ++each) {
            if (each->first.second == wait) {
                doomed = std::move(each->second);
                waits_.erase(each);
                return;
            }
        }
    }

    /// Lets `duration` pass, meeting each deadline at its own time.
    void pass(boost::asio::io_context& io, milliseconds duration) {
        const auto end = now_ + duration;
        poll(io);
        while (!waits_.empty() && waits_.begin()->first.first <= end) {
            auto wait = waits_.extract(waits_.begin());
            now_ = std::max(now_, wait.key().first);
            wait.mapped()();
            poll(io);
        }
        now_ = end;
    }

    std::size_t waiting() const { return waits_.size(); }

    /// As after a crash: what waits is dropped uncalled.
    void abandon() { const auto doomed = std::exchange(waits_, {}); }

private:
    static void poll(boost::asio::io_context& io) {
        io.restart();
        io.poll();
    }

    MonotonicTime now_{seconds(1000)};
    std::uint64_t last_ = 0;
    std::map<std::pair<MonotonicTime, std::uint64_t>, std::move_only_function<void()>> waits_;
};

}  // namespace qrvend::http
