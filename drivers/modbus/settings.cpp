#include "drivers/modbus/settings.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace qrvend::modbus {

namespace {

using namespace std::chrono_literals;

constexpr int highest_unit = 247;
constexpr int tcp_device = 255;        // a device that is reached by its IP address alone
constexpr int longest_flash = 0x7FFF;  // what relay boards take
constexpr int toggle_value = 0x5500;   // and what they take for something else

// One after the other, a sentence for each thing that is wrong.
class Check {
public:
    explicit Check(const Line& line) : over_tcp_(std::holds_alternative<Tcp>(line.way)) {}

    void must(bool sound, std::string_view sentence) {
        if (!sound) {
            found_.emplace_back(sentence);
        }
    }
    void unit(int unit, std::string_view of) {
        must((unit >= 1 && unit <= highest_unit) || (over_tcp_ && unit == tcp_device),
             fmt::format("{}: unit must be 1 to 247{}", of, over_tcp_ ? ", or 255 for the device itself" : ""));
    }
    void between(milliseconds value, milliseconds low, milliseconds high, std::string_view name) {
        must(value >= low && value <= high, fmt::format("{} must be {} to {} ms", name, low.count(), high.count()));
    }
    std::vector<std::string> take() && { return std::move(found_); }

private:
    bool over_tcp_;
    std::vector<std::string> found_;
};

void check_line(const Line& line, Check& check) {
    if (const auto* rtu = std::get_if<Rtu>(&line.way)) {
        check.must(rtu->device.starts_with('/'), "device must be an absolute path");
        check.must(std::ranges::find(baud_rates, rtu->baud) != std::end(baud_rates),
                   "baud must be 1200, 2400, 4800, 9600, 19200, 38400, 57600 or 115200");
        check.must(rtu->stop_bits == 1 || rtu->stop_bits == 2, "stop_bits must be 1 or 2");
    } else {
        check.must(!std::get<Tcp>(line.way).host.empty(), "host must be given");
        check.must(std::get<Tcp>(line.way).port != 0, "port must be 1 to 65535");
    }
    check.between(line.response_timeout, 50ms, 10s, "response_timeout");
    check.between(line.byte_timeout, 5ms, 5s, "byte_timeout");
    check.between(line.gap, 0ms, 1s, "gap");
}

void check_command(const Command& command, std::string_view name, Check& check) {
    check.unit(command.unit, name);
    check.must(!command.is_coil || command.value <= 1, fmt::format("{}: a coil is set to 0 or 1", name));
}

void check_sensor(const DropSensor& sensor, Check& check) {
    check.unit(sensor.value.unit, "sensor");
    if (sensor.kind == DropSensor::Kind::latch) {
        check.must(holds_bits(sensor.value.table), "sensor: a latch is a coil or a discrete input");
        check.must(sensor.clear.has_value(), "sensor: a latch needs its clear command");
    } else {
        check.must(!holds_bits(sensor.value.table), "sensor: a counter is a holding or an input register");
    }
    if (sensor.clear) {
        check_command(*sensor.clear, "sensor clear", check);
    }
    if (sensor.beam) {
        check.unit(sensor.beam->unit, "sensor beam");
        check.must(holds_bits(sensor.beam->table), "sensor beam: it is a coil or a discrete input");
        check.must(*sensor.beam != sensor.value, "sensor beam: the live state is another input than the latch");
    }
    check.between(sensor.drop_wait, 1s, 60s, "sensor drop_wait");
}

void check_relays(const RelayBoard& board, Check& check) {
    check.must(!board.relays.empty(), "relays: at least one must be given");
    std::set<Slot> slots;
    std::set<std::pair<int, int>> places;
    for (const Relay& relay : board.relays) {
        const std::string name = fmt::format("relay of slot {}", relay.slot.number);
        check.unit(relay.unit, name);
        check.must(relay.slot.number >= 1, "relays: slot must be 1 to 65534");
        check.must(slots.insert(relay.slot).second, fmt::format("{}: the slot has two relays", name));
        check.must(places.insert({relay.unit, relay.address}).second,
                   fmt::format("{}: another slot has the same relay", name));
    }
    check.between(board.pulse, 50ms, 60s, "pulse");
    if (board.by == RelayBoard::By::flash) {
        check.between(board.flash_unit, 1ms, 10s, "flash_unit");
        const auto units = board.flash_unit.count() > 0 ? board.pulse.count() / board.flash_unit.count() : 0;
        check.must(units * board.flash_unit.count() == board.pulse.count() && units <= longest_flash &&
                       units != toggle_value,
                   "pulse must be a whole number of flash units, at most 32767");
        for (const Relay& relay : board.relays) {
            check.must(relay.address + board.flash_offset <= 0xFFFF,
                       fmt::format("relay of slot {}: its flash address is above 65535", relay.slot.number));
        }
    }
    check.must(board.by != RelayBoard::By::register_pair || board.on_value != board.off_value,
               "on_value and off_value must differ");
    if (board.sensor) {
        check_sensor(*board.sensor, check);
    }
}

void check_controller(const ControllerBoard& board, Check& check) {
    using Meaning = ControllerBoard::Meaning;
    check.unit(board.unit, "controller");
    check.must(std::abs(board.selection_address - board.sequence_address) == 1,
               "selection and sequence must be registers next to each other");
    check.must(!holds_bits(board.status_table), "the status must be in holding or input registers");
    check.must(std::set{board.echo_address, board.state_address, board.result_address}.size() == 3,
               "echo, state and result must be three registers");
    const auto has = [&](Meaning meaning) {
        return std::ranges::find(board.states, meaning, &ControllerBoard::State::meaning) != board.states.end();
    };
    check.must(has(Meaning::idle), "states: one must mean idle");
    check.must(!board.results.empty(), "results: at least one must be given");
    std::set<int> values;
    for (const auto& state : board.states) {
        check.must(values.insert(state.value).second, fmt::format("states: {} stands twice", state.value));
    }
    values.clear();
    for (const auto& result : board.results) {
        check.must(values.insert(result.value).second, fmt::format("results: {} stands twice", result.value));
    }
    std::set<Slot> slots;
    for (const auto& column : board.columns) {
        check.must(slots.insert(column.slot).second,
                   fmt::format("columns: slot {} stands twice", column.slot.number));
    }
    check.between(board.accept_wait, 100ms, 30s, "accept_wait");
    check.between(board.vend_limit, 1s, 300s, "vend_limit");
}

void check_keypad(const Keypad& keypad, Check& check) {
    check.unit(keypad.point.unit, "keypad");
    check.must(!holds_bits(keypad.point.table), "keypad: it is a holding or an input register");
    check.must(!keypad.acknowledge || keypad.point.table == Table::holding_registers,
               "keypad: only a holding register can be acknowledged");
    check.must(!keypad.acknowledge || keypad.kind == Keypad::Kind::held, "keypad: a fifo needs no acknowledgement");
    check.must(keypad.digits <= 5, "keypad: digits must be 0 to 5");
    const bool keys_are_free = keypad.idle_value < keypad.zero_key || keypad.idle_value > keypad.zero_key + 9;
    check.must(keypad.digits == 0 || (keypad.zero_key <= 0xFFFF - 9 && keys_are_free),
               "keypad: the keys 0 to 9 must have values of their own, other than idle_value");
    check.must(keypad.cancel_value != keypad.idle_value, "keypad: cancel_value must differ from idle_value");
    std::set<int> values;
    for (const auto& entry : keypad.entries) {
        check.must(values.insert(entry.value).second, fmt::format("keypad: {} stands twice", entry.value));
    }
}

void check_fault(const FaultInput& fault, Check& check) {
    const auto fits = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_'; };
    check.must(!fault.code.empty() && std::ranges::all_of(fault.code, fits),
               "faults: code must be lower case letters, digits and underscores");
    check.unit(fault.point.unit, "fault " + fault.code);
    if (!holds_bits(fault.point.table)) {
        check.must(fault.minimum <= fault.maximum, fmt::format("fault {}: minimum is above maximum", fault.code));
        check.must(fault.scale >= 1 && fault.scale <= 1000,
                   fmt::format("fault {}: scale must be 1 to 1000", fault.code));
    }
}

}  // namespace

bool confirms_product(const Settings& settings) {
    if (const auto* relays = std::get_if<RelayBoard>(&settings.board)) {
        return relays->sensor && relays->sensor->beam;
    }
    using Verdict = ControllerBoard::Verdict;
    const auto& results = std::get<ControllerBoard>(settings.board).results;
    const auto tells = [&](Verdict verdict) {
        return std::ranges::find(results, verdict, &ControllerBoard::ResultCode::verdict) != results.end();
    };
    return tells(Verdict::dropped) && tells(Verdict::failed);
}

std::vector<std::string> problems(const Settings& settings) {
    Check check(settings.line);
    check_line(settings.line, check);
    if (const auto* relays = std::get_if<RelayBoard>(&settings.board)) {
        check_relays(*relays, check);
    } else {
        check_controller(std::get<ControllerBoard>(settings.board), check);
    }
    if (settings.keypad) {
        check_keypad(*settings.keypad, check);
    }
    std::set<std::string> codes;
    for (const FaultInput& fault : settings.faults) {
        check_fault(fault, check);
        check.must(codes.insert(fault.code).second, fmt::format("faults: {} stands twice", fault.code));
    }
    check.between(settings.poll, 20ms, 5s, "poll");
    return std::move(check).take();
}

}  // namespace qrvend::modbus
