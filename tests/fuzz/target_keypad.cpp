// Lines on the keypad of the simulated machine.

#include <algorithm>

#include "drivers/simulated/clock.hpp"
#include "drivers/simulated/keypad.hpp"
#include "drivers/simulated/machine.hpp"
#include "tests/fuzz/message.hpp"
#include "tests/fuzz/must.hpp"
#include "tests/fuzz/targets.hpp"

namespace qrvend::fuzz {

void keypad(std::string_view bytes) {
    simulated::SimulatedClock clock;
    simulated::Machine machine(clock, {});
    while (!bytes.empty()) {
        const auto [text, rest] = split(bytes, "\n");
        const std::string line(text);
        const std::size_t faults = machine.status().faults.size();
        const bool known = simulated::obey(machine, line);
        must(known || machine.status().faults.size() == faults, "what is not known changes nothing");
        must(!line.starts_with("fault ") || line.size() == 6 || !machine.status().faults.empty(), "a fault stands");
        bytes = rest;
    }
    must(std::ranges::none_of(
             machine.deeds(),
             [](const simulated::Deed& deed) { return deed.what == simulated::Deed::What::commanded; }),
         "nobody commands a vend by the keypad");
}

}  // namespace qrvend::fuzz
