#pragma once
// A bus in memory, between the driver and a simulated board, on whatever clock: frames take their time on the wire,
// can be lost or garbled (SimulatedBoard::fate), and the adapter can be unplugged. For the simulation and for
// tests.

#include <memory>

#include "controller/ports/clock.hpp"
#include "drivers/modbus/bus.hpp"
#include "drivers/modbus/simulated_board.hpp"

namespace qrvend::modbus {

/// Survives the driver, as the cable does.
struct MemoryLine {
    SimulatedBoard board;
    milliseconds wire_time{9};  ///< of a frame of 8 bytes at 9600 baud
    milliseconds response_timeout{1000};
    bool plugged = true;
};

class MemoryBus final : public Bus {
public:
    MemoryBus(Clock& clock, MemoryLine& line) : clock_(clock), line_(line) {}

    boost::asio::awaitable<Result<Words>> ask(Request request) override;

private:
    boost::asio::awaitable<Result<Words>> carry(Request request);
    boost::asio::awaitable<Result<Words>> lose(std::string code);

    Clock& clock_;
    MemoryLine& line_;
    bool busy_ = false;
};

}  // namespace qrvend::modbus
