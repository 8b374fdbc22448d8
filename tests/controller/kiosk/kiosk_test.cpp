// What customers and their fingers make of a kiosk.

#include "controller/kiosk/kiosk.hpp"

#include <doctest/doctest.h>

#include "tests/support/judge.hpp"
#include "tests/support/vending_world.hpp"

using namespace qrvend;
using namespace qrvend::test;
using simulated::Mood;

namespace {

using Will = Customer::Will;
using NotCharged = view::NotCharged::Why;

struct Fixture : VendingWorld {
    template <class Wanted>
    const Wanted& showing() {
        REQUIRE(screen().showing<Wanted>() != nullptr);
        return *screen().showing<Wanted>();
    }
    void expect_all_promises_kept() {
        for (const std::string& broken : Judge(book, disk.records(), record.path()).verdict()) {
            FAIL_CHECK(broken);
        }
    }
    std::vector<SaleResult> results() {
        std::vector<SaleResult> found;
        for (const fact::Closed& closed : facts<fact::Closed>()) {
            found.push_back(closed.result);
        }
        return found;
    }
    /// The machine waits for no answer: it takes the next selection.
    bool machine_is_free() {
        const bool free = machine().select(Slot{13}).has_value();
        machine().take_back();
        return free;
    }
    void end_well(SaleResult result) {
        CHECK(until_calm());
        CHECK(results() == std::vector{result});
        CHECK(machine_is_free());
        expect_all_promises_kept();
    }
};

using Results = std::vector<SaleResult>;

}  // namespace

TEST_CASE_FIXTURE(Fixture, "one sale, from the touch to the product in the hand") {
    SUBCASE("captured first") {
        settings.capture = CaptureOrder::before_vend;
    }
    SUBCASE("captured after the vend") {
        settings.capture = CaptureOrder::after_vend;
    }
    start();
    REQUIRE(begin_sale());
    REQUIRE(until_showing<view::ScanToPay>(1s));
    CHECK(showing<view::ScanToPay>().qr_text == "https://pay.example/" + book.last().reference.text());
    CHECK(showing<view::ScanToPay>().provider == "scripted");
    CHECK(showing<view::ScanToPay>().offer.slot == Slot{12});
    CHECK(showing<view::ScanToPay>().until == clock.now().monotonic + 300s);
    REQUIRE(until_showing<view::Dispensing>(10s));
    REQUIRE(until_showing<view::TakeProduct>(4s));
    const MonotonicTime took = clock.now().monotonic;
    REQUIRE(until_showing<view::Idle>());
    CHECK(clock.now().monotonic == took + settings.message_time);
    CHECK(book.last().receipt);
    end_well(SaleResult::sold);
}

TEST_CASE_FIXTURE(Fixture, "while the customer approves, the screen says so and the code is waited for") {
    book.next_customers({{.acts_after = 20s, .has_app_open = 10s}});
    start();
    REQUIRE(begin_sale());
    REQUIRE(until([&] {
        const auto* scan = screen().showing<view::ScanToPay>();
        return scan != nullptr && scan->approving;
    }));
    CHECK(until_showing<view::TakeProduct>(30s));
    CHECK(facts<fact::Approving>().size() == 1);
    end_well(SaleResult::sold);
}

TEST_CASE_FIXTURE(Fixture, "a provider's own picture of the code is shown once it is loaded") {
    book.show_as(ToShow::Kind::picture_url);
    start();
    SUBCASE("at once") {
        REQUIRE(begin_sale());
        REQUIRE(until_showing<view::ScanToPay>(2s));
    }
    SUBCASE("at the second try") {
        const auto picture = std::exchange(provider().picture, unknown("timeout"));
        REQUIRE(begin_sale());
        REQUIRE(until([&] { return provider().pictures().size() == 1; }));
        provider().picture = picture;
        REQUIRE(until_showing<view::ScanToPay>(3s));
    }
    CHECK(*showing<view::ScanToPay>().qr_picture == "PNG");
    CHECK(showing<view::ScanToPay>().qr_text.empty());
    end_well(SaleResult::sold);
}

TEST_CASE_FIXTURE(Fixture, "a customer who pays nothing is told why") {
    auto why = NotCharged::cancelled;
    SUBCASE("declined in the app") {
        book.next_customers({{.will = Will::declines}});
        why = NotCharged::rejected;
    }
    SUBCASE("nobody scans") {
        book.next_customers({{.will = Will::stays_away}});
        why = NotCharged::expired;
    }
    start();
    SUBCASE("the provider refuses the payment") {
        provider().next(Operation::request, Mishap::refused);
        why = NotCharged::provider_unreachable;
    }
    SUBCASE("the provider cannot be reached") {
        provider().next(Operation::request, Mishap::unsent, 20);
        why = NotCharged::provider_unreachable;
    }
    REQUIRE(begin_sale());
    REQUIRE(until_showing<view::NotCharged>(6min));
    CHECK(showing<view::NotCharged>().why == why);
    end_well(SaleResult::not_paid);
}

TEST_CASE_FIXTURE(Fixture, "a customer cancels by touch, at any moment before paying") {
    book.next_customers({{.will = Will::stays_away}});
    start();
    REQUIRE(begin_sale());
    SUBCASE("while the code is made") {}
    SUBCASE("while the code is shown") {
        REQUIRE(until_showing<view::ScanToPay>());
    }
    SUBCASE("long after") {
        REQUIRE(until_showing<view::ScanToPay>());
        pass(4min);
    }
    screen().touch(touch::Cancel{});
    CHECK(until_showing<view::Finishing>(10ms));
    REQUIRE(until_showing<view::NotCharged>(2s));
    CHECK(showing<view::NotCharged>().why == NotCharged::cancelled);
    CHECK(facts<fact::Left>() == std::vector{fact::Left{.reason = LeftReason::cancelled}});
    end_well(SaleResult::not_paid);
}

TEST_CASE_FIXTURE(Fixture, "a cancel that meets an approval is too late: the product drops") {
    book.next_customers({{.acts_after = 3s}});
    start();
    REQUIRE(begin_sale());
    REQUIRE(until_showing<view::ScanToPay>());
    REQUIRE(until([&] { return !provider().asked_at().empty(); }));
    pass(2s);
    screen().touch(touch::Cancel{});
    CHECK(until_showing<view::TakeProduct>(20s));
    end_well(SaleResult::sold);
}

TEST_CASE_FIXTURE(Fixture, "a touch on the result goes on to the offers at once") {
    start();
    REQUIRE(begin_sale());
    REQUIRE(until_showing<view::TakeProduct>());
    pass(1s);
    screen().touch(touch::Dismiss{});
    CHECK(until_showing<view::Idle>(10ms));
}

TEST_CASE_FIXTURE(Fixture, "a kiosk that serves, or waits for its product to drop, is in service") {
    start();
    REQUIRE(begin_sale());
    REQUIRE(until_showing<view::ScanToPay>());
    CHECK_FALSE(kiosk().out_of_service());
    REQUIRE(until_showing<view::Dispensing>());
    CHECK_FALSE(kiosk().out_of_service());
}

TEST_CASE_FIXTURE(Fixture, "a hundred touches at once are one sale") {
    start();
    REQUIRE(until_showing<view::Idle>());
    for (int finger = 0; finger < 100; ++finger) {
        touch_product();
    }
    REQUIRE(until_showing<view::TakeProduct>());
    end_well(SaleResult::sold);
    CHECK(facts<fact::Opened>().size() == 1);
}

TEST_CASE_FIXTURE(Fixture, "a failed vend gives the money back and says when it is done") {
    SUBCASE("captured first") {
        settings.capture = CaptureOrder::before_vend;
    }
    SUBCASE("captured after the vend") {
        settings.capture = CaptureOrder::after_vend;
    }
    start();
    machine().set_mood(Mood::jams);
    REQUIRE(begin_sale());
    REQUIRE(until_showing<view::MoneyReturned>());
    CHECK_FALSE(showing<view::MoneyReturned>().done);
    pass(2s);
    CHECK(showing<view::MoneyReturned>().done);
    end_well(SaleResult::returned);
}

TEST_CASE_FIXTURE(Fixture, "a machine that breaks down after the approval gives the money back") {
    start();
    REQUIRE(begin_sale());
    REQUIRE(until_showing<view::ScanToPay>());
    machine().raise({.code = "door_open", .detail = {}});
    REQUIRE(until_showing<view::MoneyReturned>());
    REQUIRE(until_showing<view::OutOfService>());
    machine().clear("door_open");
    end_well(SaleResult::returned);
}

TEST_CASE_FIXTURE(Fixture, "a vend that nobody can tell the end of follows the config") {
    SUBCASE("refund") {
        start();
        machine().set_mood(Mood::keeps_quiet);
        REQUIRE(begin_sale());
        CHECK(until_showing<view::MoneyReturned>());
        end_well(SaleResult::returned);
    }
    SUBCASE("charge") {
        settings.unknown_vend = UnknownVend::charge;
        start();
        machine().set_mood(Mood::keeps_quiet);
        REQUIRE(begin_sale());
        CHECK(until_showing<view::TakeProduct>());
        end_well(SaleResult::sold);
    }
    SUBCASE("attention: the customer has a minute to note the sale's number, and the next one is served") {
        settings.unknown_vend = UnknownVend::attention;
        start();
        machine().set_mood(Mood::keeps_quiet);
        REQUIRE(begin_sale());
        REQUIRE(until_showing<view::AskOperator>());
        CHECK(showing<view::AskOperator>().sale == disk.records().front().sale);
        const MonotonicTime since = clock.now().monotonic;
        REQUIRE(until_showing<view::Idle>());
        CHECK(clock.now().monotonic == since + settings.ask_operator_time);
        CHECK(facts<fact::NeedsAttention>().size() == 1);
        CHECK(facts<fact::Closed>().empty());
        CHECK(kiosk().sales_under_way() == 1);
        machine().set_mood(Mood::works);
        REQUIRE(begin_sale());
        CHECK(until_showing<view::TakeProduct>());
        CHECK(until([&] { return kiosk().sales_under_way() == 1; }));
        CHECK(results() == Results{SaleResult::sold});
    }
}

TEST_CASE_FIXTURE(Fixture, "an approval for another amount is given back, listed, and never served") {
    book.approve_as(crowns(100));
    start();
    REQUIRE(begin_sale());
    REQUIRE(until_showing<view::MoneyReturned>());
    CHECK(until_calm());
    CHECK(facts<fact::NeedsAttention>().front().reason == AttentionReason::amount_differs);
    CHECK(facts<fact::VendStarted>().empty());
    CHECK(book.last().status.amounts.cancelled == crowns(100));
}

TEST_CASE_FIXTURE(Fixture, "what is sold out is shown as such and cannot be bought") {
    settings.shelves[0].sold_out = true;
    start();
    REQUIRE(until_showing<view::Idle>());
    SUBCASE("long known") {
        pass(1s);
    }
    SUBCASE("at the moment of the touch") {
        touch_product(Slot{13});
    }
    machine().set_sold_out({Slot{13}});
    pass(5s);
    for (const view::Offer& offer : showing<view::Idle>().offers) {
        CHECK(offer.sold_out);
    }
    machine().press(Slot{12});
    pass(1s);
    CHECK(screen().showing<view::Idle>());
    CHECK(disk.records().empty());
    machine().set_sold_out({});
    REQUIRE(until([&] { return !showing<view::Idle>().offers[1].sold_out; }, 1s));
    CHECK(machine_is_free());
    touch_product(Slot{13});
    CHECK(until_showing<view::ScanToPay>(1s));
}

TEST_CASE_FIXTURE(Fixture, "a key for a slot that the config does not know is answered, not served") {
    machine_settings.own_keypad = true;
    start();
    REQUIRE(until_showing<view::Idle>());
    CHECK(showing<view::Idle>().own_keypad);
    machine().press(Slot{99});
    pass(1s);
    CHECK(machine_is_free());
    CHECK(disk.records().empty());
    CHECK(screen().showing<view::Idle>());
}

TEST_CASE_FIXTURE(Fixture, "another key while a code is shown: the first sale is left, the second served") {
    machine_settings.own_keypad = true;
    book.next_customers({{.will = Will::stays_away}, {.acts_after = 5s}});
    start();
    REQUIRE(until_showing<view::Idle>());
    machine().press(Slot{12});
    REQUIRE(until_showing<view::ScanToPay>());
    pass(3s);
    machine().press(Slot{13});
    REQUIRE(until(
        [&] {
            const auto* scan = screen().showing<view::ScanToPay>();
            return scan != nullptr && scan->offer.slot == Slot{13};
        },
        5s));
    CHECK(screen().times<view::Idle>() == 1);
    CHECK(facts<fact::Left>() == std::vector{fact::Left{.reason = LeftReason::other_selection}});
    REQUIRE(until_showing<view::TakeProduct>());
    CHECK(until_calm());
    CHECK(results() == Results{SaleResult::not_paid, SaleResult::sold});
    expect_all_promises_kept();
}

TEST_CASE_FIXTURE(Fixture, "a key pressed while the product drops or its message stands is served next") {
    machine_settings.own_keypad = true;
    start();
    REQUIRE(until_showing<view::Idle>());
    machine().press(Slot{12});
    SUBCASE("while it drops") {
        REQUIRE(until_showing<view::Dispensing>());
    }
    SUBCASE("while its message stands") {
        REQUIRE(until_showing<view::TakeProduct>());
    }
    pass(1s);
    machine().press(Slot{13});
    REQUIRE(until([&] { return results().size() == 2; }));
    CHECK(results() == Results{SaleResult::sold, SaleResult::sold});
    CHECK(until_calm());
    CHECK(machine_is_free());
    expect_all_promises_kept();
}

TEST_CASE_FIXTURE(Fixture, "a key pressed while the product drops is answered where service ends before its turn") {
    machine_settings.own_keypad = true;
    start();
    REQUIRE(until_showing<view::Idle>());
    machine().press(Slot{12});
    REQUIRE(until_showing<view::Dispensing>());
    machine().press(Slot{13});
    SUBCASE("by a fault of the machine") {
        pass(1s);
        machine().raise({.code = "door_open", .detail = {}});
        REQUIRE(until_showing<view::OutOfService>());
    }
    SUBCASE("by a stop") {
        pass(1s);
        kiosk().stop();
        REQUIRE(until([&] { return end().has_value(); }));
    }
    pass(1s);
    CHECK(machine_is_free());
    CHECK(facts<fact::Opened>().size() == 1);
}

TEST_CASE_FIXTURE(Fixture, "the coin-return lever ends a sale at any moment before the vend") {
    machine_settings.own_keypad = true;
    start();
    REQUIRE(until_showing<view::Idle>());
    machine().press(Slot{12});
    auto result = SaleResult::not_paid;
    SUBCASE("at once") {
        pass(0s);
    }
    SUBCASE("while the code is made") {
        pass(100ms);
    }
    SUBCASE("while the code is shown") {
        REQUIRE(until_showing<view::ScanToPay>());
    }
    SUBCASE("while the money is captured") {
        REQUIRE(until([&] { return !provider().calls(Operation::capture).empty(); }));
        result = SaleResult::returned;
    }
    machine().take_back();
    CHECK(until([&] { return screen().showing<view::NotCharged>() || screen().showing<view::MoneyReturned>(); }));
    CHECK(until_calm());
    CHECK(results() == Results{result});
    CHECK(facts<fact::VendStarted>().empty());
    expect_all_promises_kept();
}

TEST_CASE_FIXTURE(Fixture,
                  "the price that the machine names is charged, and one that the config does not know is told") {
    const std::string odd = "the machine's price is not the config's; the machine's is charged";
    machine_settings.own_keypad = true;
    start();
    const auto buy = [&](std::int64_t price) {
        REQUIRE(until_calm());
        machine().press(Slot{12}, crowns(price));
        REQUIRE(until_showing<view::ScanToPay>());
        CHECK(showing<view::ScanToPay>().offer.price == crowns(price));
        REQUIRE(until_showing<view::TakeProduct>());
        CHECK(facts<fact::Captured>().back().total == crowns(price));
    };
    buy(3500);
    CHECK_FALSE(log().has(odd));
    buy(4000);
    CHECK(log().has(odd + " slot=12 machine=40.00 NOK config=35.00 NOK"));
    buy(4000);
    CHECK(log().count(odd) == 1);
    buy(4100);
    CHECK(log().count(odd) == 2);
}

TEST_CASE_FIXTURE(Fixture,
                  "a machine that wants to be told of a customer is told by a touch, for each choice anew") {
    machine_settings.own_keypad = true;
    machine_settings.wants_begin = true;
    start();
    for (int customer = 0; customer < 2; ++customer) {
        REQUIRE(until_calm());
        CHECK(showing<view::Idle>().wants_begin);
        machine().press(Slot{12});
        pass(1s);
        CHECK(showing<view::Idle>().wants_begin);  // the machine takes nothing yet
        screen().touch(touch::Begin{});
        REQUIRE(until([&] { return !showing<view::Idle>().wants_begin; }));
        machine().press(Slot{12});
        REQUIRE(until_showing<view::TakeProduct>());
    }
}

TEST_CASE_FIXTURE(Fixture, "nobody begins on a machine that is out of service") {
    machine_settings.own_keypad = true;
    machine_settings.wants_begin = true;
    start();
    REQUIRE(until_calm());
    screen().touch(touch::Begin{});
    machine().raise({.code = "door_open", .detail = "the door stands open"});
    REQUIRE(until_showing<view::OutOfService>());
    CHECK(machine().status().wants_begin);
}

TEST_CASE_FIXTURE(Fixture, "the machine has its answer before its limit") {
    machine_settings.answer_limit = 60s;
    start();
    SUBCASE("nobody scans") {
        book.next_customers({{.will = Will::stays_away}});
    }
    SUBCASE("the provider goes silent") {
        book.next_customers({{.will = Will::stays_away}});
        provider().next(Operation::ask, Mishap::call_lost, 20);
        provider().next(Operation::cancel_unapproved, Mishap::call_lost, 20);
    }
    SUBCASE("the capture is never answered") {
        provider().next(Operation::capture, Mishap::call_lost, 5);
    }
    REQUIRE(begin_sale());
    const MonotonicTime selected = clock.now().monotonic;
    REQUIRE(until([&] { return machine().select(Slot{13}).has_value(); }, 60s));
    CHECK(clock.now().monotonic < selected + 60s);
    machine().take_back();
    CHECK(until_calm());
    expect_all_promises_kept();
}

TEST_CASE_FIXTURE(Fixture, "a thousand sales in a row leave nothing waiting and nobody listening") {
    book.next_customers({{.acts_after = 1s}});
    machine_settings.record.clear();
    start();
    REQUIRE(until_calm());
    pass(1min);
    const std::size_t waiting = clock.waiting();
    for (int sale = 0; sale < 1000; ++sale) {
        touch_product();
        REQUIRE(until([&] { return screen().showing<view::TakeProduct>() != nullptr; }));
        screen().touch(touch::Dismiss{});
        REQUIRE(until_calm());
    }
    pass(1min);
    CHECK(clock.waiting() == waiting);
    CHECK(results() == Results(1000, SaleResult::sold));
}
