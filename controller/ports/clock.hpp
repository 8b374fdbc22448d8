#pragma once
// Time comes from outside, so that a simulation can own it. The real clock is in drivers/system.

#include <cstdint>
#include <functional>

#include "controller/base/time.hpp"

namespace qrvend {

class Clock {
public:
    virtual ~Clock() = default;

    virtual Stamp now() const = 0;

    /// Calls `expired` once, from the event loop and never from within this call, when `deadline` has come, unless
    /// cancel() was first. The number names this wait and is never 0.
    virtual std::uint64_t call_at(MonotonicTime deadline, std::move_only_function<void()> expired) = 0;

    /// Drops a wait; its function is destroyed uncalled. A wait that is over or unknown is no error.
    virtual void cancel(std::uint64_t wait) = 0;
};

}  // namespace qrvend
