#pragma once
// A named pipe through which engineers and tests put their hands on a simulated machine that runs in a daemon:
//
//     echo 12 > STATE_DIRECTORY/simulated-keypad
//
// One command a line: a slot's number presses it; `back` is the coin-return lever; `works`, `jams`, `quiet` and
// `gone` set what the mechanism does with the next vends; `fault CODE` and `clear CODE` raise and clear a fault.

#include <boost/asio/awaitable.hpp>
#include <filesystem>

#include "controller/ports/log.hpp"
#include "drivers/simulated/machine.hpp"

namespace qrvend::simulated {

/// Makes the pipe (readable and writable by its owner only) and obeys it for ever. `machine` and `log` must outlive
/// the coroutine. A pipe that cannot be made is logged, and the machine goes without.
boost::asio::awaitable<void> obey_keypad(Machine* machine, std::filesystem::path pipe, Log* log);

/// Does what one line says; false where it says nothing that is known.
bool obey(Machine& machine, const std::string& line);

}  // namespace qrvend::simulated
