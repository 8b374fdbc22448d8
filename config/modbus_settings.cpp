// What the keys of section_modbus.cpp become, and what must fit together.

#include <fmt/format.h>

#include <algorithm>
#include <string>

#include "config/sections.hpp"

namespace qrvend::config {

namespace {

using modbus::ControllerBoard;
using modbus::DropSensor;
using modbus::RelayBoard;
using modbus::Table;

std::uint16_t word(const Record& record, std::string_view name) {
    return static_cast<std::uint16_t>(record.integer(name).value());
}

std::uint8_t unit(const Record& record) {
    return static_cast<std::uint8_t>(record.integer("unit").value());
}

milliseconds time(const Record& record, std::string_view name) {
    return milliseconds(record.integer(name).value());
}

Slot slot(const Record& record) {
    return Slot{word(record, "slot")};
}

Table table(const Record& record, std::string_view name = "table") {
    const std::string text = record.text(name).value();
    if (text == "coils") {
        return Table::coils;
    }
    if (text == "discrete_inputs") {
        return Table::discrete_inputs;
    }
    return text == "holding_registers" ? Table::holding_registers : Table::input_registers;
}

modbus::Point point(const Record& record) {
    return {.unit = unit(record), .table = table(record), .address = word(record, "address")};
}

modbus::Line line(const Record& record) {
    modbus::Line line{.way = modbus::Tcp{},
                      .response_timeout = time(record, "response_timeout_ms"),
                      .byte_timeout = time(record, "byte_timeout_ms"),
                      .gap = time(record, "gap_ms")};
    if (const Record* const rtu = record.section("rtu"); rtu != nullptr) {
        const std::string parity = rtu->text("parity").value();
        line.way = modbus::Rtu{.device = rtu->text("device").value(),
                               .baud = static_cast<int>(rtu->integer("baud").value()),
                               .parity = parity == "even"  ? modbus::Parity::even
                                         : parity == "odd" ? modbus::Parity::odd
                                                           : modbus::Parity::none,
                               .stop_bits = static_cast<int>(rtu->integer("stop_bits").value()),
                               .rs485 = rtu->boolean("rs485").value()};
    } else {
        const Record& tcp = *record.section("tcp");
        line.way = modbus::Tcp{.host = tcp.text("host").value(), .port = word(tcp, "port")};
    }
    return line;
}

DropSensor sensor(const Record& record) {
    DropSensor sensor{.kind = record.text("kind") == "latch" ? DropSensor::Kind::latch : DropSensor::Kind::counter,
                      .value = point(record),
                      .latched_when = record.boolean("latched_when").value(),
                      .drop_wait = seconds(record.integer("drop_wait_s").value())};
    if (const Record* const clear = record.section("clear"); clear != nullptr) {
        sensor.clear = modbus::Command{.unit = unit(*clear),
                                       .is_coil = clear->text("function") == "coil",
                                       .address = word(*clear, "address"),
                                       .value = word(*clear, "value")};
    }
    if (const Record* const beam = record.section("beam"); beam != nullptr) {
        sensor.beam = point(*beam);
        sensor.blocked_when = beam->boolean("blocked_when").value();
    }
    return sensor;
}

RelayBoard relay_board(const Record& record) {
    const std::string by = record.text("by").value();
    RelayBoard board{.by = by == "flash"  ? RelayBoard::By::flash
                           : by == "coil" ? RelayBoard::By::coil
                                          : RelayBoard::By::register_pair,
                     .pulse = time(record, "pulse_ms"),
                     .flash_offset = word(record, "flash_offset"),
                     .flash_unit = time(record, "flash_unit_ms"),
                     .on_value = word(record, "on_value"),
                     .off_value = word(record, "off_value"),
                     .relays = {}};
    for (const Record& relay : record.sections("slots")) {
        board.relays.push_back({.slot = slot(relay), .unit = unit(relay), .address = word(relay, "address")});
    }
    if (const Record* const drop_sensor = record.section("drop_sensor"); drop_sensor != nullptr) {
        board.sensor = sensor(*drop_sensor);
    }
    return board;
}

ControllerBoard::Meaning meaning(const std::string& text) {
    using Meaning = ControllerBoard::Meaning;
    if (text == "idle") {
        return Meaning::idle;
    }
    if (text == "running") {
        return Meaning::running;
    }
    if (text == "done") {
        return Meaning::done;
    }
    return text == "blocked" ? Meaning::blocked : Meaning::fault;
}

ControllerBoard::Verdict verdict(const std::string& text) {
    using Verdict = ControllerBoard::Verdict;
    if (text == "dropped") {
        return Verdict::dropped;
    }
    return text == "failed" ? Verdict::failed : Verdict::unclear;
}

ControllerBoard controller_board(const Record& record) {
    ControllerBoard board{.unit = unit(record),
                          .selection_address = word(record, "selection_address"),
                          .sequence_address = word(record, "sequence_address"),
                          .status_table = table(record, "status_table"),
                          .echo_address = word(record, "echo_address"),
                          .state_address = word(record, "state_address"),
                          .result_address = word(record, "result_address"),
                          .states = {},
                          .results = {},
                          .accept_wait = time(record, "accept_ms"),
                          .vend_limit = seconds(record.integer("vend_limit_s").value())};
    for (const Record& state : record.sections("states")) {
        board.states.push_back({.value = word(state, "value"),
                                .meaning = meaning(state.text("meaning").value()),
                                .detail = state.text("detail").value_or("")});
    }
    for (const Record& result : record.sections("results")) {
        board.results.push_back({.value = word(result, "value"),
                                 .verdict = verdict(result.text("meaning").value()),
                                 .detail = result.text("detail").value_or("")});
    }
    for (const Record& column : record.sections("slots")) {
        board.columns.push_back({.slot = slot(column), .selection = word(column, "selection")});
    }
    return board;
}

modbus::Keypad keypad(const Record& record) {
    modbus::Keypad keypad{
        .kind = record.text("kind") == "fifo" ? modbus::Keypad::Kind::fifo : modbus::Keypad::Kind::held,
        .point = point(record),
        .idle_value = word(record, "idle_value"),
        .acknowledge = record.boolean("acknowledge").value(),
        .digits = word(record, "digits"),
        .zero_key = word(record, "zero_key")};
    if (record.integer("cancel_value")) {
        keypad.cancel_value = word(record, "cancel_value");
    }
    for (const Record& selection : record.sections("selections")) {
        keypad.entries.push_back({.value = word(selection, "value"), .slot = slot(selection)});
    }
    return keypad;
}

modbus::FaultInput fault(const Record& record) {
    return {.code = record.text("code").value(),
            .detail = record.text("detail").value(),
            .point = point(record),
            .faulty_when = record.boolean("faulty_when").value(),
            .minimum = static_cast<std::int32_t>(record.integer("minimum").value()),
            .maximum = static_cast<std::int32_t>(record.integer("maximum").value()),
            .scale = static_cast<std::int32_t>(record.integer("scale").value()),
            .is_signed = record.boolean("signed").value()};
}

/// Whether every value of `record` that stands in the file, or must, was read.
bool is_whole(const Record& record, const Section& section) {
    return std::ranges::all_of(section.keys, [&](const Key& key) {
        switch (key.type) {
            case Key::Type::integer:
                return record.integer(key.name).has_value() || (!key.required && !record.given(key.name));
            case Key::Type::boolean:
                return record.boolean(key.name).has_value();
            case Key::Type::section: {
                const Record* const part = record.section(key.name);
                return part != nullptr ? is_whole(*part, *key.section) : !record.given(key.name);
            }
            case Key::Type::sections:
                return (!record.given(key.name) || !record.sections(key.name).empty()) &&
                       std::ranges::all_of(record.sections(key.name),
                                           [&](const Record& entry) { return is_whole(entry, *key.section); });
            default:
                return record.text(key.name).has_value() || (!key.required && !record.given(key.name));
        }
    });
}

/// One of two sections, and not both.
bool check_either(const Record& modbus, std::string_view one, std::string_view other, Problems& problems) {
    if (modbus.given(one) != modbus.given(other)) {
        return true;
    }
    problems.error(modbus.given(one) ? modbus.place(other) : modbus.place(),
                   fmt::format("found {} of \"{}\" and \"{}\"", modbus.given(one) ? "both" : "none", one, other),
                   "allowed is one of the two");
    return false;
}

void check_slots(const Record& root, const Record& modbus, Problems& problems) {
    const Record* const relays = modbus.section("relays");
    const Record* const board = relays != nullptr ? relays : modbus.section("controller");
    if (board == nullptr || board->sections("slots").empty()) {
        return;
    }
    for (const Record& product : root.sections("products")) {
        const auto number = product.integer("slot");
        const auto is_this = [&](const Record& entry) { return entry.integer("slot") == number; };
        if (number && std::ranges::none_of(board->sections("slots"), is_this)) {
            problems.error(product.place("slot"), fmt::format("found {}, which no motor belongs to", *number),
                           fmt::format("allowed is a slot of {}", board->place("slots").path));
        }
    }
}

void check_refunds(const Record& root, const Record& modbus, Problems& problems) {
    const Record* const relays = modbus.section("relays");
    const Record* const payment = root.section("payment");
    if (relays != nullptr && !relays->given("drop_sensor") && payment != nullptr &&
        payment->text("unknown_vend") == "refund") {
        problems.warning(
            payment->place("unknown_vend"),
            "found \"refund\" with relays that no drop sensor watches: every customer gets the product "
            "and the money",
            R"(allowed is also "charge", or "attention"; best is a drop sensor)");
    }
}

}  // namespace

void check_modbus(const Record& root, const Record& modbus, Problems& problems) {
    const bool one_line = check_either(modbus, "rtu", "tcp", problems);
    const bool one_board = check_either(modbus, "relays", "controller", problems);
    check_slots(root, modbus, problems);
    check_refunds(root, modbus, problems);
    if (!one_line || !one_board || !is_whole(modbus, modbus_section())) {
        return;
    }
    for (const std::string& sentence : modbus::problems(modbus_settings(modbus))) {
        problems.error(modbus.place(), "found values that do not fit together", sentence);
    }
}

bool modbus_confirms_product(const Record& modbus) {
    return !is_whole(modbus, modbus_section()) || modbus.given("rtu") == modbus.given("tcp") ||
           modbus.given("relays") == modbus.given("controller") ||
           modbus::confirms_product(modbus_settings(modbus));
}

modbus::Settings modbus_settings(const Record& record) {
    modbus::Settings settings{.line = line(record), .board = {}, .poll = time(record, "poll_ms")};
    if (const Record* const relays = record.section("relays"); relays != nullptr) {
        settings.board = relay_board(*relays);
    } else {
        settings.board = controller_board(*record.section("controller"));
    }
    if (const Record* const keys = record.section("keypad"); keys != nullptr) {
        settings.keypad = keypad(*keys);
    }
    for (const Record& input : record.sections("faults")) {
        settings.faults.push_back(fault(input));
    }
    return settings;
}

}  // namespace qrvend::config
