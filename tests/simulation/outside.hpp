#pragma once
// The world outside the machine's computer, which goes on when that is dead: true time, what is due when, what goes
// wrong, and the record of what happened. The computer's own clock may jump and start anew; this one does neither.

#include <functional>
#include <map>
#include <string_view>
#include <utility>

#include "drivers/simulated/clock.hpp"
#include "tests/simulation/fate.hpp"
#include "tests/simulation/story.hpp"

namespace qrvend::simulation {

class Outside {
public:
    Outside(std::uint64_t seed, Weather weather, std::optional<std::set<Strike>> only, Story::Keep keep)
        : fate(seed, weather, std::move(only)), story(keep) {}

    simulated::SimulatedClock clock;  ///< of the machine's computer; its elapsed() is true time
    Fate fate;
    Story story;

    /// Ends the machine's process at this instant, from within: to be called where the coroutine that runs is about
    /// to wait.
    std::function<void(std::string_view why)> kill;

    milliseconds elapsed() const { return clock.elapsed(); }

    /// True time, as a provider's computer knows it.
    Stamp now() const;

    /// `what` happens after `delay`. Of things at the same moment, the one that was ordered first is first.
    void after(milliseconds delay, std::move_only_function<void()> what);

    /// When the next thing is due; nothing where none is.
    std::optional<milliseconds> next() const;
    void let_next_happen();

    void tell(std::string_view who, std::string_view what, std::string_view words = {}) {
        story.tell(elapsed(), who, what, words);
    }

private:
    std::map<std::pair<milliseconds, std::uint64_t>, std::move_only_function<void()>> agenda_;
    std::uint64_t ordered_ = 0;
};

}  // namespace qrvend::simulation
