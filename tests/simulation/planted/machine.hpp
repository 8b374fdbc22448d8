#pragma once
// Mistakes with the vending mechanism: told twice, told too late, and believed too readily.

#include <memory>

#include "tests/simulation/planted.hpp"

namespace qrvend::simulation::planted {

/// After a restart the vend is commanded, to be on the safe side, instead of asked after.
std::unique_ptr<Machine> vends_again_after_restart(Machine& machine, Soil soil);

/// A vend whose end nobody could tell is commanded once more.
std::unique_ptr<Machine> unknown_vend_commanded_again(Machine& machine, Soil soil);

/// Whatever turns is taken for a product that dropped.
std::unique_ptr<Machine> jam_taken_for_drop(Machine& machine, Soil soil);

/// Not dropped within four seconds is taken for a jam.
std::unique_ptr<Machine> slow_drop_taken_for_jam(Machine& machine, Soil soil);

/// A machine that could not tell how a vend ended is taken for one that said no.
std::unique_ptr<Machine> silence_taken_for_jam(Machine& machine, Soil soil);

/// Nobody listens for a selection that is taken back, nor looks at it before the vend.
std::unique_ptr<Machine> withdrawal_not_heard(Machine& machine, Soil soil);

/// The machine is asked every ten seconds only whether it still waits.
std::unique_ptr<Machine> vends_after_withdrawal(Machine& machine, Soil soil);

}  // namespace qrvend::simulation::planted
