// SIGTERM at every phase of a sale, as systemd sends it: the daemon ends in order and soon, and after the next
// start money and goods agree.

#include <doctest/doctest.h>

#include <csignal>

#include "tests/app/side_by_side.hpp"
#include "tests/app/stand.hpp"

using namespace qrvend;
using namespace qrvend::test;

namespace {

// What the daemon logs when it has come so far, and what the customer and the payment system do before.
struct Phase {
    const char* name;
    const char* reached;
    const char* slow_call = "";  ///< held up, so that the signal comes while it is under way
    bool approved = true;
    std::ptrdiff_t dropped = 1;
};

constexpr Phase phases[] = {
    {.name = "idle", .reached = "", .approved = false, .dropped = 0},
    {.name = "before the code", .reached = "Intended", .slow_call = "create", .approved = false, .dropped = 0},
    {.name = "code shown", .reached = "Requested", .approved = false, .dropped = 0},
    {.name = "approved", .reached = "capture 1", .slow_call = "capture"},
    {.name = "captured", .reached = "Captured"},
    {.name = "dispensing", .reached = "VendStarted"},
    {.name = "dropped", .reached = "Vended"},
    {.name = "the receipt on its way", .reached = "receipt 1", .slow_call = "receipt"},
};

void reach(const Stand& stand, Process& daemon, const Phase& phase) {
    if (*phase.slow_call != '\0') {
        stand.break_call(phase.slow_call, "delay", R"(,"delay_ms":700)");
    }
    if (*phase.reached == '\0') {
        return;
    }
    stand.press(12);
    if (phase.approved) {
        wait_for(daemon, "Requested");
        stand.on_phone("approve");
    }
    wait_for(daemon, phase.reached);
}

void settle_open_sales(const Stand& stand) {
    Process daemon = stand.start_daemon(false);
    std::ptrdiff_t open = 0;
    bool in_service = false;
    while (!in_service || open > 0) {
        const auto line = daemon.read_line();
        if (!line) {
            throw std::runtime_error("the open sale did not end:\n" + daemon.output());
        }
        in_service = in_service || line->contains("in service");
        open += line->contains("an open sale is taken up") ? 1 : 0;
        open -= line->contains("Closed") ? 1 : 0;
    }
    stand.stop(daemon);
}

void stop_at(const Phase& phase, const std::string& capture) {
    const Stand stand({.capture = capture, .vend_ms = 300});
    {
        Process daemon = stand.start_daemon();
        reach(stand, daemon, phase);
        stand.stop(daemon);
    }
    settle_open_sales(stand);
    judge(stand);
    if (stand.count(simulated::Deed::What::dropped) != phase.dropped) {
        throw std::runtime_error("dropped otherwise than expected");
    }
}

// A receipt that is not taken must hold up neither the end nor the next customer.
void stop_with_a_receipt_in_the_background() {
    const Stand stand;
    stand.break_call("receipt", "status", R"(,"status":500,"times":3)");
    {
        Process daemon = stand.start_daemon();
        stand.press(12);
        wait_for(daemon, "Requested");
        stand.on_phone("approve");
        wait_for(daemon, "Attempted");
        stand.stop(daemon);
    }
    settle_open_sales(stand);
    judge(stand);
    if (!json::bool_at(stand.newest_payment(), "receipt_posted").value()) {
        throw std::runtime_error("the receipt was forgotten");
    }
}

void stop_twice() {
    const Stand stand({.vend_ms = 500});
    Process daemon = stand.start_daemon();
    stand.press(12);
    wait_for(daemon, "Requested");
    stand.on_phone("approve");
    wait_for(daemon, "VendStarted");
    daemon.signal(SIGTERM);
    stand.stop(daemon);  // an impatient technician
    settle_open_sales(stand);
    judge(stand);
}

}  // namespace

TEST_CASE("SIGTERM at every phase") {
    std::vector<Scenario> scenarios;
    for (const char* capture : {"before_vend", "after_vend"}) {
        for (const Phase& phase : phases) {
            const bool captures_late = std::string(capture) == "after_vend";
            if (captures_late && std::string(phase.slow_call) == "capture") {
                continue;  // the product has dropped then: that is the phase "dropped"
            }
            scenarios.push_back({.name = std::string(capture) + ", " + phase.name,
                                 .run = [phase, capture] { stop_at(phase, capture); }});
        }
    }
    scenarios.push_back({.name = "a receipt is not taken", .run = stop_with_a_receipt_in_the_background});
    scenarios.push_back({.name = "SIGTERM twice", .run = stop_twice});
    run_side_by_side(scenarios);
}
