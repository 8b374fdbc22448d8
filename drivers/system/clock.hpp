#pragma once
// The computer's clock on the event loop. Monotonic time is CLOCK_BOOTTIME (clock_gettime(2)): it counts on through
// suspend, so a deadline that passed while the computer slept is met at waking. One kernel timer
// (timerfd_create(2)) serves all waits and is armed only while there are any: no wake-ups but for deadlines.

#include <boost/asio/io_context.hpp>
#include <cstdint>
#include <functional>
#include <memory>

#include "controller/ports/clock.hpp"

namespace qrvend {

class SystemClock : public Clock {
public:
    /// Throws std::system_error where the kernel gives no timer or no boot id. The clock must die before `io`.
    explicit SystemClock(boost::asio::io_context& io);
    ~SystemClock() override;

    SystemClock(const SystemClock&) = delete;
    SystemClock& operator=(const SystemClock&) = delete;

    Stamp now() const override;
    std::uint64_t call_at(MonotonicTime deadline, std::move_only_function<void()> expired) override;
    void cancel(std::uint64_t wait) override;

private:
    class Timer;

    BootId boot_;
    std::shared_ptr<Timer> timer_;
};

}  // namespace qrvend
