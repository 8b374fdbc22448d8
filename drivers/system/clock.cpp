#include "drivers/system/clock.hpp"

#include <sys/timerfd.h>
#include <unistd.h>

#include <algorithm>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <cerrno>
#include <ctime>
#include <fstream>
#include <map>
#include <stdexcept>
#include <system_error>
#include <unordered_map>
#include <utility>
#include <vector>

namespace qrvend {

namespace {

using boost::system::error_code;

MonotonicTime monotonic_now() {
    timespec now{};
    clock_gettime(CLOCK_BOOTTIME, &now);
    return MonotonicTime(
        std::chrono::duration_cast<milliseconds>(seconds(now.tv_sec) + std::chrono::nanoseconds(now.tv_nsec)));
}

// The kernel's boot id is a random UUID of 32 hex digits: its two halves, folded by exclusive or.
BootId read_boot_id() {
    std::ifstream file("/proc/sys/kernel/random/boot_id");
    std::string text;
    std::getline(file, text);
    std::erase(text, '-');
    if (text.size() != 32 || text.find_first_not_of("0123456789abcdef") != std::string::npos) {
        throw std::system_error(ENOENT, std::generic_category(), "cannot read /proc/sys/kernel/random/boot_id");
    }
    return {.value = std::stoull(text.substr(0, 16), nullptr, 16) ^ std::stoull(text.substr(16), nullptr, 16)};
}

}  // namespace

// Waits ordered by deadline, then by age. The descriptor is watched only while there are waits, so that an event
// loop without any can end.
class SystemClock::Timer : public std::enable_shared_from_this<Timer> {
public:
    explicit Timer(boost::asio::io_context& io) : descriptor_(io) {
        const int timer = timerfd_create(CLOCK_BOOTTIME, TFD_NONBLOCK | TFD_CLOEXEC);
        if (timer < 0) {
            throw std::system_error(errno, std::generic_category(), "timerfd_create");
        }
        descriptor_.assign(timer);
    }

    std::uint64_t add(MonotonicTime deadline, std::move_only_function<void()> expired) {
        const std::uint64_t wait = ++last_wait_;
        waits_.emplace(Place{deadline, wait}, std::move(expired));
        deadlines_.emplace(wait, deadline);
        arm();
        return wait;
    }

    // The function is destroyed last: what it holds may call back into this clock.
    void remove(std::uint64_t wait) {
        const auto doomed = take(wait);
        if (doomed) {
            arm();
        }
    }

    void close() {
        const auto doomed = std::exchange(waits_, {});
        deadlines_.clear();
        arm();
    }

private:
    using Place = std::pair<MonotonicTime, std::uint64_t>;

    std::move_only_function<void()> take(std::uint64_t wait) {
        const auto deadline = deadlines_.find(wait);
        if (deadline == deadlines_.end()) {
            return {};
        }
        auto node = waits_.extract(Place{deadline->second, wait});
        deadlines_.erase(deadline);
        return std::move(node.mapped());
    }

    // Sets the kernel timer to the earliest deadline. Zero would disarm it, so a deadline at or before the boot
    // counts as the first nanosecond, and is due at once.
    void arm() {
        if (waits_.empty()) {
            set_kernel_timer({});
            descriptor_.cancel();
            watched_ = false;
            return;
        }
        const auto due = std::max(waits_.begin()->first.first.time_since_epoch(), milliseconds(0));
        const auto whole = std::chrono::duration_cast<seconds>(due);
        const auto rest = std::chrono::nanoseconds(due - whole).count();
        set_kernel_timer({.tv_sec = whole.count(), .tv_nsec = std::max<long>(rest, whole.count() == 0 ? 1 : 0)});
        if (!watched_) {
            watch();
        }
    }

    void set_kernel_timer(timespec due) {
        if (const bool same = due.tv_sec == armed_.tv_sec && due.tv_nsec == armed_.tv_nsec; same) {
            return;
        }
        armed_ = due;
        const itimerspec setting{.it_interval = {}, .it_value = due};
        if (timerfd_settime(descriptor_.native_handle(), TFD_TIMER_ABSTIME, &setting, nullptr) != 0) {
            throw std::system_error(errno, std::generic_category(), "timerfd_settime");
        }
    }

    void watch() {
        watched_ = true;
        descriptor_.async_wait(boost::asio::posix::stream_descriptor::wait_read,
                               [weak = weak_from_this(), watch = ++last_watch_](error_code error) {
                                   const auto self = weak.lock();
                                   if (self && !error && self->watched_ && self->last_watch_ == watch) {
                                       self->expire();
                                   }
                               });
    }

    // Waits that fall due are named first and then called one by one: a function may cancel a later one, and one
    // that adds a wait already due has it called in the next round, after everything else that the loop has to do.
    void expire() {
        watched_ = false;
        armed_ = {};
        std::uint64_t expirations = 0;
        [[maybe_unused]] const auto count = read(descriptor_.native_handle(), &expirations, sizeof expirations);
        const auto now = monotonic_now();
        std::vector<std::uint64_t> due;
        for (auto wait = waits_.begin(); wait != waits_.end() && wait->first.first <= now; ++wait) {
            due.push_back(wait->first.second);
        }
        for (const auto wait : due) {
            if (auto expired = take(wait)) {
                expired();
            }
        }
        arm();
    }

    boost::asio::posix::stream_descriptor descriptor_;
    std::map<Place, std::move_only_function<void()>> waits_;
    std::unordered_map<std::uint64_t, MonotonicTime> deadlines_;
    std::uint64_t last_wait_ = 0;
    std::uint64_t last_watch_ = 0;
    timespec armed_{};
    bool watched_ = false;
};

SystemClock::SystemClock(boost::asio::io_context& io)
    : boot_(read_boot_id()), timer_(std::make_shared<Timer>(io)) {}

// The timer itself may outlive the clock for a moment, where one of its waits destroys the clock.
SystemClock::~SystemClock() {
    timer_->close();
}

Stamp SystemClock::now() const {
    return {.wall = std::chrono::time_point_cast<milliseconds>(std::chrono::system_clock::now()),
            .monotonic = monotonic_now(),
            .boot = boot_};
}

std::uint64_t SystemClock::call_at(MonotonicTime deadline, std::move_only_function<void()> expired) {
    return timer_->add(deadline, std::move(expired));
}

void SystemClock::cancel(std::uint64_t wait) {
    timer_->remove(wait);
}

}  // namespace qrvend
