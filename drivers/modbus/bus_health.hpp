#pragma once
// Whether the boards answer, as the rounds of looks go: pure. One lost answer is nothing; a line that cannot be
// opened, a board that stays silent or refuses what it is asked, is a fault that stands until a round is answered.

#include <optional>

#include "controller/base/result.hpp"
#include "controller/ports/machine.hpp"

namespace qrvend::modbus {

class BusHealth {
public:
    /// So many rounds on end without an answer are a fault.
    static constexpr int most_lost = 3;

    void answered();
    void lost(const Failure& failure);

    /// Nothing while all is well. Before the first round it is "starting".
    const std::optional<MachineFault>& fault() const { return fault_; }

private:
    int lost_ = 0;
    std::optional<MachineFault> fault_{MachineFault{.code = "starting", .detail = "the boards were not asked yet"}};
};

}  // namespace qrvend::modbus
