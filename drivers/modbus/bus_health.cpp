#include "drivers/modbus/bus_health.hpp"

#include <utility>

namespace qrvend::modbus {

namespace {

MachineFault fault_for(const Failure& failure) {
    switch (failure.world) {
        case World::unsent:
            return {.code = failure.code, .detail = failure.detail};
        case World::refused:
            return {.code = "board_refuses",
                    .detail = "a board refuses what it is asked (" + failure.code +
                              "): correct the addresses and functions in the config"};
        case World::unknown:
            break;
    }
    if (failure.code == "garbled") {
        return {.code = "board_garbled",
                .detail =
                    "answers come mutilated or from another board: look at the baud rate, the parity, the "
                    "addresses and the wires (" +
                    failure.detail + ")"};
    }
    return {
        .code = "board_silent",
        .detail = "a board does not answer: look at its power, its address and the wires (" + failure.detail + ")"};
}

}  // namespace

void BusHealth::answered() {
    lost_ = 0;
    fault_.reset();
}

void BusHealth::lost(const Failure& failure) {
    ++lost_;
    if (fault_ || lost_ >= most_lost || failure.world == World::unsent) {
        fault_ = fault_for(failure);
    }
}

}  // namespace qrvend::modbus
