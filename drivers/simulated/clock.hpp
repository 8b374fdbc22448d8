#pragma once
// Time that a simulation owns. It stands still while anything is ready to run, and then steps to the next deadline:
// hours pass in milliseconds, and the same program takes the same course every time.
//
// A crash at any instant is abandon(): nothing is cancelled, because cancelling would run the code of a process
// that is dead. Its pending waits and its event loop are dropped with all the coroutines behind them.

#include <boost/asio/io_context.hpp>
#include <concepts>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "controller/ports/clock.hpp"

namespace qrvend::simulated {

class SimulatedClock final : public Clock {
public:
    /// Begins at noon of 2026-01-01 UTC, an hour after the computer's start.
    SimulatedClock() = default;

    Stamp now() const override;
    std::uint64_t call_at(MonotonicTime deadline, std::move_only_function<void()> expired) override;
    void cancel(std::uint64_t wait) override;

    /// Runs what is ready on `io`, steps to the next deadline, and so on, until `done` holds (asked whenever
    /// nothing is ready, and first of all before any step). False where it can never hold: nothing waits any more,
    /// the next deadline lies beyond `limit` (time then stands at `limit`), or freeze() was called.
    template <std::predicate Done>
    bool run_until(boost::asio::io_context& io, Done done, MonotonicTime limit = MonotonicTime::max()) {
        while (true) {
            poll(io);
            if (frozen_) {
                return false;
            }
            if (done()) {
                return true;
            }
            if (!step(limit)) {
                return false;
            }
        }
    }

    /// The same until `end` has come, whatever waits beyond it.
    void run_until(boost::asio::io_context& io, MonotonicTime end);
    void run_for(boost::asio::io_context& io, milliseconds duration) { run_until(io, monotonic_ + duration); }

    /// Called from within the simulated process: what runs now is the last to run until abandon().
    void freeze(boost::asio::io_context& io);

    /// The process behind `io` ends at this instant. Drops all waits, then `io` without polling it. Whatever the
    /// coroutines refer to must still be there.
    void abandon(std::unique_ptr<boost::asio::io_context> io);

    /// The wall clock is set to another time; monotonic time and deadlines do not notice.
    void set_wall(WallTime wall) { wall_offset_ = wall.time_since_epoch() - monotonic_.time_since_epoch(); }

    /// The computer starts again: another boot id, and monotonic time begins anew. No wait may be pending (throws
    /// std::logic_error): abandon() first.
    void reboot();

    /// Waits that are pending.
    std::size_t waiting() const { return heap_.size(); }

    /// Deadlines met so far: what a real process would count as wake-ups by its timers.
    std::uint64_t wakeups() const { return wakeups_; }

    /// Simulated time since this clock was made, over all restarts: the world's own time.
    milliseconds elapsed() const { return elapsed_before_ + (monotonic_ - began_); }

private:
    // A heap of entries whose functions stay in place: moving an entry moves three numbers.
    struct Entry {
        MonotonicTime deadline;
        std::uint64_t wait;  // grows with every call_at(); the lowest bits name its cell
        auto operator<=>(const Entry&) const = default;
    };
    struct Cell {
        std::uint64_t wait = 0;  // 0: free
        std::size_t place = 0;   // in the heap
        std::move_only_function<void()> expired;
    };

    void poll(boost::asio::io_context& io);
    bool step(MonotonicTime limit);
    std::size_t free_cell();
    std::move_only_function<void()> take(std::size_t place);
    void put(std::size_t place, Entry entry);
    void sift_up(std::size_t place);
    void sift_down(std::size_t place);

    static constexpr MonotonicTime first_moment{std::chrono::hours(1)};
    static constexpr WallTime first_wall{std::chrono::sys_days(std::chrono::January / 1 / 2026) +
                                         std::chrono::hours(12)};

    MonotonicTime monotonic_ = first_moment;
    MonotonicTime began_ = first_moment;  // this boot
    milliseconds elapsed_before_{0};      // in earlier boots
    milliseconds wall_offset_ = first_wall.time_since_epoch() - first_moment.time_since_epoch();
    BootId boot_{.value = 1};
    std::vector<Entry> heap_;
    std::vector<Cell> cells_;
    std::vector<std::size_t> free_;
    std::uint64_t last_number_ = 0;
    std::uint64_t wakeups_ = 0;
    bool frozen_ = false;
    bool dead_ = false;  // waits asked for by the destructors of an abandoned process are dropped at once
};

}  // namespace qrvend::simulated
