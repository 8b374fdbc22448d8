// The machine between its customers and its technician: requests, keys, faults.

#include "drivers/modbus/machine.hpp"
#include "tests/drivers/modbus/stand.hpp"

using namespace qrvend;
using namespace qrvend::modbus;
using namespace qrvend::modbus::test;

namespace {

struct Fixture : Stand<MemoryRung> {
    void press(std::uint16_t key) {
        board([&](SimulatedBoard& it) { it.press(key); });
    }
};

constexpr Point held_key{.table = Table::holding_registers, .address = BoardMap::held_key};
constexpr Point key_fifo{.table = Table::input_registers, .address = BoardMap::key_fifo};

}  // namespace

TEST_CASE_FIXTURE(Fixture, "a machine is not made of settings that cannot be used") {
    settings.poll = 0ms;
    CHECK_THROWS_AS(start(), std::invalid_argument);
}

TEST_CASE_FIXTURE(Fixture, "a touched product is a request of its own name, until it is answered") {
    start_and_be_ready();
    CHECK_FALSE(machine().traits().own_keypad);
    const auto first = machine().select(Slot{1});
    const auto second = machine().select(Slot{2});
    REQUIRE(first);
    REQUIRE(second);
    CHECK(first->request != second->request);
    CHECK(machine().select(Slot{9}).error().code == "unknown_slot");
    const auto withdrawn = begin(machine().withdrawn(first->request));
    pass(100ms);
    CHECK_FALSE(*withdrawn);
    begin(machine().decline(first->request, DeclineReason::not_paid));
    pass(100ms);
    CHECK(*withdrawn);
    CHECK(finish(machine().prepare(first->request, Slot{1})).error().code == "withdrawn");
    const auto ticket = finish(machine().prepare(second->request, Slot{2}));
    REQUIRE(ticket);
    const auto result = begin(machine().vend(*ticket));
    pass(10ms);
    CHECK(machine().select(Slot{3}).error().code == "busy");
    REQUIRE(until([&] { return result->has_value(); }));
    CHECK(finish(machine().vend(*ticket)).outcome == Outcome::unsent);
    CHECK(count(What::started) == 1);
}

TEST_CASE_FIXTURE(Fixture, "requests of two runs have two names") {
    start_and_be_ready();
    const auto first = machine().select(Slot{1});
    kill();
    start_and_be_ready();
    CHECK(machine().select(Slot{1})->request != first->request);
}

TEST_CASE_FIXTURE(Fixture, "a key that is held is acknowledged and chosen once") {
    settings.keypad = Keypad{.point = held_key, .acknowledge = true};
    press(5);  // before we came
    start_and_be_ready();
    CHECK(machine().traits().own_keypad);
    pass(300ms);
    const auto selection = begin(machine().next_selection());
    pass(300ms);
    CHECK_FALSE(*selection);
    press(4);
    REQUIRE(until([&] { return selection->has_value(); }));
    CHECK((*selection)->slot == Slot{4});
    const auto next = begin(machine().next_selection());
    pass(300ms);
    CHECK_FALSE(*next);
    press(4);
    REQUIRE(until([&] { return next->has_value(); }));
    CHECK((*next)->request != (*selection)->request);
}

TEST_CASE_FIXTURE(Fixture,
                  "a fifo gives its keys one by one; cancel takes all back; what no table knows is logged") {
    settings.keypad = Keypad{.kind = Keypad::Kind::fifo, .point = key_fifo, .cancel_value = 99};
    start_and_be_ready();
    pass(100ms);
    press(2);
    press(3);
    CHECK(finish(machine().next_selection()).slot == Slot{2});
    const Selection second = finish(machine().next_selection());
    CHECK(second.slot == Slot{3});
    const auto withdrawn = begin(machine().withdrawn(second.request));
    pass(100ms);
    CHECK_FALSE(*withdrawn);
    press(99);
    REQUIRE(until([&] { return *withdrawn; }));
    CHECK(finish(machine().prepare(second.request, Slot{3})).error().code == "withdrawn");
    press(77);
    pass(200ms);
    CHECK(log.has("a selection on the keypad that no table knows value=77"));
}

TEST_CASE_FIXTURE(Fixture, "what is pressed during a vend is forgotten, and so is drumming on the keys") {
    settings.keypad = Keypad{.kind = Keypad::Kind::fifo, .point = key_fifo};
    start_and_be_ready();
    const auto result = begin(machine().vend(ticket_for(Slot{1})));
    pass(50ms);
    press(2);
    press(3);
    REQUIRE(until([&] { return result->has_value(); }));
    const auto selection = begin(machine().next_selection());
    pass(300ms);
    CHECK_FALSE(*selection);
    for (std::uint16_t key = 1; key <= 8; ++key) {
        press(key);
        press(key);
    }
    pass(2s);
    REQUIRE(*selection);
    int open = 1;
    for (auto more = begin(machine().next_selection()); (pass(10ms), *more);
         more = begin(machine().next_selection())) {
        ++open;
    }
    CHECK(open == 8);
}

TEST_CASE_FIXTURE(Fixture, "doors and temperatures take the machine out of service and put it back") {
    settings.faults = {
        {.code = "door_open", .detail = "the door is open", .point = {.address = BoardMap::door_open}},
        {.code = "temperature",
         .detail = "degrees",
         .point = {.table = Table::input_registers, .address = BoardMap::temperature},
         .minimum = -2,
         .maximum = 8,
         .scale = 10,
         .is_signed = true}};
    start_and_be_ready();
    auto changed = begin(machine().status_changed());
    REQUIRE(until([&] { return *changed; }));  // it has become ready
    changed = begin(machine().status_changed());
    board([](SimulatedBoard& it) { it.open_door(true); });
    REQUIRE(until([&] { return *changed; }));
    CHECK(machine().status().faults ==
          std::vector{MachineFault{.code = "door_open", .detail = "the door is open"}});
    changed = begin(machine().status_changed());
    board([](SimulatedBoard& it) { it.set_temperature(-21); });
    REQUIRE(until([&] { return *changed; }));
    CHECK(machine().status().faults.back() ==
          MachineFault{.code = "temperature", .detail = "degrees: -2.1, allowed is -2 to 8"});
    changed = begin(machine().status_changed());
    board([](SimulatedBoard& it) { it.set_temperature(-25); });
    pass(200ms);
    CHECK_FALSE(*changed);  // the same fault
    CHECK(machine().status().faults.back().detail.contains("-2.5"));
    board([](SimulatedBoard& it) {
        it.open_door(false);
        it.set_temperature(50);
    });
    REQUIRE(until([&] { return machine().status().ready(); }));
    pass(10ms);
    CHECK(*changed);
    CHECK(log.count("the machine has a fault code=temperature") == 1);
}

TEST_CASE_FIXTURE(Fixture, "wrong addresses are a fault that says so") {
    settings.faults = {{.code = "door_open", .detail = "the door is open", .point = {.address = 99}}};
    start();
    REQUIRE(until([&] { return has_fault("board_refuses"); }));
    CHECK(machine().status().faults.front().detail.contains("exception_2"));
}

TEST_CASE_FIXTURE(Fixture, "a controller's columns and states are those of the settings") {
    use_controller();
    auto& controller = std::get<ControllerBoard>(settings.board);
    controller.columns = {{.slot = Slot{12}, .selection = 0x0102}};
    start_and_be_ready();
    CHECK(machine().select(Slot{1}).error().code == "unknown_slot");
    CHECK(sell(Slot{12}).outcome == Outcome::vended);
    CHECK(board([](SimulatedBoard& it) { return it.deeds().front().slot; }) == Slot{0x0102});
    kill();
    std::erase_if(controller.states,
                  [](const auto& state) { return state.meaning == ControllerBoard::Meaning::done; });
    start();
    REQUIRE(until([&] { return has_fault("board_fault"); }));
    CHECK(machine().status().faults.front().detail.contains("the settings do not name this state"));
}
