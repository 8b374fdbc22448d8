// When a kiosk sells and when it does not: readiness, faults, callbacks, recovered vends, stopping.

#include <doctest/doctest.h>

#include "controller/kiosk/kiosk.hpp"
#include "tests/support/judge.hpp"
#include "tests/support/vending_world.hpp"

using namespace qrvend;
using namespace qrvend::test;
using simulated::Mood;

namespace {

using Why = view::OutOfService::Why;
using End = Kiosk::End;
using Will = Customer::Will;

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
    /// The process ends as main() ends it, and the next one settles what is left.
    void restart_until_calm() {
        kill(disk.unconfirmed());
        start();
        CHECK(until_calm());
    }
};

std::vector<milliseconds> gaps(const std::vector<milliseconds>& times) {
    std::vector<milliseconds> found;
    for (std::size_t index = 1; index < times.size(); ++index) {
        found.push_back(times[index] - times[index - 1]);
    }
    return found;
}

}  // namespace

TEST_CASE_FIXTURE(Fixture, "a kiosk starts out of service and sells as soon as the provider has answered") {
    start();
    pass(0s);
    CHECK(showing<view::OutOfService>().why == Why::starting);
    CHECK(until_showing<view::Idle>(1s));
    CHECK(screen().views().size() == 2);
    CHECK_FALSE(kiosk().out_of_service());
}

TEST_CASE_FIXTURE(Fixture,
                  "a provider out of reach is tried again with growing waits, and selling begins with it") {
    start();
    provider().ready = refused("bad_credentials", "the client secret is not known");
    REQUIRE(until([&] { return provider().readied_at().size() == 9; }));
    CHECK(showing<view::OutOfService>().why == Why::provider_unreachable);
    CHECK(showing<view::OutOfService>().detail == "bad_credentials: the client secret is not known");
    const auto waits = gaps(provider().readied_at());
    const milliseconds call = provider().latency;
    CHECK(waits == std::vector<milliseconds>{2s + call, 4s + call, 8s + call, 16s + call, 32s + call, 60s + call,
                                             60s + call, 60s + call});
    provider().ready = {};
    CHECK(until_showing<view::Idle>(70s));
    CHECK(log().has("in service"));
}

TEST_CASE_FIXTURE(Fixture, "an idle kiosk wakes up for nothing but its readiness interval") {
    start();
    REQUIRE(until_showing<view::Idle>());
    pass(1s);
    const std::uint64_t before = clock.wakeups();
    const std::size_t asked = provider().readied_at().size();
    pass(12 * (settings.readiness_interval + provider().latency));
    CHECK(provider().readied_at().size() == asked + 12);
    CHECK(clock.wakeups() - before == 2 * 12);  // the interval, and the provider's answer
}

TEST_CASE_FIXTURE(Fixture, "an idle kiosk whose provider goes away says so, and comes back") {
    start();
    REQUIRE(until_showing<view::Idle>());
    provider().ready = unsent("connection_failed");
    REQUIRE(until_showing<view::OutOfService>(6min));
    touch_product();
    pass(1s);
    CHECK(disk.records().empty());
    provider().ready = {};
    CHECK(until_showing<view::Idle>(2min));
}

TEST_CASE_FIXTURE(Fixture,
                  "after a sale that could not reach the provider, it is asked before the next customer is") {
    start();
    REQUIRE(until_showing<view::Idle>());
    provider().ready = unsent("connection_failed");
    provider().next(Operation::request, Mishap::unsent, 20);
    touch_product();
    REQUIRE(until_showing<view::NotCharged>(1min));
    CHECK(until_showing<view::OutOfService>(20s));
    CHECK(showing<view::OutOfService>().why == Why::provider_unreachable);
}

TEST_CASE_FIXTURE(Fixture, "a provider that goes while a customer leaves is noticed before the next one comes") {
    machine_settings.own_keypad = true;
    start();
    REQUIRE(until_showing<view::Idle>());
    machine().press(Slot{12});
    REQUIRE(until_showing<view::ScanToPay>());
    provider().ready = unsent("connection_failed");
    provider().next(Operation::cancel, Mishap::unsent, 20);
    machine().take_back();
    CHECK(until_showing<view::OutOfService>(20s));
    CHECK(showing<view::OutOfService>().why == Why::provider_unreachable);
}

TEST_CASE_FIXTURE(Fixture, "a fault of the machine stops selling until it is cleared") {
    machine_settings.own_keypad = true;
    start();
    machine().raise({.code = "door_open", .detail = "the door stands open"});
    pass(1s);
    CHECK(showing<view::OutOfService>().why == Why::machine_fault);
    CHECK(showing<view::OutOfService>().detail == "door_open: the door stands open");
    machine().press(Slot{12});
    pass(1s);
    CHECK(machine().select(Slot{12}));  // the key was answered
    machine().take_back();
    CHECK(disk.records().empty());
    machine().raise({.code = "jam", .detail = "slot 12"});
    machine().clear("door_open");
    pass(1s);
    CHECK(showing<view::OutOfService>().detail == "jam: slot 12");
    machine().clear("jam");
    CHECK(until_showing<view::Idle>(1s));
    machine().press(Slot{12});
    CHECK(until_showing<view::TakeProduct>());
}

TEST_CASE_FIXTURE(Fixture, "without room for a whole sale on the disk none begins") {
    start();
    SUBCASE("from the start") {
        disk.set_room(simulated::MemoryDisk::Room::none);
        REQUIRE(until([&] {
            const auto* out = screen().showing<view::OutOfService>();
            return out != nullptr && out->why == Why::storage;
        }));
    }
    SUBCASE("seen when somebody selects") {
        REQUIRE(until_showing<view::Idle>());
        disk.set_room(simulated::MemoryDisk::Room::none);
        touch_product();
        REQUIRE(until_showing<view::OutOfService>(1s));
        CHECK(machine().select(Slot{12}));
        machine().take_back();
    }
    CHECK(showing<view::OutOfService>().why == Why::storage);
    CHECK(disk.records().empty());
    disk.set_room(simulated::MemoryDisk::Room::enough);
    CHECK(
        until_showing<view::Idle>(15s));  // without anybody at the machine: a screen out of service has no buttons
}

// What broke it need not have been an append of the kiosk's: a provider remembers things there, too.
TEST_CASE_FIXTURE(Fixture, "a journal that broke while nothing was sold ends the process") {
    start();
    SUBCASE("from the start") {
        disk.set_room(simulated::MemoryDisk::Room::unknown);
    }
    SUBCASE("seen when somebody selects") {
        REQUIRE(until_showing<view::Idle>());
        disk.set_room(simulated::MemoryDisk::Room::unknown);
        touch_product();
    }
    CHECK(until([&] { return end() == Kiosk::End::journal_broken; }, 1min));
    CHECK(disk.records().empty());
    CHECK(machine().select(Slot{12}));  // nobody waits for an answer
}

TEST_CASE_FIXTURE(Fixture, "a genuine callback sells at once; others change nothing") {
    book.next_customers({{.acts_after = 2s}});
    start();
    provider().kind.poll_interval = 1h;
    REQUIRE(begin_sale());
    REQUIRE(until_showing<view::ScanToPay>());
    const PaymentReference reference = book.last().reference;
    pass(3s);
    CHECK(kiosk().on_callback(ScriptedProvider::forged_callback()).status == 401);
    CHECK(log().count("a callback was refused") == 1);
    CHECK(kiosk().on_callback(ScriptedProvider::callback_without_news()).status == 200);
    CHECK(log().count("a callback was refused") == 1);
    CHECK(kiosk().on_callback(ScriptedProvider::callback(PaymentReference{"other"}, crowns(3500))).status == 200);
    pass(1s);
    CHECK(facts<fact::Authorized>().empty());
    CHECK(kiosk().on_callback(ScriptedProvider::callback(reference, crowns(3500))).status == 200);
    CHECK(kiosk().on_callback(ScriptedProvider::callback(reference, crowns(3500))).status == 200);
    CHECK(kiosk().on_callback(ScriptedProvider::callback(reference, crowns(3500), "event-2")).status == 200);
    REQUIRE(until_showing<view::TakeProduct>(5s));
    kiosk().on_callback(ScriptedProvider::callback(reference, crowns(3500), "event-3"));
    CHECK(until_calm());
    CHECK(facts<fact::Authorized>().size() == 1);
    expect_all_promises_kept();
}

TEST_CASE_FIXTURE(Fixture, "a recovered vend in doubt stops new sales until the machine has answered") {
    machine_settings.own_keypad = true;
    machine_settings.recall_time = 5s;
    start();
    REQUIRE(until_showing<view::Idle>());
    machine().press(Slot{12});
    REQUIRE(until_showing<view::Dispensing>());
    REQUIRE(until([&] { return machine().deeds().back().what == simulated::Deed::What::commanded; }));
    kill();
    start();
    pass(1s);
    CHECK(showing<view::OutOfService>().why == Why::starting);
    machine().press(Slot{13});
    pass(1s);
    CHECK(machine().select(Slot{13}));  // the key was answered
    machine().take_back();
    CHECK(until_showing<view::Idle>(4s));
    CHECK(facts<fact::Vended>().size() == 1);
    machine().press(Slot{13});
    CHECK(until_showing<view::TakeProduct>());
    CHECK(until_calm());
    expect_all_promises_kept();
}

TEST_CASE_FIXTURE(Fixture, "stop ends the kiosk in every phase, and what has begun ends well") {
    book.next_customers({{.acts_after = 5s}});
    bool sold = false;
    start();
    SUBCASE("before it has begun") {}
    SUBCASE("while the provider is asked") {
        pass(100ms);
    }
    SUBCASE("idle") {
        REQUIRE(until_showing<view::Idle>());
    }
    SUBCASE("out of service") {
        machine().raise({.code = "door_open", .detail = {}});
        pass(1s);
    }
    SUBCASE("while the provider is asked again and somebody touches a product") {
        REQUIRE(until_showing<view::Idle>());
        REQUIRE(until([&] { return provider().readied_at().size() == 2; }));
        touch_product();
        pass(10ms);
    }
    SUBCASE("with a touch under way") {
        REQUIRE(until_showing<view::Idle>());
        touch_product();
    }
    SUBCASE("while the sale is opened in the journal") {
        REQUIRE(until_showing<view::Idle>());
        screen().on_show([this](const View& view) {
            if (std::holds_alternative<view::Preparing>(view)) {
                kiosk().stop();
            }
        });
        touch_product();
        REQUIRE(until([&] { return end().has_value(); }, 30s));
        CHECK(facts<fact::Left>() == std::vector{fact::Left{.reason = LeftReason::stopping}});
        CHECK(book.last().status.state == PaymentStatus::State::cancelled);
    }
    SUBCASE("while the code is made") {
        REQUIRE(begin_sale());
    }
    SUBCASE("while the code is shown") {
        REQUIRE(begin_sale());
        REQUIRE(until_showing<view::ScanToPay>());
    }
    SUBCASE("while the money is captured") {
        REQUIRE(begin_sale());
        REQUIRE(until([&] { return !provider().calls(Operation::capture).empty(); }));
        sold = true;
    }
    SUBCASE("while the product drops") {
        REQUIRE(begin_sale());
        REQUIRE(until_showing<view::Dispensing>());
        sold = true;
    }
    SUBCASE("while its message stands") {
        REQUIRE(begin_sale());
        REQUIRE(until_showing<view::TakeProduct>());
        sold = true;
    }
    kiosk().stop();
    REQUIRE(until([&] { return end().has_value(); }, 30s));
    CHECK(end() == End::stopped);
    CHECK(showing<view::OutOfService>().why == Why::stopping);
    CHECK(kiosk().out_of_service()->why == Why::stopping);
    CHECK(facts<fact::Vended>().size() == (sold ? 1 : 0));
    CHECK(machine().select(Slot{12}));  // it waits for no answer
    machine().take_back();
    restart_until_calm();
    expect_all_promises_kept();
}

TEST_CASE_FIXTURE(Fixture, "a stop while nobody scans ends the payment, and one more changes nothing") {
    book.next_customers({{.will = Will::stays_away}});
    start();
    REQUIRE(begin_sale());
    REQUIRE(until_showing<view::ScanToPay>());
    kiosk().stop();
    kiosk().stop();
    REQUIRE(until([&] { return end().has_value(); }, 5s));
    CHECK(facts<fact::Left>() == std::vector{fact::Left{.reason = LeftReason::stopping}});
    CHECK(book.last().status.state == PaymentStatus::State::cancelled);
}

TEST_CASE_FIXTURE(Fixture, "a journal that breaks ends selling, with one cancel of a payment not yet captured") {
    start();
    REQUIRE(until_showing<view::Idle>());
    bool cancels = false;
    bool vended = false;
    std::uint64_t append = 0;
    SUBCASE("Opened") {
        append = 1;
    }
    SUBCASE("Intended: request") {
        append = 2;
    }
    SUBCASE("Requested") {
        append = 3;
        cancels = true;
    }
    SUBCASE("Authorized") {
        append = 4;
        cancels = true;
    }
    SUBCASE("Intended: capture") {
        append = 5;
        cancels = true;
    }
    SUBCASE("Captured") {
        append = 6;
    }
    SUBCASE("VendStarted") {
        append = 7;
    }
    SUBCASE("Vended") {
        append = 8;
        vended = true;
    }
    disk.fail_append(append, simulated::MemoryDisk::Fault::fails_lost);
    std::size_t calls_at_break = 0;
    touch_product();
    REQUIRE(until([&] {
        calls_at_break = log().has("the journal cannot be written") ? calls_at_break : provider().calls().size();
        return end().has_value();
    }));
    CHECK(end() == End::journal_broken);
    CHECK(showing<view::OutOfService>().why == Why::storage);
    CHECK(provider().calls(Operation::cancel).size() == (cancels ? 1 : 0));
    CHECK(provider().calls().size() == calls_at_break + (cancels ? 1 : 0));
    CHECK(machine().select(Slot{12}));  // it waits for no answer
    machine().take_back();
    pass(1h);
    CHECK(provider().calls().size() == calls_at_break + (cancels ? 1 : 0));
    restart_until_calm();
    CHECK(Judge(book, disk.records(), record.path()).dropped() == (vended ? 1 : 0));
    expect_all_promises_kept();
}

TEST_CASE_FIXTURE(Fixture,
                  "a journal broken by an earlier sale in the background leaves the waiting one cancelled") {
    machine_settings.own_keypad = true;
    book.next_customers({{.acts_after = 1s}, {.will = Will::stays_away}});
    start();
    REQUIRE(until_showing<view::Idle>());
    machine().set_mood(Mood::jams);
    provider().next(Operation::refund, Mishap::unsent, 3);
    machine().press(Slot{12});
    REQUIRE(until_showing<view::MoneyReturned>());
    machine().press(Slot{13});
    REQUIRE(until_showing<view::ScanToPay>());
    disk.fail_append(1, simulated::MemoryDisk::Fault::fails_lost);
    REQUIRE(until([&] { return end().has_value(); }, 1min));
    CHECK(end() == End::journal_broken);
    CHECK(provider().calls(Operation::cancel).size() == 1);
    CHECK(book.last().status.state == PaymentStatus::State::cancelled);
    CHECK(machine().select(Slot{12}));
    machine().take_back();
    restart_until_calm();
    expect_all_promises_kept();
}

TEST_CASE_FIXTURE(Fixture, "a journal that breaks while a result is shown cancels nothing") {
    machine_settings.own_keypad = true;
    book.next_customers({{.will = Will::declines}});
    start();
    REQUIRE(until_showing<view::Idle>());
    machine().press(Slot{12});
    REQUIRE(until_showing<view::NotCharged>());
    REQUIRE(until([&] { return kiosk().sales_under_way() == 0; }));
    disk.fail_append(1, simulated::MemoryDisk::Fault::fails_lost);
    machine().press(Slot{13});
    REQUIRE(until([&] { return end().has_value(); }, 1min));
    CHECK(provider().calls(Operation::cancel).empty());
    CHECK(machine().select(Slot{12}));
}

TEST_CASE("a sale whose coroutine has failed ends the program, and is taken up by the next one") {
    VendingWorld world;
    world.start();
    world.provider().on_call = [](const PaymentCall&) { throw std::logic_error("this cannot be"); };
    CHECK_THROWS_WITH_AS((world.begin_sale(), world.pass(1min)), "this cannot be", std::logic_error);
    world.kill();
    world.start();
    CHECK(world.until_calm());
}
