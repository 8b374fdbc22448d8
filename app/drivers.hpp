#pragma once
// The register of drivers: one line for each payment system and each machine. Adding a driver is its folder and its
// line in drivers.cpp.

#include <boost/asio/io_context.hpp>
#include <memory>

#include "config/config.hpp"
#include "controller/ports/clock.hpp"
#include "controller/ports/http.hpp"
#include "controller/ports/journal.hpp"
#include "controller/ports/log.hpp"
#include "controller/ports/machine.hpp"
#include "controller/ports/payment_provider.hpp"

namespace qrvend::app {

/// The payment system that the config names. Throws std::invalid_argument for a name or settings that
/// config::load() would have refused.
std::unique_ptr<PaymentProvider> make_provider(const config::Config& config, HttpTransport& transport, Clock& clock,
                                               Log& log, Journal& journal);

/// The machine that the config names, with its keypad (a pipe in the state directory) where it is a simulated one.
/// Throws as make_provider() does. `io`, `clock` and `log` must outlive it.
std::unique_ptr<Machine> make_machine(const config::Config& config, boost::asio::io_context& io, Clock& clock,
                                      Log& log);

/// Whose money the sales are: the merchant serial number or its like.
std::string account_of(const config::Config& config);

/// Where the provider's callbacks are to arrive; empty where polling alone tells what customers did.
std::string callback_url_of(const config::Config& config);

}  // namespace qrvend::app
