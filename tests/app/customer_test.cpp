// What customers and machines do at the worst moment, with the real daemon: reject, walk away, pull the lever,
// choose twice, approve while it is being cancelled; jams, silence and faults of the mechanism.

#include <doctest/doctest.h>

#include <thread>

#include "tests/app/side_by_side.hpp"
#include "tests/app/stand.hpp"

using namespace qrvend;
using namespace qrvend::test;

namespace {

using What = simulated::Deed::What;

void require(bool true_one, const std::string& what, const Process& daemon) {
    if (!true_one) {
        throw std::runtime_error(what + ":\n" + daemon.output());
    }
}

// The sale ends so, the daemon stops in order, and money and goods agree.
void expect_end(const Stand& stand, Process& daemon, const std::string& result, std::ptrdiff_t dropped,
                Verdict verdict = {}) {
    require(wait_for(daemon, "Closed").contains(result), "ended otherwise than " + result, daemon);
    stand.stop(daemon);
    judge(stand, verdict);
    require(stand.count(What::dropped) == dropped, "dropped otherwise", daemon);
}

void choose(const Stand& stand, Process& daemon, int slot = 12) {
    stand.press(slot);
    wait_for(daemon, "Requested");
}

void reject() {
    const Stand stand;
    Process daemon = stand.start_daemon();
    choose(stand, daemon);
    stand.on_phone("reject");
    wait_for(daemon, "Declined");
    require(wait_for(daemon, "Closed").contains("not paid"), "not closed as not paid", daemon);
    choose(stand, daemon);  // and the same customer thinks again
    stand.on_phone("approve");
    expect_end(stand, daemon, "sold", 1);
}

void expire() {
    const Stand stand;
    Process daemon = stand.start_daemon();
    choose(stand, daemon);
    stand.control_newest("expire");
    wait_for(daemon, "Expired");
    expect_end(stand, daemon, "not paid", 0);
}

void second_choice() {
    const Stand stand;
    Process daemon = stand.start_daemon();
    choose(stand, daemon, 12);
    stand.press(13);
    require(wait_for(daemon, "Left").contains("another product"), "left otherwise", daemon);
    wait_for(daemon, "Requested");
    stand.on_phone("approve");
    wait_for(daemon, "Vended");
    require(json::string_at(stand.payments().front(), "state") == "TERMINATED", "the first is not ended", daemon);
    expect_end(stand, daemon, "sold", 1);
    require(stand.deeds().back().slot == Slot{13}, "the wrong product dropped", daemon);
}

void sold_out_and_unknown() {
    const Stand stand;
    Process daemon = stand.start_daemon();
    for (const int slot : {22, 99}) {
        stand.press(slot);
        wait_for(daemon, "a selection that cannot be sold");
    }
    require(stand.payments().empty(), "a payment was made", daemon);
    choose(stand, daemon);
    stand.on_phone("approve");
    expect_end(stand, daemon, "sold", 1);
}

// ---- the lever --------------------------------------------------------------------------------------------------

void lever_when_idle() {
    const Stand stand;
    Process daemon = stand.start_daemon();
    stand.command_machine("back");
    choose(stand, daemon);
    stand.on_phone("approve");
    expect_end(stand, daemon, "sold", 1);
}

void lever_before_the_code() {
    const Stand stand;
    stand.break_call("create", "delay", R"(,"delay_ms":700)");
    Process daemon = stand.start_daemon();
    stand.press(12);
    wait_for(daemon, "Intended");
    stand.command_machine("back");
    wait_for(daemon, "Withdrawn");
    expect_end(stand, daemon, "not paid", 0);
}

void lever_at_the_code() {
    const Stand stand;
    Process daemon = stand.start_daemon();
    choose(stand, daemon);
    stand.command_machine("back");
    wait_for(daemon, "Withdrawn");
    expect_end(stand, daemon, "not paid", 0);
    require(json::string_at(stand.newest_payment(), "state") == "TERMINATED", "not ended", daemon);
}

void lever_while_capturing() {
    const Stand stand;
    Process daemon = stand.start_daemon();
    choose(stand, daemon);
    stand.break_call("capture", "delay", R"(,"delay_ms":700)");
    stand.on_phone("approve");
    wait_for(daemon, "capture 1");
    stand.command_machine("back");
    wait_for(daemon, "Withdrawn");
    expect_end(stand, daemon, "money returned", 0);
}

void lever_while_dispensing() {
    const Stand stand({.vend_ms = 800});
    Process daemon = stand.start_daemon();
    choose(stand, daemon);
    stand.on_phone("approve");
    wait_for(daemon, "VendStarted");
    stand.command_machine("back");
    expect_end(stand, daemon, "sold", 1);
}

// ---- at the same time -------------------------------------------------------------------------------------------

// The customer is in the app with it when the next one chooses on the keypad. The machine has taken the first
// selection back: what is approved for it is returned, and the second one is served.
void approve_while_another_is_chosen() {
    const Stand stand;
    Process daemon = stand.start_daemon();
    choose(stand, daemon);
    const std::string first = json::string_at(stand.newest_payment(), "reference").value();
    stand.control_newest("approving", R"({"ms":30000})");
    stand.press(13);
    wait_for(daemon, "Requested");
    stand.control("payments/" + first + "/approve");
    require(wait_for(daemon, "Closed").contains("money returned"), "not returned", daemon);
    stand.on_phone("approve");
    expect_end(stand, daemon, "sold", 1);
}

// The machine does not wait any more: what is approved then goes back.
void approve_after_the_lever() {
    const Stand stand;
    Process daemon = stand.start_daemon();
    choose(stand, daemon);
    stand.control_newest("approving", R"({"ms":30000})");
    stand.command_machine("back");
    wait_for(daemon, "Approving");
    stand.control_newest("approve");
    expect_end(stand, daemon, "money returned", 0);
}

// Both leave at the same instant; whoever wins, nobody pays for nothing.
void approve_and_lever_race() {
    const Stand stand;
    Process daemon = stand.start_daemon();
    for (int round = 0; round < 5; ++round) {
        choose(stand, daemon);
        std::jthread finger([&] { stand.command_machine("back"); });
        stand.on_phone("approve");
        wait_for(daemon, "Closed");
    }
    stand.stop(daemon);
    judge(stand);
}

// ---- the mechanism ----------------------------------------------------------------------------------------------

void jam(const std::string& capture) {
    const Stand stand({.capture = capture});
    Process daemon = stand.start_daemon();
    stand.command_machine("jams");
    choose(stand, daemon);
    stand.on_phone("approve");
    wait_for(daemon, "VendFailed");
    expect_end(stand, daemon, "money returned", 0);
}

void quiet(const std::string& unknown_vend, const std::string& result, Verdict verdict) {
    const Stand stand({.unknown_vend = unknown_vend});
    Process daemon = stand.start_daemon();
    stand.command_machine("quiet");
    choose(stand, daemon);
    stand.on_phone("approve");
    wait_for(daemon, "VendUnknown");
    expect_end(stand, daemon, result, 1, verdict);
}

// The technician's list: the sale stays open, and survives a restart.
void quiet_for_the_technician() {
    const Stand stand({.unknown_vend = "attention"});
    for (const bool first : {true, false}) {
        Process daemon = stand.start_daemon();
        if (first) {
            stand.command_machine("quiet");
            choose(stand, daemon);
            stand.on_phone("approve");
            require(wait_for(daemon, "NeedsAttention").contains("nobody can tell"), "another reason", daemon);
        } else {
            require(daemon.output().contains("an open sale is taken up"), "it was forgotten", daemon);
        }
        stand.command_machine("works");
        stand.sell(daemon, 13);
        stand.stop(daemon);
        judge(stand);
    }
}

void gone() {
    const Stand stand;
    Process daemon = stand.start_daemon();
    stand.command_machine("gone");
    choose(stand, daemon);
    stand.on_phone("approve");
    expect_end(stand, daemon, "money returned", 0);
}

void fault_during_a_sale() {
    const Stand stand;
    Process daemon = stand.start_daemon();
    choose(stand, daemon);
    stand.command_machine("fault E42");
    stand.on_phone("approve");
    require(wait_for(daemon, "cannot vend").contains("E42"), "the fault is not named", daemon);
    require(wait_for(daemon, "Closed").contains("money returned"), "not returned", daemon);
    require(wait_for(daemon, "out of service").contains("E42"), "the reason is not named", daemon);
    stand.command_machine("clear E42");
    wait_for(daemon, "in service");
    choose(stand, daemon);
    stand.on_phone("approve");
    expect_end(stand, daemon, "sold", 1);
}

// ---- age --------------------------------------------------------------------------------------------------------

void too_young() {
    const Stand stand;
    Process daemon = stand.start_daemon();
    choose(stand, daemon, 21);
    const std::string page = http("GET", json::string_at(stand.newest_payment(), "phone_url").value()).body;
    require(page.contains("18"), "the phone does not say the age:\n" + page, daemon);
    stand.on_phone("approve", "age=under");
    require(json::string_at(stand.newest_payment(), "state") == "CREATED", "approved by a child", daemon);
    stand.on_phone("approve");  // a grown-up takes the phone
    expect_end(stand, daemon, "sold", 1);
}

}  // namespace

TEST_CASE("customers change their minds, and money and goods agree") {
    run_side_by_side({{.name = "reject in the app, then buy after all", .run = reject},
                      {.name = "the payment expires", .run = expire},
                      {.name = "another product while the code is shown", .run = second_choice},
                      {.name = "sold out, and a slot that there is not", .run = sold_out_and_unknown},
                      {.name = "the lever, idle", .run = lever_when_idle},
                      {.name = "the lever, before the code", .run = lever_before_the_code},
                      {.name = "the lever, at the code", .run = lever_at_the_code},
                      {.name = "the lever, while capturing", .run = lever_while_capturing},
                      {.name = "the lever, while dispensing", .run = lever_while_dispensing},
                      {.name = "approving while another is chosen", .run = approve_while_another_is_chosen},
                      {.name = "approving after the lever", .run = approve_after_the_lever},
                      {.name = "approving and the lever at once", .run = approve_and_lever_race},
                      {.name = "under age", .run = too_young}});
}

TEST_CASE("the mechanism fails, and money and goods agree") {
    run_side_by_side({
        {.name = "a jam, captured before", .run = [] { jam("before_vend"); }},
        {.name = "a jam, captured after", .run = [] { jam("after_vend"); }},
        {.name = "silence, refund",
         .run = [] { quiet("refund", "money returned", {.given_away_minor = Stand::price_minor_of(Slot{12})}); }},
        {.name = "silence, charge", .run = [] { quiet("charge", "sold", {}); }},
        {.name = "silence, attention", .run = quiet_for_the_technician},
        {.name = "the mechanism is gone", .run = gone},
        {.name = "a fault during the sale", .run = fault_during_a_sale},
    });
}
