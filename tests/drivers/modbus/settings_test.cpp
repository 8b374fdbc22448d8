#include "drivers/modbus/settings.hpp"

#include <doctest/doctest.h>

#include <functional>

#include "drivers/modbus/simulated_board.hpp"

using namespace qrvend;
using namespace qrvend::modbus;
using namespace std::chrono_literals;

namespace {

const Line serial{.way = Rtu{.device = "/dev/serial/by-id/usb-one"}};
const Line network{.way = Tcp{.host = "192.0.2.7"}};

std::string first_problem(Settings settings, const std::function<void(Settings&)>& change) {
    change(settings);
    const auto found = problems(settings);
    return found.empty() ? "" : found.front();
}

std::string of_relays(const std::function<void(RelayBoard&)>& change) {
    return first_problem(relay_settings(serial),
                         [&](Settings& settings) { change(std::get<RelayBoard>(settings.board)); });
}

std::string of_sensor(const std::function<void(DropSensor&)>& change) {
    return of_relays([&](RelayBoard& board) { change(*board.sensor); });
}

std::string of_controller(const std::function<void(ControllerBoard&)>& change) {
    return first_problem(controller_settings(network),
                         [&](Settings& settings) { change(std::get<ControllerBoard>(settings.board)); });
}

std::string of_rtu(const std::function<void(Rtu&)>& change) {
    return first_problem(relay_settings(serial), [&](Settings& s) { change(std::get<Rtu>(s.line.way)); });
}

std::string of_line(const std::function<void(Line&)>& change) {
    return first_problem(relay_settings(network), [&](Settings& settings) { change(settings.line); });
}

std::string of_keypad(const std::function<void(Keypad&)>& change) {
    return first_problem(relay_settings(serial), [&](Settings& settings) {
        settings.keypad = Keypad{.point = {.table = Table::holding_registers}};
        change(*settings.keypad);
    });
}

std::string of_fault(const std::function<void(FaultInput&)>& change) {
    return first_problem(relay_settings(serial), [&](Settings& settings) {
        settings.faults = {
            FaultInput{.code = "too_warm", .point = {.table = Table::input_registers}, .maximum = 8}};
        change(settings.faults.front());
    });
}

}  // namespace

TEST_CASE("good settings have no problems") {
    CHECK(problems(relay_settings(serial)) == std::vector<std::string>{});
    CHECK(problems(controller_settings(network)) == std::vector<std::string>{});
    CHECK(of_keypad([](Keypad& keypad) {
              keypad.acknowledge = true;
              keypad.cancel_value = 42;
          }).empty());
    CHECK(of_keypad([](Keypad& keypad) {
              keypad.digits = 2;
              keypad.zero_key = '0';
          }).empty());
    CHECK(of_fault([](FaultInput&) {}).empty());
    CHECK(of_relays([](RelayBoard& board) { board.sensor.reset(); }).empty());
}

TEST_CASE("each setting of the line that cannot be used is named") {
    CHECK(of_rtu([](Rtu& rtu) { rtu.device = "ttyUSB0"; }).starts_with("device"));
    CHECK(of_rtu([](Rtu& rtu) { rtu.baud = 14400; }).starts_with("baud"));
    CHECK(of_rtu([](Rtu& rtu) { rtu.stop_bits = 3; }).starts_with("stop_bits"));
    CHECK(of_line([](Line& line) { std::get<Tcp>(line.way).host.clear(); }).starts_with("host"));
    CHECK(of_line([](Line& line) { std::get<Tcp>(line.way).port = 0; }).starts_with("port"));
    CHECK(of_line([](Line& line) { line.response_timeout = 49ms; }).starts_with("response_timeout"));
    CHECK(of_line([](Line& line) { line.byte_timeout = 0ms; }).starts_with("byte_timeout"));
    CHECK(of_line([](Line& line) { line.gap = 1001ms; }).starts_with("gap"));
    CHECK(first_problem(relay_settings(serial), [](Settings& s) { s.poll = 10ms; }).starts_with("poll"));
}

TEST_CASE("each setting of a relay board that cannot be used is named") {
    CHECK(of_relays([](RelayBoard& board) { board.relays.clear(); }).starts_with("relays: at least one"));
    CHECK(of_relays([](RelayBoard& board) { board.relays[0].unit = 0; }).starts_with("relay of slot 1: unit"));
    CHECK(of_relays([](RelayBoard& board) { board.relays[0].unit = 255; }).starts_with("relay of slot 1: unit"));
    CHECK(of_relays([](RelayBoard& board) { board.relays[0].slot = Slot{0}; }).starts_with("relays: slot"));
    CHECK(of_relays([](RelayBoard& board) {
              board.relays[1].slot = Slot{1};
          }).starts_with("relay of slot 1: the slot has two"));
    CHECK(of_relays([](RelayBoard& board) {
              board.relays[1].address = 0;
          }).starts_with("relay of slot 2: another slot"));
    CHECK(of_relays([](RelayBoard& board) { board.pulse = 40ms; }).starts_with("pulse must be 50"));
    CHECK(of_relays([](RelayBoard& board) { board.pulse = 750ms; }).starts_with("pulse must be a whole number"));
    CHECK(of_relays([](RelayBoard& board) {
              board.pulse = 40s;
              board.flash_unit = 1ms;
          }).starts_with("pulse must be a whole number"));
    // 5500h is no time, it toggles.
    CHECK(of_relays([](RelayBoard& board) {
              board.pulse = 21760ms;
              board.flash_unit = 1ms;
          }).starts_with("pulse must be a whole number"));
    CHECK(of_relays([](RelayBoard& board) { board.flash_unit = 0ms; }).starts_with("flash_unit"));
    CHECK(of_relays([](RelayBoard& board) {
              board.relays[0].address = 0xFE00;
          }).starts_with("relay of slot 1: its flash address"));
    CHECK(of_relays([](RelayBoard& board) {
              board.by = RelayBoard::By::register_pair;
              board.on_value = board.off_value;
          }).starts_with("on_value"));
    CHECK(of_relays([](RelayBoard& board) {
              board.by = RelayBoard::By::coil;
              board.pulse = 750ms;
          }).empty());
}

TEST_CASE("each setting of a drop sensor that cannot be used is named") {
    CHECK(of_sensor([](DropSensor& sensor) { sensor.value.unit = 248; }).starts_with("sensor: unit"));
    CHECK(
        of_sensor([](DropSensor& sensor) { sensor.value.table = Table::coils; }).starts_with("sensor: a counter"));
    CHECK(of_sensor([](DropSensor& sensor) {
              sensor.kind = DropSensor::Kind::latch;
          }).starts_with("sensor: a latch is"));
    CHECK(of_sensor([](DropSensor& sensor) {
              sensor.kind = DropSensor::Kind::latch;
              sensor.value.table = Table::discrete_inputs;
          }).starts_with("sensor: a latch needs"));
    CHECK(
        of_sensor([](DropSensor& sensor) { sensor.clear = Command{.unit = 0}; }).starts_with("sensor clear: unit"));
    CHECK(of_sensor([](DropSensor& sensor) {
              sensor.clear = Command{.value = 2};
          }).starts_with("sensor clear: a coil"));
    CHECK(of_sensor([](DropSensor& sensor) { sensor.beam->unit = 0; }).starts_with("sensor beam: unit"));
    CHECK(of_sensor([](DropSensor& sensor) {
              sensor.beam->table = Table::input_registers;
          }).starts_with("sensor beam: it is"));
    CHECK(of_sensor([](DropSensor& sensor) { sensor.drop_wait = 61s; }).starts_with("sensor drop_wait"));
    CHECK(of_sensor([](DropSensor& sensor) {
              sensor.kind = DropSensor::Kind::latch;
              sensor.value = *sensor.beam;
              sensor.clear = Command{};
          }).starts_with("sensor beam: the live state"));
}

TEST_CASE("each setting of a controller that cannot be used is named") {
    CHECK(of_controller([](ControllerBoard& board) { board.unit = 255; }).empty());
    CHECK(of_controller([](ControllerBoard& board) { board.unit = 250; }).starts_with("controller: unit"));
    CHECK(of_controller([](ControllerBoard& board) { board.sequence_address = 2; }).starts_with("selection and"));
    CHECK(
        of_controller([](ControllerBoard& board) { board.status_table = Table::coils; }).starts_with("the status"));
    CHECK(of_controller([](ControllerBoard& board) {
              board.state_address = board.echo_address;
          }).starts_with("echo, state and result"));
    CHECK(of_controller([](ControllerBoard& board) { board.states.clear(); }).starts_with("states: one must"));
    CHECK(of_controller([](ControllerBoard& board) {
              board.states.push_back(board.states.front());
          }).starts_with("states: 0 stands twice"));
    CHECK(of_controller([](ControllerBoard& board) { board.results.clear(); }).starts_with("results: at least"));
    CHECK(of_controller([](ControllerBoard& board) {
              board.results.push_back(board.results.front());
          }).starts_with("results: 1 stands twice"));
    CHECK(of_controller([](ControllerBoard& board) {
              board.columns = {{.slot = Slot{1}, .selection = 0x0101}, {.slot = Slot{1}, .selection = 0x0102}};
          }).starts_with("columns: slot 1"));
    CHECK(of_controller([](ControllerBoard& board) { board.accept_wait = 99ms; }).starts_with("accept_wait"));
    CHECK(of_controller([](ControllerBoard& board) { board.vend_limit = 301s; }).starts_with("vend_limit"));
}

TEST_CASE("each setting of a keypad that cannot be used is named") {
    CHECK(of_keypad([](Keypad& keypad) { keypad.point.unit = 0; }).starts_with("keypad: unit"));
    CHECK(of_keypad([](Keypad& keypad) { keypad.point.table = Table::coils; }).starts_with("keypad: it is"));
    CHECK(of_keypad([](Keypad& keypad) {
              keypad.acknowledge = true;
              keypad.point.table = Table::input_registers;
          }).starts_with("keypad: only a holding"));
    CHECK(of_keypad([](Keypad& keypad) {
              keypad.acknowledge = true;
              keypad.kind = Keypad::Kind::fifo;
          }).starts_with("keypad: a fifo"));
    CHECK(of_keypad([](Keypad& keypad) { keypad.digits = 6; }).starts_with("keypad: digits"));
    CHECK(of_keypad([](Keypad& keypad) { keypad.digits = 1; }).starts_with("keypad: the keys 0 to 9"));
    CHECK(of_keypad([](Keypad& keypad) { keypad.cancel_value = 0; }).starts_with("keypad: cancel_value"));
    CHECK(of_keypad([](Keypad& keypad) {
              keypad.entries = {{.value = 1, .slot = Slot{1}}, {.value = 1, .slot = Slot{2}}};
          }).starts_with("keypad: 1 stands twice"));
}

TEST_CASE("each setting of a fault input that cannot be used is named") {
    CHECK(of_fault([](FaultInput& fault) { fault.code = "Too warm"; }).starts_with("faults: code"));
    CHECK(of_fault([](FaultInput& fault) { fault.code.clear(); }).starts_with("faults: code"));
    CHECK(of_fault([](FaultInput& fault) { fault.point.unit = 0; }).starts_with("fault too_warm: unit"));
    CHECK(of_fault([](FaultInput& fault) { fault.minimum = 9; }).starts_with("fault too_warm: minimum"));
    CHECK(of_fault([](FaultInput& fault) { fault.scale = 0; }).starts_with("fault too_warm: scale"));
    CHECK(first_problem(relay_settings(serial), [](Settings& settings) {
              settings.faults = {FaultInput{.code = "door_open"}, FaultInput{.code = "door_open"}};
          }).starts_with("faults: door_open stands twice"));
}

TEST_CASE("only a machine that tells a drop from a failure confirms products") {
    Settings relays = relay_settings(serial);
    CHECK(confirms_product(relays));
    std::get<RelayBoard>(relays.board).sensor->beam.reset();
    CHECK_FALSE(confirms_product(relays));
    std::get<RelayBoard>(relays.board).sensor.reset();
    CHECK_FALSE(confirms_product(relays));
    Settings controller = controller_settings(serial);
    CHECK(confirms_product(controller));
    std::get<ControllerBoard>(controller.board).results = {
        {.value = 1, .verdict = ControllerBoard::Verdict::unclear}};
    CHECK_FALSE(confirms_product(controller));
}
