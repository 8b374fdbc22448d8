// A kiosk killed at every place where a crash makes a difference, and started again: money and goods must agree,
// and no vend may be commanded twice. The judge believes the payment system's books and the machine's record.

#include <doctest/doctest.h>

#include <ostream>

#include "tests/support/judge.hpp"
#include "tests/support/vending_world.hpp"

using namespace qrvend;
using namespace qrvend::test;
using simulated::Mood;

namespace {

using Fault = simulated::MemoryDisk::Fault;

struct Scenario {
    const char* name;
    CaptureOrder capture = CaptureOrder::before_vend;
    Customer customer{};
    Mood mood = Mood::works;
    bool reboots = false;
};

std::ostream& operator<<(std::ostream& out, const Scenario& scenario) {
    return out << scenario.name;
}

std::vector<Scenario> scenarios() {
    using enum CaptureOrder;
    using Will = Customer::Will;
    return {
        {.name = "captured first"},
        {.name = "captured first, reboots", .reboots = true},
        {.name = "captured after the vend", .capture = after_vend},
        {.name = "captured after the vend, reboots", .capture = after_vend, .reboots = true},
        {.name = "captured first, jams", .mood = Mood::jams},
        {.name = "captured after the vend, jams", .capture = after_vend, .mood = Mood::jams},
        {.name = "captured first, the mechanism is gone", .mood = Mood::is_gone},
        {.name = "declined", .customer = {.will = Will::declines}},
        {.name = "stays away", .customer = {.will = Will::stays_away}},
        {.name = "approves at the end of the wait", .customer = {.acts_after = 300'100ms}},
        {.name = "opens the app at the end of the wait", .customer = {.acts_after = 305s, .has_app_open = 10s}},
    };
}

constexpr std::uint64_t never = 1'000'000;

class Trial {
public:
    explicit Trial(const Scenario& scenario) : scenario_(scenario) {
        world_.settings.capture = scenario.capture;
        world_.book.next_customers({scenario.customer});
    }

    /// The process runs until its `nth` append from now meets `fault`, or until all is calm; true where it met it.
    bool run_into(std::uint64_t nth, Fault fault) {
        start();
        world_.disk.fail_append(nth, fault);
        world_.until([this] { return sold_once() || world_.end().has_value(); }, 72h);
        const bool met = world_.died() || world_.end() == Kiosk::End::journal_broken;
        if (met) {
            end_process(0);
        } else {
            CHECK(sold_once());
            world_.disk.fail_append(never, fault);
        }
        return met;
    }

    /// The process is killed after `life`; true where the sale was not over by then.
    bool run_for(milliseconds life, std::size_t kept) {
        start();
        world_.until([this] { return sold_once(); }, life);
        const bool under_way = !sold_once();
        if (under_way) {
            end_process(kept);
        }
        return under_way;
    }

    void finish() {
        start();
        world_.until([this] { return world_.kiosk().sales_under_way() == 0 && on_offer(); }, 72h);
        CHECK(world_.kiosk().sales_under_way() == 0);
        CHECK(on_offer());
        CHECK(world_.clock.waiting() <= 4);  // the kiosk, the keypad, the faults, the screen
        for (const std::string& broken :
             Judge(world_.book, world_.disk.records(), world_.record.path()).verdict()) {
            FAIL_CHECK(broken);
        }
    }

private:
    void start() {
        if (started_) {
            world_.kill();
        }
        started_ = true;
        world_.start();
        world_.machine().set_mood(scenario_.mood);
        if (world_.disk.records().empty()) {
            world_.until_showing<view::Idle>();
            world_.touch_product();
        }
    }
    void end_process(std::size_t kept) {
        world_.kill(kept);
        started_ = false;
        if (scenario_.reboots) {
            world_.clock.reboot();
        }
    }
    bool on_offer() { return world_.screen().showing<view::Idle>() != nullptr; }
    bool sold_once() { return world_.disk.appends() > 0 && world_.kiosk().sales_under_way() == 0 && on_offer(); }

    Scenario scenario_;
    VendingWorld world_;
    bool started_ = false;
};

}  // namespace

TEST_CASE("a crash around any append, and a restart") {
    for (const Scenario& scenario : scenarios()) {
        for (const Fault fault : {Fault::dies_lost, Fault::dies_durable, Fault::fails_lost, Fault::fails_kept}) {
            std::uint64_t nth = 1;
            for (bool met = true; met; ++nth) {
                CAPTURE(scenario);
                CAPTURE(static_cast<int>(fault));
                CAPTURE(nth);
                Trial trial(scenario);
                met = trial.run_into(nth, fault);
                trial.finish();
            }
            CHECK(nth > 5);
        }
    }
}

TEST_CASE("a crash around any append, and another around any append of the recovery") {
    for (const Scenario& scenario : scenarios()) {
        for (const Fault fault : {Fault::dies_lost, Fault::dies_durable}) {
            bool met_first = true;
            for (std::uint64_t first = 1; met_first; ++first) {
                bool met_second = true;
                for (std::uint64_t second = 1; met_first && met_second; ++second) {
                    CAPTURE(scenario);
                    CAPTURE(static_cast<int>(fault));
                    CAPTURE(first);
                    CAPTURE(second);
                    Trial trial(scenario);
                    met_first = trial.run_into(first, fault);
                    met_second = met_first && trial.run_into(second, fault);
                    trial.finish();
                }
            }
        }
    }
}

TEST_CASE("a crash at any instant, calls under way") {
    for (const Scenario& scenario : scenarios()) {
        bool under_way = true;
        for (milliseconds life{0}; under_way; life += life < 12s || (life >= 295s && life < 320s) ? 50ms : 5s) {
            CAPTURE(scenario);
            CAPTURE(life.count());
            Trial trial(scenario);
            under_way = trial.run_for(life, static_cast<std::size_t>(life.count() / 50 % 2));
            trial.finish();
        }
    }
}

TEST_CASE("after a restart a sale whose vend was not started serves nobody, whatever the payment does") {
    for (const CaptureOrder capture : {CaptureOrder::before_vend, CaptureOrder::after_vend}) {
        for (milliseconds life{100}; life < 5s; life += 100ms) {
            CAPTURE(static_cast<int>(capture));
            CAPTURE(life.count());
            VendingWorld world;
            world.settings.capture = capture;
            world.book.next_customers({{.acts_after = 4s}});
            world.start();
            REQUIRE(world.begin_sale());
            world.pass(life);
            const std::size_t before = world.disk.records().size();
            if (!world.facts<fact::VendStarted>().empty()) {
                continue;
            }
            world.kill();
            world.start();
            REQUIRE(world.until_calm());
            const std::vector<Record> records = world.disk.records();
            REQUIRE(records.size() > before);
            CHECK(records[before].fact == Fact{fact::Abandoned{.reason = AbandonReason::restart}});
            CHECK(world.facts<fact::VendStarted>().empty());
            CHECK(world.screen().times<view::ScanToPay>() == 0);
        }
    }
}
