#pragma once
// The line to the boards. One request is under way at a time; the others wait for their turn. Implemented over
// libmodbus (libmodbus_bus.hpp) and in memory (memory_bus.hpp).

#include <boost/asio/awaitable.hpp>

#include "drivers/modbus/request.hpp"

namespace qrvend::modbus {

class Bus {
public:
    virtual ~Bus() = default;

    /// Sends `request` once, and never again. Fails as
    ///   refused  exception_N: the board answered with that exception
    ///   unknown  timeout, garbled, line_lost: it may have had its effect
    ///   unsent   nothing left: busy, or why the line cannot be opened: no_device, no_permission, port_in_use,
    ///            not_a_port, connection_refused, unreachable, cannot_open, not_open
    virtual boost::asio::awaitable<Result<Words>> ask(Request request) = 0;
};

}  // namespace qrvend::modbus
