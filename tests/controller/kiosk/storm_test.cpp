// Everything at once, by seed: customers, lost calls and answers, refusals, jams, faults, levers, cancels,
// callbacks told twice, stops, crashes, reboots and a wall clock that jumps ten years. Then the weather clears,
// every sale must end, and money and goods must agree.

#include <doctest/doctest.h>

#include <random>

#include "tests/support/judge.hpp"
#include "tests/support/vending_world.hpp"

using namespace qrvend;
using namespace qrvend::test;
using simulated::Mood;

namespace {

class Storm {
public:
    explicit Storm(unsigned seed) : dice_(seed) {
        world_.settings.capture = pick({CaptureOrder::before_vend, CaptureOrder::after_vend});
        world_.settings.payment_timeout = 30s;
        world_.machine_settings.own_keypad = one_in(2);
        world_.machine_settings.recall_time = milliseconds(roll(3000));
        if (one_in(3)) {
            world_.machine_settings.answer_limit = 90s;
        }
        if (one_in(4)) {
            world_.book.show_as(ToShow::Kind::picture_url);
        }
    }

    void rage() {
        start();
        for (int moment = 0; moment < 60; ++moment) {
            stir();
            if (one_in(12)) {
                end_process();
                start();
            }
            live_on(milliseconds(roll(one_in(4) ? 20'000 : 1500)));
        }
        end_process();
    }

    void clear_up() {
        world_.disk.fail_append(1'000'000,
                                simulated::MemoryDisk::Fault::fails_lost);  // instead of an earlier order
        world_.start();
        CHECK(world_.until([this] { return world_.kiosk().sales_under_way() == 0 && on_offer(); }, 72h));
        world_.pass(1min);
        CHECK(world_.clock.waiting() <= 5);  // the kiosk, the keypad, the faults, the screen, the finger
        for (const std::string& broken :
             Judge(world_.book, world_.disk.records(), world_.record.path()).verdict()) {
            FAIL_CHECK(broken);
        }
        CHECK(world_.facts<fact::NeedsAttention>().empty());
    }

    std::size_t sales() const { return world_.facts<fact::Opened>().size(); }
    std::size_t sold() const { return world_.facts<fact::Vended>().size(); }

private:
    unsigned roll(unsigned sides) { return static_cast<unsigned>(dice_() % sides); }
    bool one_in(unsigned sides) { return roll(sides) == 0; }
    template <class T>
    T pick(std::initializer_list<T> choices) {
        return *(choices.begin() + roll(static_cast<unsigned>(choices.size())));
    }

    void start() {
        world_.start();
        world_.machine().set_mood(mood_);
        if (one_in(3)) {
            const auto fault =
                pick({simulated::MemoryDisk::Fault::dies_lost, simulated::MemoryDisk::Fault::dies_durable,
                      simulated::MemoryDisk::Fault::fails_lost, simulated::MemoryDisk::Fault::fails_kept});
            world_.disk.fail_append(1 + roll(30), fault);
        }
    }

    void end_process() {
        world_.kill(roll(2));
        if (one_in(3)) {
            world_.clock.reboot();
        }
    }

    void live_on(milliseconds time) {
        if (one_in(3)) {
            world_.machine().clear("door_open");
        }
        world_.until([this] { return world_.end().has_value(); }, time);
        if (world_.died() || world_.end()) {
            end_process();
            start();
        }
    }

    bool on_offer() { return world_.screen().showing<view::Idle>() != nullptr; }

    // One thing that can happen to a kiosk.
    void stir() {
        const Slot slot = pick({Slot{12}, Slot{13}});
        switch (roll(14)) {
            case 0:
                world_.machine().take_back();
                break;
            case 1:
                world_.screen().touch(touch::Cancel{});
                break;
            case 2:
                world_.screen().touch(touch::Dismiss{});
                break;
            case 3:
                mood_ = pick({Mood::works, Mood::works, Mood::jams, Mood::is_gone});
                world_.machine().set_mood(mood_);
                break;
            case 4:
                world_.machine().raise({.code = "door_open", .detail = {}});
                break;
            case 5:
                world_.machine().clear("door_open");
                break;
            case 6:
                world_.clock.set_wall(world_.clock.now().wall +
                                      pick({std::chrono::years(10), std::chrono::years(-10)}));
                break;
            case 7:
                call_back();
                break;
            case 8:
            case 9:
                world_.provider().next(
                    pick({Operation::request, Operation::capture, Operation::cancel_unapproved, Operation::cancel,
                          Operation::refund, Operation::post_receipt, Operation::ask}),
                    pick({Mishap::call_lost, Mishap::answer_lost, Mishap::refused, Mishap::unsent}));
                break;
            case 10:
                world_.book.next_customers({{.will = pick({Customer::Will::approves, Customer::Will::approves,
                                                           Customer::Will::declines, Customer::Will::stays_away}),
                                             .acts_after = milliseconds(roll(one_in(3) ? 40'000 : 8'000)),
                                             .has_app_open = milliseconds(roll(15'000))}});
                break;
            default:
                if (world_.machine_settings.own_keypad) {
                    world_.machine().press(slot);
                } else {
                    world_.touch_product(slot);
                }
        }
        if (one_in(200)) {
            world_.kiosk().stop();
        }
    }

    // What the payment system would say of its latest payment now; with a repetition.
    void call_back() {
        if (world_.book.entries().empty()) {
            return;
        }
        const auto& entry = world_.book.last();
        const bool approved = entry.status.state == PaymentStatus::State::authorized;
        const auto request = ScriptedProvider::callback(
            entry.reference, approved ? std::optional(entry.status.amounts.authorized) : std::nullopt,
            "event-" + std::to_string(roll(3)));
        for (unsigned time = 0; time <= roll(2); ++time) {
            CHECK(world_.kiosk().on_callback(request).status == 200);
        }
    }

    std::mt19937_64 dice_;
    VendingWorld world_;
    Mood mood_ = Mood::works;
};

}  // namespace

TEST_CASE("whatever happens, money and goods agree in the end") {
    std::size_t sales = 0;
    std::size_t sold = 0;
    for (unsigned seed = 1; seed <= 400; ++seed) {
        CAPTURE(seed);
        Storm storm(seed);
        storm.rage();
        storm.clear_up();
        sales += storm.sales();
        sold += storm.sold();
    }
    CHECK(sales > 2000);
    CHECK(sold > 300);
}
