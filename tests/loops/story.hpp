#pragma once
// What happens in a sale when nothing fails: who stands before the machine, what they do, and how it ends. Every
// loop lets its fault strike at every n-th place of each story.

#include <ostream>
#include <string>
#include <vector>

#include "controller/sale/facts.hpp"
#include "drivers/simulated/machine.hpp"

namespace qrvend::test {

using namespace std::chrono_literals;

/// One thing that a customer does, counted from the first sight of the code.
struct Act {
    enum class What : std::uint8_t {
        approves,
        rejects,
        opens_app,    ///< for ten seconds: meanwhile the payment cannot be ended
        cancels,      ///< on the screen
        pulls_lever,  ///< the coin return: the machine no longer waits
    };
    What what = What::approves;
    milliseconds at{5s};
};

struct Story {
    std::string name;
    CaptureOrder capture = CaptureOrder::before_vend;
    std::vector<Act> acts{};
    SaleResult ends = SaleResult::sold;  ///< each of its sales, where nothing fails
    simulated::Mood mood = simulated::Mood::works;
    std::size_t customers = 1;
    milliseconds refund_takes{0};  ///< until the provider shows it
    bool webhooks = false;
    bool reboots = false;  ///< the computer, not just the process, after each end of the process
};

inline std::ostream& operator<<(std::ostream& out, const Story& story) {
    return out << story.name
               << (story.capture == CaptureOrder::before_vend ? ", captured first" : ", captured last");
}

/// Every story that is worth a loop.
std::vector<Story> stories();

/// A few, for loops with many places: a sale told by webhook, and a jam.
std::vector<Story> main_stories();

}  // namespace qrvend::test
