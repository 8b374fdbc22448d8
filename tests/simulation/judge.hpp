#pragma once
// Did money and goods agree? Judged by what the payment system took and returned, what the machine dropped, and
// what the customers did. The journal is read for one thing only: which sales are closed, and which were listed for
// a technician, and why.

#include <vector>

#include "tests/simulation/run.hpp"
#include "tests/simulation/violation.hpp"
#include "tests/simulation/world.hpp"

namespace qrvend::simulation {

struct Verdict {
    Tally tally;
    std::vector<Violation> violations;
};

/// Of a world in which everything had its time to end. `last` is the customer who came in the calm.
Verdict judge(World& world, CustomerNo last);

}  // namespace qrvend::simulation
