#pragma once
// Opening a serial device: raw, 8 data bits, no parity, no flow control (termios(3)), and ours alone. Each way in
// which that can fail is a fault of its own, which says what to do.

#include <expected>
#include <string>

#include "controller/ports/machine.hpp"

namespace qrvend::mdb {

enum class Baud : std::uint32_t { b9600 = 9600, b115200 = 115200 };

/// The open descriptor, non-blocking; the caller closes it. Codes: no_device, no_permission, port_in_use,
/// not_a_port, cannot_open.
std::expected<int, MachineFault> open_serial(const std::string& device, Baud baud);

/// What became of a device that was open: "unplugged", with the system's reason.
MachineFault lost_serial(const std::string& device, int error);

}  // namespace qrvend::mdb
