#pragma once
// A clock that stands at the samples' time.

#include "controller/ports/clock.hpp"
#include "display/samples.hpp"

namespace qrvend::display {

class StillClock final : public Clock {
public:
    Stamp now() const override { return {.wall = {}, .monotonic = sample_time, .boot = {}}; }
    std::uint64_t call_at(MonotonicTime, std::move_only_function<void()>) override { return 1; }  // never comes
    void cancel(std::uint64_t) override {}
};

}  // namespace qrvend::display
