#pragma once
// What the inputs of a board say about doors, temperatures and the like: pure.

#include <vector>

#include "drivers/modbus/mechanism.hpp"
#include "drivers/modbus/settings.hpp"

namespace qrvend::modbus {

/// The faults that `values` show. A point that was not read shows none.
std::vector<MachineFault> faults_of(const std::vector<FaultInput>& inputs, const Values& values);

}  // namespace qrvend::modbus
