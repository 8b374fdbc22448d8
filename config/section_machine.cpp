#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "config/sections.hpp"

namespace qrvend::config {

namespace {

const Section& simulated_section() {
    static const Section section{
        .about = "A machine in memory, for tries without hardware.",
        .keys =
            {
                {.name = "own_keypad",
                 .type = Key::Type::boolean,
                 .about = "Customers choose on the machine instead of on the screen.",
                 .example = "false",
                 .otherwise = "false"},
                {.name = "confirms_product",
                 .type = Key::Type::boolean,
                 .about = "The machine has a drop sensor, so it can tell whether the product dropped.",
                 .example = "true",
                 .otherwise = "true"},
                {.name = "answer_limit_s",
                 .type = Key::Type::integer,
                 .about = "How long the machine waits for an answer to a selection. Absent: as long as it takes. "
                          "The code "
                          "disappears 30 s before.",
                 .example = "180",
                 .minimum = 60,
                 .maximum = 3600},
                {.name = "vend_ms",
                 .type = Key::Type::integer,
                 .about = "The time from the command until the product drops.",
                 .example = "2000",
                 .otherwise = "2000",
                 .minimum = 0,
                 .maximum = 60'000},
            },
    };
    return section;
}

void check_simulated(const Record&, const Record&, Problems&) {}

bool simulated_confirms_product(const Record& simulated) {
    return simulated.boolean("confirms_product").value_or(true);
}

SimulatedMachineSettings simulated_settings(const Record& machine) {
    const Record& simulated = *machine.section("simulated");
    SimulatedMachineSettings settings{.own_keypad = simulated.boolean("own_keypad").value(),
                                      .confirms_product = simulated.boolean("confirms_product").value(),
                                      .vend_time = milliseconds(simulated.integer("vend_ms").value())};
    if (const auto limit = simulated.integer("answer_limit_s")) {
        settings.answer_limit = seconds(*limit);
    }
    return settings;
}

/// The ways to reach a machine, one line each. A driver's keys stand in a section of its own name, which may be
/// left out where all of them have defaults.
struct Driver {
    std::string_view name;
    const Section& (*section)();
    std::string_view otherwise;
    void (*check)(const Record& root, const Record& own, Problems& problems);
    bool (*confirms_product)(const Record& own);
};

constexpr std::array drivers{
    Driver{.name = "simulated",
           .section = simulated_section,
           .otherwise = "{}",
           .check = check_simulated,
           .confirms_product = simulated_confirms_product},
    Driver{.name = "modbus",
           .section = modbus_section,
           .otherwise = {},
           .check = check_modbus,
           .confirms_product = modbus_confirms_product},
    Driver{.name = "mdb",
           .section = mdb_section,
           .otherwise = {},
           .check = check_mdb,
           .confirms_product = mdb_confirms_product},
};

const Driver* driver_of(const Record& machine) {
    const auto name = machine.text("driver");
    const auto* const driver = name ? std::ranges::find(drivers, *name, &Driver::name) : drivers.end();
    return driver == drivers.end() ? nullptr : driver;
}

Section make_machine_section() {
    Section section{.about = "How the vending mechanism is reached.",
                    .keys = {{.name = "driver",
                              .type = Key::Type::text,
                              .about = "The kind of connection; its settings stand in a section of the same name.",
                              .example = R"("simulated")",
                              .required = true}}};
    for (const Driver& driver : drivers) {
        section.keys.front().choices.push_back(driver.name);
        section.keys.push_back({.name = driver.name,
                                .type = Key::Type::section,
                                .about = driver.section().about,
                                .otherwise = driver.otherwise,
                                .section = &driver.section()});
    }
    return section;
}

}  // namespace

const Section& machine_section() {
    static const Section section = make_machine_section();
    return section;
}

bool machine_confirms_product(const Record& root) {
    const Record* const machine = root.section("machine");
    const Driver* const driver = machine == nullptr ? nullptr : driver_of(*machine);
    const Record* const own = driver == nullptr ? nullptr : machine->section(driver->name);
    return own == nullptr || driver->confirms_product(*own);
}

void check_machine(const Record& root, Problems& problems) {
    const Record* const machine = root.section("machine");
    const Driver* const driver = machine == nullptr ? nullptr : driver_of(*machine);
    if (driver == nullptr) {
        return;
    }
    if (const Record* const own = machine->section(driver->name); own != nullptr) {
        driver->check(root, *own, problems);
    } else if (!machine->given(driver->name)) {
        problems.error(machine->place(driver->name), "missing",
                       fmt::format("required is an object {{...}}, because the driver is \"{}\"", driver->name));
    }
}

MachineSettings machine_settings(const Record& root) {
    const Record& machine = *root.section("machine");
    MachineSettings settings{.driver = machine.text("driver").value(),
                             .simulated = simulated_settings(machine),
                             .modbus = {},
                             .mdb = {}};
    if (settings.driver == "modbus") {
        settings.modbus = modbus_settings(*machine.section("modbus"));
    }
    if (settings.driver == "mdb") {
        settings.mdb = mdb_settings(root, *machine.section("mdb"));
    }
    return settings;
}

}  // namespace qrvend::config
