#include "drivers/vipps/rate_limit.hpp"

#include <algorithm>

namespace qrvend::vipps {

std::optional<milliseconds> RateLimit::take(const std::string& name, MonotonicTime now) {
    if (!sent_.contains(name)) {
        make_room(now);
    }
    std::deque<MonotonicTime>& times = sent_[name];
    while (!times.empty() && now - times.front() >= window_) {
        times.pop_front();
    }
    if (times.size() >= sends_) {
        return window_ - (now - times.front());
    }
    times.push_back(now);
    return std::nullopt;
}

void RateLimit::make_room(MonotonicTime now) {
    std::erase_if(sent_, [&](const auto& entry) { return now - entry.second.back() >= window_; });
    if (sent_.size() >= most_names_) {
        sent_.erase(std::ranges::min_element(sent_, {}, [](const auto& entry) { return entry.second.back(); }));
    }
}

}  // namespace qrvend::vipps
