#pragma once
// Many points, few reads: bits and registers that stand next to each other come in one request.

#include <vector>

#include "drivers/modbus/mechanism.hpp"
#include "drivers/modbus/request.hpp"

namespace qrvend::modbus {

/// The reads that bring all of `points`, and nothing else: boards refuse to read what they do not have.
std::vector<Request> reads_of(std::vector<Point> points);

/// Enters what `read` brought. False where the answer does not fit.
bool enter(const Request& read, const Words& words, Values& values);

}  // namespace qrvend::modbus
