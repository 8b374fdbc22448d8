#include "tests/simulation/outside.hpp"

namespace qrvend::simulation {

namespace {

constexpr WallTime beginning{std::chrono::sys_days(std::chrono::January / 1 / 2026) + std::chrono::hours(12)};
constexpr MonotonicTime provider_boot{std::chrono::hours(1000)};

}  // namespace

Stamp Outside::now() const {
    return {.wall = beginning + elapsed(), .monotonic = provider_boot + elapsed(), .boot = BootId{.value = 1}};
}

void Outside::after(milliseconds delay, std::move_only_function<void()> what) {
    agenda_.emplace(std::pair(elapsed() + delay, ++ordered_), std::move(what));
}

std::optional<milliseconds> Outside::next() const {
    return agenda_.empty() ? std::nullopt : std::optional(agenda_.begin()->first.first);
}

void Outside::let_next_happen() {
    auto what = agenda_.extract(agenda_.begin());
    what.mapped()();
}

}  // namespace qrvend::simulation
