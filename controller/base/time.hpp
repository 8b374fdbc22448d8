#pragma once
// Two times that never mix: the wall clock is for people and may jump by years, the monotonic clock is for every
// duration and deadline. A monotonic time means something only within one boot.

#include <chrono>
#include <cstdint>

namespace qrvend {

using std::chrono::milliseconds;
using std::chrono::seconds;

struct MonotonicTag {
    using duration = milliseconds;
    using rep = duration::rep;
    using period = duration::period;
    using time_point = std::chrono::time_point<MonotonicTag, duration>;
    static constexpr bool is_steady = true;
};

using MonotonicTime = MonotonicTag::time_point;        ///< since boot, sleep included
using WallTime = std::chrono::sys_time<milliseconds>;  ///< UTC

/// Which start of the computer a monotonic time belongs to (Linux: /proc/sys/kernel/random/boot_id, folded).
struct BootId {
    std::uint64_t value = 0;
    bool operator==(const BootId&) const = default;
};

/// When something happened.
struct Stamp {
    WallTime wall;
    MonotonicTime monotonic;
    BootId boot;
    bool operator==(const Stamp&) const = default;
};

}  // namespace qrvend
