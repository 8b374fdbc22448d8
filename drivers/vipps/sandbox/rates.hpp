#pragma once
// How many calls of a kind are let through for one payment in any 60 seconds (a sliding window). Calls that are
// turned away do not count.

#include <cstddef>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "controller/base/time.hpp"
#include "drivers/vipps/sandbox/calls.hpp"

namespace qrvend::vipps::sandbox {

class Rates {
public:
    /// Counts the call, or says how long until the next one is let through.
    std::optional<seconds> turn_away(Call call, std::string_view reference, MonotonicTime now);

private:
    void forget_old(MonotonicTime now);

    std::unordered_map<std::string, std::deque<MonotonicTime>> windows_;
    MonotonicTime swept_{};
};

}  // namespace qrvend::vipps::sandbox
