#include "drivers/modbus/libmodbus_bus.hpp"

#include <pthread.h>

#include <algorithm>
#include <boost/asio/async_result.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <csignal>
#include <utility>

namespace qrvend::modbus {

namespace asio = boost::asio;

namespace {

using namespace std::chrono_literals;

constexpr milliseconds first_retry = 200ms;
constexpr milliseconds slowest_retry = 5s;

}  // namespace

LibmodbusBus::LibmodbusBus(asio::io_context& io, const Line& line)
    : io_(io), line_(line), connection_(line), thread_([this] { work(); }) {}

LibmodbusBus::~LibmodbusBus() {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    changed_.notify_one();
    thread_.join();
}

asio::awaitable<Result<Words>> LibmodbusBus::ask(Request request) {
    return asio::async_initiate<const asio::use_awaitable_t<>, void(Result<Words>)>(
        [this](auto handler, Request what) {
            // The handler is a suspended coroutine, which must be resumed on its own loop.
            auto done = [&io = io_, handler = std::move(handler)](Result<Words> answer) mutable {
                asio::post(io, [handler = std::move(handler), answer = std::move(answer)]() mutable {
                    std::move(handler)(std::move(answer));
                });
            };
            push({.request = std::move(what), .done = std::move(done), .work = asio::make_work_guard(io_)});
        },
        asio::use_awaitable, std::move(request));
}

void LibmodbusBus::push(Job job) {
    {
        const std::lock_guard lock(mutex_);
        if (waiting_.size() < max_waiting) {
            waiting_.push_back(std::move(job));
            changed_.notify_one();
            return;
        }
    }
    job.done(unsent("busy", "too many requests wait for the bus"));
}

void LibmodbusBus::work() {
    // Signals are the event loop's affair.
    sigset_t all;
    sigfillset(&all);
    pthread_sigmask(SIG_BLOCK, &all, nullptr);
    pthread_setname_np(pthread_self(), "modbus");

    while (auto job = next_job()) {
        const auto answer = perform(job->request);
        job->done(answer);
        look_after(answer);
    }
    connection_.close();
}

std::optional<LibmodbusBus::Job> LibmodbusBus::next_job() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return stopping_ || !waiting_.empty(); });
    if (stopping_) {
        return std::nullopt;
    }
    Job job = std::move(waiting_.front());
    waiting_.pop_front();
    return job;
}

Result<Words> LibmodbusBus::perform(const Request& request) {
    if (!connection_.is_open()) {
        if (auto opened = open_line(); !opened) {
            return std::unexpected(opened.error());
        }
    }
    return connection_.ask(request);
}

Result<void> LibmodbusBus::open_line() {
    const Time now = std::chrono::steady_clock::now();
    if (why_closed_ && now < next_try_) {
        return std::unexpected(*why_closed_);
    }
    auto opened = connection_.open();
    if (opened) {
        why_closed_.reset();
        retry_ = milliseconds(0);
        silent_ = 0;
    } else {
        why_closed_ = opened.error();
        retry_ = std::clamp(retry_ * 2, first_retry, slowest_retry);
        next_try_ = std::chrono::steady_clock::now() + retry_;
    }
    return opened;
}

// After an answer, before the next frame.
void LibmodbusBus::look_after(const Result<Words>& answer) {
    if (!connection_.is_open()) {
        return;
    }
    if (answer || answer.error().world == World::refused) {
        silent_ = 0;
        pause(line_.gap);
        return;
    }
    if (++silent_ >= most_silent) {
        connection_.close();
        return;
    }
    pause(line_.response_timeout);
    connection_.flush();
}

void LibmodbusBus::pause(milliseconds time) {
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, time, [this] { return stopping_; });
}

}  // namespace qrvend::modbus
