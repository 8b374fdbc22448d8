#include "drivers/vipps/sandbox/keys.hpp"

#include <functional>
#include <utility>

namespace qrvend::vipps::sandbox {

Keys::Found Keys::look_up(const std::string& key, Call call, std::string_view request) const {
    const auto found = entries_.find(key);
    if (found == entries_.end()) {
        return {};
    }
    const Entry& entry = found->second;
    if (entry.call != call) {
        return {.meaning = Meaning::other_call};
    }
    if (entry.request_hash != std::hash<std::string_view>{}(request)) {
        return {.meaning = Meaning::other_body};
    }
    return {.meaning = Meaning::repeated, .first = &entry.answer};
}

void Keys::keep(const std::string& key, Call call, std::string_view request, HttpResponse answer) {
    if (oldest_first_.size() >= limit_) {
        entries_.erase(oldest_first_.front());
        oldest_first_.pop_front();
    }
    Entry entry{.call = call, .request_hash = std::hash<std::string_view>{}(request), .answer = std::move(answer)};
    if (entries_.insert_or_assign(key, std::move(entry)).second) {
        oldest_first_.push_back(key);
    }
}

}  // namespace qrvend::vipps::sandbox
