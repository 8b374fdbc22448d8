// kill -9 at every fact of a sale, at every fact of its recovery too, and at any moment between: the daemon that
// starts afterwards ends the sale so that money and goods agree. The sandbox and the machine's own record are the
// judges, never the journal.

#include <doctest/doctest.h>

#include <array>
#include <atomic>
#include <csignal>
#include <functional>
#include <random>
#include <stdexcept>
#include <thread>

#include "tests/app/side_by_side.hpp"
#include "tests/app/stand.hpp"

using namespace qrvend;
using namespace qrvend::test;

namespace {

using namespace std::chrono_literals;

// What the daemon's log says of facts: each line is written once the fact is durable.
bool is_fact(const std::string& line) {
    return line.contains("sequence=") || line.contains("Opened");
}

std::string next_line(Process& daemon) {
    const auto line = daemon.read_line();
    if (!line) {
        throw std::runtime_error("the daemon fell silent:\n" + daemon.output());
    }
    return *line;
}

// Follows the log until the n-th fact, playing the customer on the way. False where the sale ended before.
bool run_to_fact(const Stand& stand, Process& daemon, int count) {
    int seen = 0;
    while (seen < count) {
        const std::string line = next_line(daemon);
        if (!is_fact(line)) {
            continue;
        }
        ++seen;
        if (line.contains("Requested") && seen < count) {
            stand.on_phone("approve");
        }
        if (line.contains("Closed")) {
            return seen == count;
        }
    }
    return true;
}

// The same for a sale that is taken up again. False also where there is none.
bool recover_to_fact(Process& daemon, int count) {
    int seen = 0;
    bool is_open = false;
    while (seen < count) {
        const std::string line = next_line(daemon);
        is_open = is_open || line.contains("an open sale is taken up");
        seen += is_fact(line) ? 1 : 0;
        if (line.contains("Closed") || (!is_open && line.contains("in service"))) {
            return seen == count;
        }
    }
    return true;
}

void kill(Process& daemon) {
    daemon.signal(SIGKILL);
    daemon.wait();
}

void start_again_and_settle(const Stand& stand) {
    Process daemon = stand.start_daemon();
    if (!daemon.output().contains("an open sale is taken up")) {
        return;
    }
    if (!daemon.output().contains("Closed")) {
        wait_for(daemon, "Closed");
    }
    stand.stop(daemon);
}

// Presses, and kills at the n-th fact. False where the sale has fewer; then the daemon is killed after its end.
bool sell_until_killed(const Stand& stand, int fact) {
    Process daemon = stand.start_daemon();
    stand.press(12);
    const bool reached = run_to_fact(stand, daemon, fact);
    kill(daemon);
    return reached;
}

bool killed_once(const char* capture, int fact) {
    const Stand stand({.capture = capture});
    const bool reached = sell_until_killed(stand, fact);
    start_again_and_settle(stand);
    judge(stand);
    return reached;
}

struct Killed {
    bool once = false;
    bool twice = false;
};

Killed killed_twice(const char* capture, int fact, int fact_of_recovery) {
    const Stand stand({.capture = capture});
    Killed killed;
    killed.once = sell_until_killed(stand, fact);
    if (killed.once) {
        Process daemon = stand.start_daemon(false);
        killed.twice = recover_to_fact(daemon, fact_of_recovery);
        kill(daemon);
    }
    start_again_and_settle(stand);
    judge(stand);
    return killed;
}

// n = 1, 2, 3 ..., shared among several hands, each of which goes on until a run of its own passes unharmed. A run
// says whether it was struck. What breaks names its n. Returns how many were struck, in both orders of capture.
int for_every_fact(const std::function<bool(const char* capture, int fact)>& run) {
    constexpr int hands = 4;
    std::array<std::atomic<int>, 2> next{1, 1};
    std::atomic<int> struck{0};
    const auto work = [&](const char* capture, std::atomic<int>& numbers) {
        while (true) {
            const int fact = numbers++;
            try {
                if (!run(capture, fact)) {
                    return;
                }
            } catch (const std::exception& failure) {
                throw std::runtime_error("fact " + std::to_string(fact) + ": " + failure.what());
            }
            ++struck;
        }
    };
    std::vector<Scenario> scenarios;
    for (int hand = 0; hand < hands; ++hand) {
        scenarios.push_back({.name = "before_vend", .run = [&] { work("before_vend", next[0]); }});
        scenarios.push_back({.name = "after_vend", .run = [&] { work("after_vend", next[1]); }});
    }
    run_side_by_side(scenarios);
    return struck;
}

}  // namespace

TEST_CASE("killed at any fact, a sale ends with money and goods in agreement") {
    const int struck = for_every_fact(killed_once);
    MESSAGE("killed at ", struck, " facts");
    CHECK(struck > 20);
}

TEST_CASE("killed at any fact, and again at any fact of the recovery") {
    std::atomic<int> struck{0};
    for_every_fact([&](const char* capture, int fact) {
        for (int of_recovery = 1;; ++of_recovery) {
            const Killed killed = killed_twice(capture, fact, of_recovery);
            if (!killed.twice) {
                return killed.once;
            }
            ++struck;
        }
    });
    MESSAGE("killed twice ", struck.load(), " times");
    CHECK(struck > 40);
}

TEST_CASE("killed while the code is shown and approved before the restart, the money goes back") {
    const Stand stand;
    {
        Process daemon = stand.start_daemon();
        stand.press(12);
        REQUIRE(daemon.read_until("Requested"));
        kill(daemon);
    }
    stand.on_phone("approve");
    start_again_and_settle(stand);
    judge(stand);
    CHECK(stand.count(simulated::Deed::What::commanded) == 0);
}

TEST_CASE("killed at random moments") {
    std::random_device seed;
    std::mt19937 random(seed());
    for (int round = 0; round < 8; ++round) {
        const auto moment = std::chrono::microseconds(std::uniform_int_distribution<int>(0, 400'000)(random));
        CAPTURE(moment.count());
        const Stand stand({.capture = round % 2 == 0 ? "before_vend" : "after_vend"});
        {
            Process daemon = stand.start_daemon();
            stand.press(12);
            REQUIRE(daemon.read_until("Requested"));
            stand.on_phone("approve");
            std::this_thread::sleep_for(moment);
            kill(daemon);
        }
        start_again_and_settle(stand);
        judge(stand);
    }
}
