// Makes time pass faster in a program that was built without a thought of it: part of a library for LD_PRELOAD
// (ld.so(8)), which stands between the program and the kernel's clocks.
//
// Since an instant that all programs of a soak share, each clock shows `speed` seconds for every one that passes.
// So programs that were started at different times agree, and a restarted one goes on where the last one stopped.
// Timers and poll(2) end as much sooner. Clocks of processor time are left alone. What is not here keeps its real
// length: nanosleep(2), and waits for a condition variable with a deadline.

#include <poll.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cstdint>
#include <cstdlib>
#include <ctime>

#include "tests/soak_preload/preload.hpp"

namespace {

constexpr std::int64_t second_ns = 1'000'000'000;
constexpr std::int64_t millisecond_ns = 1'000'000;
constexpr std::int64_t microsecond_ns = 1'000;

std::int64_t nanoseconds_of(const timespec& time) {
    return time.tv_sec * second_ns + time.tv_nsec;
}

timespec timespec_of(std::int64_t nanoseconds) {
    return {.tv_sec = nanoseconds / second_ns, .tv_nsec = nanoseconds % second_ns};
}

std::int64_t number_in(const char* variable, std::int64_t otherwise) {
    const char* text = std::getenv(variable);
    return text == nullptr ? otherwise : std::strtoll(text, nullptr, 10);
}

std::int64_t real_time(clockid_t clock) {
    timespec now{};
    syscall(SYS_clock_gettime, clock, &now);
    return nanoseconds_of(now);
}

std::int64_t speed() {
    static const std::int64_t value = std::max<std::int64_t>(number_in(qrvend::soak::speed_variable, 1), 1);
    return value;
}

bool is_of_processor_time(clockid_t clock) {
    return clock == CLOCK_PROCESS_CPUTIME_ID || clock == CLOCK_THREAD_CPUTIME_ID || clock < 0;
}

// One clock says for all how much has passed, so that they keep their distances.
std::int64_t shown_time(clockid_t clock) {
    static const std::int64_t since = number_in(qrvend::soak::since_variable, real_time(CLOCK_BOOTTIME));
    return real_time(clock) + (real_time(CLOCK_BOOTTIME) - since) * (speed() - 1);
}

// Rounded up: no wait ends before its time.
std::int64_t real_duration(std::int64_t shown_ns) {
    return (shown_ns + speed() - 1) / speed();
}

// Which clock each timer goes by, under its descriptor.
constexpr int most_descriptors = 1024;
std::array<std::atomic<clockid_t>, most_descriptors> clocks_of_timers;

clockid_t clock_of_timer(int timer) {
    return timer >= 0 && timer < most_descriptors ? clocks_of_timers[static_cast<std::size_t>(timer)].load()
                                                  : CLOCK_MONOTONIC;
}

// A moment that is past already is due at once; zero would disarm the timer.
timespec real_delay(int timer, int flags, const timespec& due) {
    const std::int64_t shown = nanoseconds_of(due);
    if (shown == 0) {
        return {};
    }
    const bool absolute = (flags & TFD_TIMER_ABSTIME) != 0;
    const std::int64_t delay = absolute ? shown - shown_time(clock_of_timer(timer)) : shown;
    return timespec_of(std::max<std::int64_t>(real_duration(delay), 1));
}

}  // namespace

extern "C" {

int clock_gettime(clockid_t clock, timespec* now) noexcept {
    if (is_of_processor_time(clock)) {
        return static_cast<int>(syscall(SYS_clock_gettime, clock, now));
    }
    *now = timespec_of(shown_time(clock));
    return 0;
}

int gettimeofday(timeval* now, void* /*timezone*/) noexcept {
    const timespec time = timespec_of(shown_time(CLOCK_REALTIME));
    *now = {.tv_sec = time.tv_sec, .tv_usec = time.tv_nsec / microsecond_ns};
    return 0;
}

time_t time(time_t* now) noexcept {
    const time_t seconds = shown_time(CLOCK_REALTIME) / second_ns;
    if (now != nullptr) {
        *now = seconds;
    }
    return seconds;
}

int timerfd_create(int clock, int flags) noexcept {
    const auto timer = static_cast<int>(syscall(SYS_timerfd_create, clock, flags));
    if (timer >= 0 && timer < most_descriptors) {
        clocks_of_timers[static_cast<std::size_t>(timer)] = clock;
    }
    return timer;
}

// Once only: nobody here sets a timer that repeats.
int timerfd_settime(int timer, int flags, const itimerspec* setting, itimerspec* former) noexcept {
    const itimerspec real{.it_interval = {}, .it_value = real_delay(timer, flags, setting->it_value)};
    return static_cast<int>(syscall(SYS_timerfd_settime, timer, 0, &real, former));
}

int poll(pollfd* descriptors, nfds_t count, int timeout_ms) {
    const timespec real = timespec_of(real_duration(std::max(timeout_ms, 0) * millisecond_ns));
    return ppoll(descriptors, count, timeout_ms < 0 ? nullptr : &real, nullptr);
}
}
