#include "drivers/vipps/sandbox/rates.hpp"

#include <chrono>

namespace qrvend::vipps::sandbox {

namespace {

constexpr milliseconds window{60'000};
constexpr std::size_t max_windows = 10'000;

// 0: not limited.
std::size_t calls_per_window(Call call) {
    switch (call) {
        case Call::create:
        case Call::capture:
        case Call::cancel:
        case Call::refund:
            return 5;
        case Call::get:
        case Call::events:
            return 120;
        default:
            return 0;
    }
}

}  // namespace

std::optional<seconds> Rates::turn_away(Call call, std::string_view reference, MonotonicTime now) {
    const std::size_t limit = calls_per_window(call);
    if (limit == 0) {
        return std::nullopt;
    }
    forget_old(now);
    std::deque<MonotonicTime>& calls = windows_[std::string{to_string(call)}.append("/").append(reference)];
    while (!calls.empty() && calls.front() + window <= now) {
        calls.pop_front();
    }
    if (calls.size() >= limit) {
        return std::chrono::ceil<seconds>(calls.front() + window - now);
    }
    calls.push_back(now);
    return std::nullopt;
}

void Rates::forget_old(MonotonicTime now) {
    if (windows_.size() >= max_windows) {
        windows_.clear();  // a flood of made-up names; forgetting is the lesser evil
    }
    if (now - swept_ < window) {
        return;
    }
    swept_ = now;
    std::erase_if(windows_, [&](const auto& entry) { return entry.second.back() + window <= now; });
}

}  // namespace qrvend::vipps::sandbox
