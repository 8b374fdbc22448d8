// Every call to the payment system goes wrong in every way, while the real daemon sells. Each sale ends with money
// and goods in agreement, the log says what happened, and the next customer is served as if nothing had been.

#include <doctest/doctest.h>

#include <csignal>

#include "tests/app/side_by_side.hpp"
#include "tests/app/stand.hpp"

using namespace qrvend;
using namespace qrvend::test;

namespace {

// The shortest that the config allows.
constexpr const char* short_deadlines = R"(, "deadlines": { "token_ms": 1000, "create_ms": 1000, "query_ms": 1000,
    "adjust_ms": 1000, "receipt_ms": 1000, "webhooks_ms": 1000, "picture_ms": 1000 })";

struct Trouble {
    const char* name;
    const char* word;
    const char* more = "";
};

constexpr Trouble troubles[] = {
    {.name = "the request is lost", .word = "lose_request"},
    {.name = "the answer is lost", .word = "lose_answer"},
    {.name = "409", .word = "status", .more = R"(,"status":409)"},
    {.name = "423", .word = "status", .more = R"(,"status":423)"},
    {.name = "429", .word = "status", .more = R"(,"status":429,"retry_after_s":1)"},
    {.name = "500", .word = "status", .more = R"(,"status":500)"},
    {.name = "500, and done", .word = "status", .more = R"(,"status":500,"work":"done")"},
    {.name = "a web page with 200", .word = "html", .more = R"(,"status":200)"},
    {.name = "an empty answer", .word = "empty_body"},
    {.name = "half an answer", .word = "half_body"},
    {.name = "an answer after the deadline", .word = "delay", .more = R"(,"delay_ms":1500)"},
    {.name = "a revoked token", .word = ""},
};

void strike(const Stand& stand, const std::string& call, const Trouble& trouble) {
    if (*trouble.word == '\0') {
        stand.control("revoke-tokens");
    } else {
        stand.break_call(call, trouble.word, trouble.more);
    }
}

bool was_struck(const Stand& stand) {
    return http("GET", stand.sandbox_url() + "/control/faults").body.contains(R"("calls":[])");
}

void require(bool true_one, const std::string& what, const Process& daemon) {
    if (!true_one) {
        throw std::runtime_error(what + ":\n" + daemon.output());
    }
}

// The customer chooses, and pays what the screen asks for; how it ended.
std::string buy(const Stand& stand, Process& daemon, const std::string& call, const Trouble& trouble) {
    if (call == "create") {
        strike(stand, call, trouble);
    }
    stand.press(12);
    wait_for(daemon, "Opened");
    while (true) {
        const auto line = daemon.read_line();
        require(line.has_value(), "no code and no end", daemon);
        if (line->contains("Closed")) {
            return *line;
        }
        if (line->contains("Requested")) {
            break;
        }
    }
    if (call != "create") {
        strike(stand, call, trouble);
    }
    stand.on_phone("approve");
    return wait_for(daemon, "Closed");
}

void one_fault(const std::string& call, const Trouble& trouble) {
    const Stand stand({.more_of_vipps = short_deadlines});
    Process daemon = stand.start_daemon();
    const std::string closed = buy(stand, daemon, call, trouble);
    require(was_struck(stand), "the fault did not strike", daemon);
    // Only of a create is a conflict the end: somebody else may have our reference.
    const bool given_up = call == "create" && std::string(trouble.name) == "409";
    require(closed.contains(given_up ? "not paid" : "sold"), "ended otherwise", daemon);
    const bool taken_for_done = call == "receipt" && std::string(trouble.name) == "409";  // it was posted before
    const bool told = *trouble.word == '\0' ? daemon.output().contains("turned a token away")
                                            : taken_for_done || daemon.output().contains("Attempted") ||
                                                  daemon.output().contains("cannot be asked after");
    require(told, "the log does not tell", daemon);
    stand.sell(daemon, 13);
    stand.stop(daemon);
    judge(stand);
}

// The customer chooses something else while the code is shown: the first payment is ended.
void fault_at_the_cancel(const Trouble& trouble) {
    const Stand stand({.more_of_vipps = short_deadlines});
    Process daemon = stand.start_daemon();
    stand.press(12);
    wait_for(daemon, "Requested");
    strike(stand, "cancel", trouble);
    stand.press(13);
    wait_for(daemon, "Requested");
    stand.on_phone("approve");
    wait_until_said(daemon, "Closed", 2);
    require(was_struck(stand), "the fault did not strike", daemon);
    stand.stop(daemon);
    judge(stand);
    require(stand.count(simulated::Deed::What::dropped) == 1, "the second choice did not drop", daemon);
}

// The product jams: the money is freed (after_vend) or given back (before_vend).
void fault_at_the_return(const std::string& call, const Trouble& trouble) {
    const Stand stand(
        {.capture = call == "cancel" ? "after_vend" : "before_vend", .more_of_vipps = short_deadlines});
    Process daemon = stand.start_daemon();
    stand.command_machine("jams");
    stand.press(12);
    wait_for(daemon, "Requested");
    strike(stand, call, trouble);
    stand.on_phone("approve");
    require(wait_for(daemon, "Closed").contains("money returned"), "not returned", daemon);
    require(was_struck(stand), "the fault did not strike", daemon);
    stand.command_machine("works");
    stand.sell(daemon, 13);
    stand.stop(daemon);
    judge(stand);
}

// The customer is tired of waiting and chooses something else: nobody can be served, nobody pays.
void silent_at_the_code() {
    Stand stand({.more_of_vipps = short_deadlines});
    Process daemon = stand.start_daemon();
    stand.press(12);
    wait_for(daemon, "Requested");
    stand.sandbox().signal(SIGSTOP);
    stand.press(13);
    wait_for(daemon, "the provider cannot be reached");
    wait_for(daemon, "out of service");
    stand.sandbox().signal(SIGCONT);
    wait_until_said(daemon, "Closed", 2);
    wait_until_said(daemon, "in service", 2);
    stand.sell(daemon);
    stand.stop(daemon);
    judge(stand);
}

// Out of service, until it answers.
void silent_from_the_start() {
    Stand stand({.more_of_vipps = short_deadlines});
    stand.end_sandbox();
    Process daemon = stand.start_daemon(false);
    require(wait_for(daemon, "out of service").contains("connect"), "the reason is not told", daemon);
    stand.press(12);
    stand.start_sandbox();
    wait_for(daemon, "in service");
    require(!daemon.output().contains("Opened"), "a sale began", daemon);
    stand.sell(daemon);
    stand.stop(daemon);
    judge(stand);
}

// It goes while a customer leaves, and comes back without its memory. The next customer is not invited meanwhile.
void forgetful() {
    Stand stand({.more_of_vipps = short_deadlines});
    Process daemon = stand.start_daemon();
    stand.press(12);
    wait_for(daemon, "Requested");
    stand.end_sandbox();
    stand.command_machine("back");
    wait_for(daemon, "out of service");
    stand.start_sandbox();
    wait_for(daemon, "in service");
    stand.sell(daemon);
    stand.stop(daemon);
    judge(stand);
}

void silent_while_capturing() {
    Stand stand({.more_of_vipps = short_deadlines});
    Process daemon = stand.start_daemon();
    stand.press(12);
    wait_for(daemon, "Requested");
    stand.break_call("capture", "delay", R"(,"delay_ms":900)");
    stand.on_phone("approve");
    wait_for(daemon, "Authorized");
    stand.sandbox().signal(SIGSTOP);
    wait_for(daemon, "Attempted");
    stand.sandbox().signal(SIGCONT);
    require(wait_for(daemon, "Closed").contains("sold"), "not sold", daemon);
    stand.sell(daemon);
    stand.stop(daemon);
    judge(stand);
}

}  // namespace

TEST_CASE("every call to the payment system goes wrong in every way, or nobody is there") {
    std::vector<Scenario> scenarios{{.name = "silent while the code is shown", .run = silent_at_the_code},
                                    {.name = "silent while capturing", .run = silent_while_capturing},
                                    {.name = "silent from the start", .run = silent_from_the_start},
                                    {.name = "forgetful", .run = forgetful}};
    for (const Trouble& trouble : troubles) {
        for (const char* call : {"create", "get", "capture", "receipt"}) {
            scenarios.push_back({.name = std::string(call) + ", " + trouble.name,
                                 .run = [call, trouble] { one_fault(call, trouble); }});
        }
        scenarios.push_back({.name = std::string("cancel of a shown code, ") + trouble.name,
                             .run = [trouble] { fault_at_the_cancel(trouble); }});
        for (const char* call : {"cancel", "refund"}) {
            scenarios.push_back({.name = std::string(call) + " of an approved payment, " + trouble.name,
                                 .run = [call, trouble] { fault_at_the_return(call, trouble); }});
        }
    }
    run_side_by_side(scenarios);
}
