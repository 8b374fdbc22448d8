#pragma once
// The bus over libmodbus: one thread that owns the line, and a bounded queue of requests before it. The thread
// sleeps until there is work.
//
// It keeps a gap between two frames. After a lost or garbled answer it waits one response timeout and drops what
// came meanwhile, so that a late answer is never taken for the next. A line that broke, or that has been silent
// several times on end, is opened anew by its name when the next request comes, at growing intervals.

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <optional>
#include <thread>

#include "drivers/modbus/bus.hpp"
#include "drivers/modbus/connection.hpp"
#include "drivers/modbus/settings.hpp"

namespace qrvend::modbus {

class LibmodbusBus final : public Bus {
public:
    /// A machine asks one thing at a time; more than this waiting is a programmer's error.
    static constexpr std::size_t max_waiting = 64;
    /// The line is opened anew after so many answers have been lost on end.
    static constexpr int most_silent = 3;

    /// `io` must outlive the bus. Throws std::invalid_argument where problems() names the line.
    LibmodbusBus(boost::asio::io_context& io, const Line& line);

    /// Waits for the request under way; those in the queue are dropped with the coroutines behind them.
    ~LibmodbusBus() override;
    LibmodbusBus(const LibmodbusBus&) = delete;
    LibmodbusBus& operator=(const LibmodbusBus&) = delete;

    boost::asio::awaitable<Result<Words>> ask(Request request) override;

private:
    using Time = std::chrono::steady_clock::time_point;
    using Work = boost::asio::executor_work_guard<boost::asio::io_context::executor_type>;
    struct Job {
        Request request;
        std::move_only_function<void(Result<Words>)> done;
        Work work;  // the event loop goes on while it owes an answer
    };

    void push(Job job);
    void work();
    std::optional<Job> next_job();
    Result<Words> perform(const Request& request);
    Result<void> open_line();
    void look_after(const Result<Words>& answer);
    void pause(milliseconds time);

    boost::asio::io_context& io_;
    Line line_;

    // The thread's alone, once it runs.
    Connection connection_;
    std::optional<Failure> why_closed_;
    Time next_try_{};
    milliseconds retry_{0};
    int silent_ = 0;

    std::mutex mutex_;  // guards what follows
    std::condition_variable changed_;
    std::deque<Job> waiting_;
    bool stopping_ = false;

    std::thread thread_;  // last: it uses all the others
};

}  // namespace qrvend::modbus
