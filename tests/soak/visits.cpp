#include "tests/soak/visits.hpp"

#include <array>
#include <csignal>

namespace qrvend::soak {

using namespace std::chrono_literals;

namespace {

constexpr auto shop_empties = 20s;  // of real time: hourly repetitions have their chance

}  // namespace

void buy(Shop& shop) {
    if (shop.choose()) {
        shop.in_app("approve");
        shop.settle();
    }
}

void replace_the_sandbox(Shop& shop) {
    if (!shop.diary().wait(shop_empties, [&] { return shop.diary().open() == 0; })) {
        return;
    }
    shop.do_the_books();
    shop.stand().end_sandbox();
    shop.stand().press(12);
    shop.pause(std::chrono::seconds(shop.draw(10, 300)));
    shop.stand().start_sandbox();
    shop.settle();
}

namespace {

using simulated::Deed;

constexpr int adults_only = 21;

// ---- customers
// ------------------------------------------------------------------------------------------------------

void take_time(Shop& shop) {
    if (shop.choose()) {
        shop.in_app("approving", R"({"ms":40000})");
        shop.pause(30s);
        shop.in_app("approve");
        shop.settle();
    }
}

void reject(Shop& shop) {
    if (shop.choose()) {
        shop.in_app("reject");
        shop.settle();
    }
}

void be_too_young(Shop& shop) {
    if (shop.choose(adults_only)) {
        shop.in_app("approve", R"({"under_age":true})");
        shop.stand().command_machine("back");
        shop.settle();
    }
}

void walk_away(Shop& shop) {
    if (shop.choose()) {
        shop.settle();
    }
}

void take_back(Shop& shop) {
    if (shop.choose()) {
        shop.pause(std::chrono::seconds(shop.draw(0, 60)));
        shop.stand().command_machine("back");
        shop.settle();
    }
}

void approve_and_take_back(Shop& shop) {
    if (shop.choose()) {
        shop.in_app("approve");
        shop.stand().command_machine("back");
        shop.settle();
    }
}

void change_mind(Shop& shop) {
    if (shop.choose(12) && shop.choose(13)) {
        shop.in_app("approve");
        shop.settle();
    }
}

void press_nonsense(Shop& shop) {
    for (const char* line : {"22", "99", "-1", "a cup of tea, please"}) {
        shop.stand().command_machine(line);
    }
    shop.pause(10s);
}

void knock_at_the_door(Shop& shop) {
    const std::string url = "http://127.0.0.1:" + std::to_string(shop.web_port());
    test::http("GET", url + "/");
    test::http("POST", url + "/vipps", R"({"name":"AUTHORIZED"})");
    shop.let_stranger_in();
    shop.pause(10s);
}

void leave_idle(Shop& shop) {
    shop.pause(std::chrono::minutes(shop.draw(1, 20)));
}

// ---- the mechanism
// --------------------------------------------------------------------------------------------------

void buy_from(Shop& shop, const std::string& mood, int slot) {
    shop.stand().command_machine(mood);
    if (shop.choose(slot)) {
        shop.in_app("approve");
        shop.settle();
    }
    shop.stand().command_machine("works");
}

void meet_a_jam(Shop& shop) {
    buy_from(shop, "jams", 12);
}

void meet_a_dead_mechanism(Shop& shop) {
    buy_from(shop, "gone", 12);
}

// What drops without a word is the customer's, and the money goes back too.
void meet_a_silent_mechanism(Shop& shop) {
    const std::ptrdiff_t before = shop.stand().count(Deed::What::dropped);
    buy_from(shop, "quiet", 12);
    const std::ptrdiff_t dropped = shop.stand().count(Deed::What::dropped) - before;
    shop.books().give_away(dropped * test::Stand::price_minor_of(Slot{12}));
}

void break_down(Shop& shop) {
    shop.stand().command_machine("fault door_open");
    shop.pause(2min);
    shop.stand().command_machine("12");
    shop.stand().command_machine("clear door_open");
    shop.pause(10s);
}

// ---- the payment system and the way to it
// ---------------------------------------------------------------------------

// A conflict is no trouble of the way: somebody else may have our reference, and a technician is asked.
void meet_trouble(Shop& shop) {
    static constexpr std::array calls{"token", "create", "get", "capture", "receipt", "webhook_list"};
    static constexpr std::array<std::pair<const char*, const char*>, 10> troubles{
        {{"lose_request", ""},
         {"lose_answer", ""},
         {"status", R"(,"status":423)"},
         {"status", R"(,"status":429,"retry_after_s":5)"},
         {"status", R"(,"status":500,"times":3)"},
         {"status", R"(,"status":503,"work":"done")"},
         {"html", R"(,"status":200)"},
         {"empty_body", ""},
         {"half_body", ""},
         {"delay", R"(,"delay_ms":90000)"}}};
    const auto& [trouble, more] = troubles.at(static_cast<std::size_t>(shop.draw(0, troubles.size() - 1)));
    shop.stand().break_call(calls.at(static_cast<std::size_t>(shop.draw(0, calls.size() - 1))), trouble, more);
    buy(shop);
    shop.stand().mend();
}

void meet_a_troubled_webhook(Shop& shop) {
    static constexpr std::array troubles{"duplicate", "late",         "overtaken", "lost",
                                         "forged",    "wrong_amount", "wrong_msn", "wrong_reference"};
    shop.stand().break_webhook(troubles.at(static_cast<std::size_t>(shop.draw(0, troubles.size() - 1))),
                               R"(,"event":"authorized")");
    buy(shop);
}

void lose_the_token(Shop& shop) {
    shop.stand().control("revoke-tokens");
    buy(shop);
}

// The money of a jam cannot be given back for hours. Later refunds may meet what is left of it.
void owe_for_long(Shop& shop) {
    shop.stand().break_call("refund", "status", R"(,"status":500,"times":)" + std::to_string(shop.draw(6, 12)));
    meet_a_jam(shop);
}

// Connections are made, and nobody answers: at any point of a sale.
void lose_the_network(Shop& shop) {
    const int moment = shop.draw(0, 2);
    const bool shown = moment > 0 && shop.choose();
    if (shown && moment == 2) {
        shop.in_app("approve");
    }
    shop.stand().sandbox().signal(SIGSTOP);
    if (moment == 0) {
        shop.stand().press(12);
    }
    shop.pause(std::chrono::seconds(shop.draw(10, 300)));
    shop.stand().sandbox().signal(SIGCONT);
    shop.settle();
}

constexpr std::array visits{
    Visit{.name = "buys", .weight = 100, .pass = buy},
    Visit{.name = "takes time", .weight = 5, .pass = take_time},
    Visit{.name = "rejects", .weight = 12, .pass = reject},
    Visit{.name = "is too young", .weight = 3, .pass = be_too_young},
    Visit{.name = "walks away", .weight = 4, .pass = walk_away},
    Visit{.name = "takes it back", .weight = 10, .pass = take_back},
    Visit{.name = "approves and takes it back", .weight = 6, .pass = approve_and_take_back},
    Visit{.name = "changes their mind", .weight = 10, .pass = change_mind},
    Visit{.name = "presses nonsense", .weight = 3, .pass = press_nonsense},
    Visit{.name = "knocks at the door", .weight = 4, .pass = knock_at_the_door},
    Visit{.name = "idle", .weight = 2, .pass = leave_idle},
    Visit{.name = "jam", .weight = 10, .pass = meet_a_jam},
    Visit{.name = "dead mechanism", .weight = 4, .pass = meet_a_dead_mechanism},
    Visit{.name = "silent mechanism", .weight = 4, .pass = meet_a_silent_mechanism},
    Visit{.name = "breakdown", .weight = 3, .pass = break_down},
    Visit{.name = "trouble at the payment system", .weight = 25, .pass = meet_trouble},
    Visit{.name = "troubled webhook", .weight = 10, .pass = meet_a_troubled_webhook},
    Visit{.name = "lost token", .weight = 3, .pass = lose_the_token},
    Visit{.name = "hours of debt", .weight = 1, .pass = owe_for_long},
    Visit{.name = "lost network", .weight = 5, .pass = lose_the_network},
};

}  // namespace

std::span<const Visit> all_visits() {
    return visits;
}

}  // namespace qrvend::soak
