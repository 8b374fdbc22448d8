// The small pure parts: keys, grouped reads, fault inputs, the health of the bus, what a refusal leaves open.

#include <doctest/doctest.h>

#include "drivers/modbus/bus_health.hpp"
#include "drivers/modbus/fault_inputs.hpp"
#include "drivers/modbus/inputs.hpp"
#include "drivers/modbus/keys.hpp"

using namespace qrvend;
using namespace qrvend::modbus;
using namespace std::chrono_literals;
using What = Keys::What;

namespace {

constexpr MonotonicTime noon{12h};

}  // namespace

TEST_CASE("a held key is one press, until no key is shown") {
    Keys keys({.kind = Keypad::Kind::held});
    CHECK_FALSE(keys.see(12, noon));  // pressed before we came
    CHECK_FALSE(keys.see(0, noon));
    CHECK(keys.see(12, noon) == Keys::Event{.what = What::selected, .slot = Slot{12}, .value = 12});
    CHECK_FALSE(keys.see(12, noon));
    CHECK(keys.see(13, noon)->slot == Slot{13});
    CHECK_FALSE(keys.see(0, noon));
    CHECK(keys.see(13, noon)->slot == Slot{13});
    keys.forget();
    CHECK_FALSE(keys.see(14, noon));
    CHECK_FALSE(keys.see(0, noon));
    CHECK(keys.see(14, noon));
}

TEST_CASE("each key of a fifo is a press, and what it held before is thrown away") {
    Keys keys({.kind = Keypad::Kind::fifo, .idle_value = 0xFFFF});
    CHECK_FALSE(keys.see(7, noon));
    CHECK_FALSE(keys.see(0xFFFF, noon));
    CHECK(keys.see(7, noon)->slot == Slot{7});
    CHECK(keys.see(7, noon)->slot == Slot{7});
}

TEST_CASE("digits make a selection, in time and in range") {
    Keys keys({.kind = Keypad::Kind::fifo, .digits = 2, .zero_key = '0', .cancel_value = '#'});
    keys.see(0, noon);
    CHECK_FALSE(keys.see('1', noon));
    CHECK(keys.see('2', noon + 5s)->slot == Slot{12});
    CHECK_FALSE(keys.see('4', noon + 6s));
    CHECK_FALSE(keys.see('5', noon + 12s));  // too late for the 4
    CHECK(keys.see('6', noon + 13s)->slot == Slot{56});
    CHECK_FALSE(keys.see('7', noon + 14s));
    CHECK(keys.see('#', noon + 14s)->what == What::cancelled);
    CHECK_FALSE(keys.see('8', noon + 15s));
    CHECK(keys.see('9', noon + 15s)->slot == Slot{89});
    CHECK_FALSE(keys.see('1', noon + 16s));
    CHECK(keys.see('A', noon + 16s)->what == What::meaningless);
    CHECK_FALSE(keys.see('0', noon + 17s));
    CHECK(keys.see('0', noon + 17s)->what == What::meaningless);
    Keys five({.kind = Keypad::Kind::fifo, .digits = 5, .zero_key = '0'});
    five.see(0, noon);
    for (int digit = 0; digit < 4; ++digit) {
        CHECK_FALSE(five.see('9', noon));
    }
    CHECK(five.see('9', noon)->what == What::meaningless);
}

TEST_CASE("a table of selections is the only one that counts") {
    Keys keys({.entries = {{.value = 0x0102, .slot = Slot{12}}}});
    keys.see(0, noon);
    CHECK(keys.see(0x0102, noon)->slot == Slot{12});
    CHECK(keys.see(0x0103, noon) == Keys::Event{.what = What::meaningless, .value = 0x0103});
}

TEST_CASE("points next to each other come in one read, and nothing that nobody asked for") {
    const auto input = [](std::uint8_t unit, std::uint16_t address) {
        return Point{.unit = unit, .table = Table::discrete_inputs, .address = address};
    };
    const auto read = [](std::uint8_t unit, Table table, std::uint16_t address, std::uint16_t count) {
        return Request{.unit = unit, .what = Read{.table = table, .address = address, .count = count}};
    };
    CHECK(reads_of({input(1, 2),
                    input(1, 0),
                    input(2, 3),
                    input(1, 1),
                    input(1, 1),
                    input(1, 4),
                    {.unit = 1, .table = Table::input_registers, .address = 5}}) ==
          std::vector{read(1, Table::discrete_inputs, 0, 3), read(1, Table::discrete_inputs, 4, 1),
                      read(1, Table::input_registers, 5, 1), read(2, Table::discrete_inputs, 3, 1)});
    std::vector<Point> many;
    for (std::uint16_t address = 0; address < 70; ++address) {
        many.push_back(input(1, address));
    }
    CHECK(reads_of(many).size() == 2);
    Values values;
    CHECK(enter(read(1, Table::discrete_inputs, 2, 2), {0, 1}, values));
    CHECK(values == Values{{input(1, 2), 0}, {input(1, 3), 1}});
    CHECK_FALSE(enter(read(1, Table::discrete_inputs, 2, 2), {0}, values));
}

TEST_CASE("fault inputs speak by level or by range, in the units of their scale") {
    const Point door{.address = 0};
    const Point warmth{.table = Table::input_registers, .address = 1};
    const std::vector<FaultInput> inputs{
        {.code = "door_open", .detail = "the door is open", .point = door, .faulty_when = false},
        {.code = "too_warm",
         .detail = "the temperature in degrees",
         .point = warmth,
         .minimum = -5,
         .maximum = 8,
         .scale = 10,
         .is_signed = true}};
    const auto faults = [&](std::uint16_t level, int tenths) {
        return faults_of(inputs, {{door, level}, {warmth, static_cast<std::uint16_t>(tenths)}});
    };
    CHECK(faults(1, 80).empty());
    CHECK(faults(1, -50).empty());
    CHECK(faults(0, 0) == std::vector{MachineFault{.code = "door_open", .detail = "the door is open"}});
    CHECK(faults(1, 81) ==
          std::vector{
              MachineFault{.code = "too_warm", .detail = "the temperature in degrees: 8.1, allowed is -5 to 8"}});
    CHECK(faults(1, -56).front().detail == "the temperature in degrees: -5.6, allowed is -5 to 8");
    CHECK(faults_of(inputs, {}).empty());
    const std::vector<FaultInput> code{{.code = "compressor", .detail = "its code", .point = warmth}};
    CHECK(faults_of(code, {{warmth, 0}}).empty());
    CHECK(faults_of(code, {{warmth, 40000}}).front().detail == "its code: 40000, allowed is 0 to 0");
}

TEST_CASE(
    "the bus is faulty before its first answer, after some lost ones, and at once where it cannot be opened") {
    BusHealth health;
    CHECK(health.fault()->code == "starting");
    health.lost({.world = World::unknown, .code = "timeout"});
    CHECK(health.fault()->code == "board_silent");
    health.answered();
    CHECK_FALSE(health.fault());
    for (int lost = 1; lost < BusHealth::most_lost; ++lost) {
        health.lost({.world = World::unknown, .code = "garbled"});
        CHECK_FALSE(health.fault());
    }
    health.lost({.world = World::unknown, .code = "garbled"});
    CHECK(health.fault()->code == "board_garbled");
    health.lost({.world = World::refused, .code = "exception_2"});
    CHECK(health.fault()->code == "board_refuses");
    health.answered();
    health.lost({.world = World::unsent, .code = "no_permission", .detail = "add the user to the group"});
    CHECK(health.fault() == MachineFault{.code = "no_permission", .detail = "add the user to the group"});
    health.answered();
    health.lost({.world = World::unknown, .code = "timeout"});
    CHECK_FALSE(health.fault());
}

TEST_CASE("a command is known not to have had its effect only where the answer says so") {
    const auto effect = [](World world, std::string code) {
        return effect_of(std::unexpected(Failure{.world = world, .code = std::move(code)}));
    };
    CHECK(effect_of(Words{}) == Effect::had);
    CHECK(effect(World::unsent, "no_device") == Effect::none);
    for (const int exception : {1, 2, 3, 6, 10}) {
        CHECK(effect(World::refused, exception_code(exception)) == Effect::none);
    }
    for (const int exception : {4, 5, 11}) {
        CHECK(effect(World::refused, exception_code(exception)) == Effect::in_doubt);
    }
    CHECK(effect(World::unknown, "timeout") == Effect::in_doubt);
}
