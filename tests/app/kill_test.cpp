// kill -9 at every fact of a sale, and at any moment between: the daemon that starts afterwards ends the sale so
// that money and goods agree. The sandbox and the machine's own record are the judges, never the journal.

#include <doctest/doctest.h>

#include <csignal>
#include <random>
#include <thread>

#include "tests/app/stand.hpp"

using namespace qrvend;
using namespace qrvend::test;

namespace {

using namespace std::chrono_literals;

// What the daemon's log says of facts: each line is written once the fact is durable.
bool is_fact(const std::string& line) {
    return line.contains("sequence=") || line.contains("Opened");
}

// Follows the log until the n-th fact, playing the customer on the way. False where the sale ended before.
bool run_to_fact(const Stand& stand, Process& daemon, int count) {
    int seen = 0;
    while (seen < count) {
        const auto line = daemon.read_line();
        REQUIRE_MESSAGE(line, "the daemon fell silent:\n", daemon.output());
        if (!is_fact(*line)) {
            continue;
        }
        ++seen;
        if (line->contains("Requested") && seen < count) {
            stand.on_phone("approve");
        }
        if (line->contains("Closed")) {
            return seen == count;
        }
    }
    return true;
}

void start_again_and_settle(const Stand& stand) {
    Process daemon = stand.start_daemon();
    if (!daemon.output().contains("an open sale is taken up")) {
        return;
    }
    if (!daemon.output().contains("Closed")) {
        REQUIRE_MESSAGE(daemon.read_until("Closed"), "the open sale did not end:\n", daemon.output());
    }
    daemon.signal(SIGTERM);
    CHECK(daemon.wait() == 0);
}

}  // namespace

TEST_CASE("killed at any fact, a sale ends with money and goods in agreement") {
    for (const char* capture : {"before_vend", "after_vend"}) {
        for (int fact = 1;; ++fact) {
            CAPTURE(capture);
            CAPTURE(fact);
            const Stand stand({.capture = capture});
            bool reached = false;
            {
                Process daemon = stand.start_daemon();
                stand.press(12);
                reached = run_to_fact(stand, daemon, fact);
                daemon.signal(SIGKILL);
                daemon.wait();
            }
            if (!reached) {
                CHECK(fact > 10);
                break;
            }
            start_again_and_settle(stand);
            judge(stand);
        }
    }
}

TEST_CASE("killed while the code is shown and approved before the restart, the money goes back") {
    const Stand stand;
    {
        Process daemon = stand.start_daemon();
        stand.press(12);
        REQUIRE(daemon.read_until("Requested"));
        daemon.signal(SIGKILL);
        daemon.wait();
    }
    stand.on_phone("approve");
    start_again_and_settle(stand);
    judge(stand);
    CHECK(stand.count(simulated::Deed::What::commanded) == 0);
}

TEST_CASE("killed twice, the second time during recovery") {
    for (const int fact : {6, 8, 9}) {
        CAPTURE(fact);
        const Stand stand;
        {
            Process daemon = stand.start_daemon();
            stand.press(12);
            REQUIRE(run_to_fact(stand, daemon, fact));
            daemon.signal(SIGKILL);
            daemon.wait();
        }
        {
            Process daemon = stand.start_daemon(false);
            REQUIRE(daemon.read_until("sequence="));
            daemon.signal(SIGKILL);
            daemon.wait();
        }
        start_again_and_settle(stand);
        judge(stand);
    }
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
            daemon.signal(SIGKILL);
            daemon.wait();
        }
        start_again_and_settle(stand);
        judge(stand);
    }
}
