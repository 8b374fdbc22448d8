#include "tests/simulation/planted/clock.hpp"

#include "tests/simulation/planted/passing.hpp"

namespace qrvend::simulation::planted {

namespace {

class WallClock final : public PassingClock {
public:
    using PassingClock::PassingClock;

    Stamp now() const override {
        Stamp stamp = real().now();
        stamp.monotonic = MonotonicTime(stamp.wall.time_since_epoch());
        return stamp;
    }

    std::uint64_t call_at(MonotonicTime deadline, std::move_only_function<void()> expired) override {
        return real().call_at(real().now().monotonic + (deadline - now().monotonic), std::move(expired));
    }
};

}  // namespace

std::unique_ptr<Clock> wall_clock_deadlines(Clock& clock, Soil) {
    return std::make_unique<WallClock>(clock);
}

}  // namespace qrvend::simulation::planted
