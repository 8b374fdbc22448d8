#include "app/drivers.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <stdexcept>

#include "drivers/mdb/machine.hpp"
#include "drivers/mdb/qibixx_link.hpp"
#include "drivers/modbus/libmodbus_bus.hpp"
#include "drivers/modbus/machine.hpp"
#include "drivers/simulated/keypad.hpp"
#include "drivers/simulated/machine.hpp"
#include "drivers/vipps/provider.hpp"

namespace qrvend::app {

std::unique_ptr<PaymentProvider> make_provider(const config::Config& config, HttpTransport& transport, Clock& clock,
                                               Log& log, Journal& journal) {
    if (config.payment.provider == "vipps") {
        return std::make_unique<vipps::Provider>(config.payment.vipps, transport, clock, log, journal);
    }
    throw std::invalid_argument("no payment system is called " + config.payment.provider);
}

std::unique_ptr<Machine> make_machine(const config::Config& config, boost::asio::io_context& io, Clock& clock,
                                      Log& log) {
    if (config.machine.driver == "simulated") {
        const config::SimulatedMachineSettings& settings = config.machine.simulated;
        auto machine = std::make_unique<simulated::Machine>(
            clock, simulated::MachineSettings{.own_keypad = settings.own_keypad,
                                              .confirms_product = settings.confirms_product,
                                              .answer_limit = settings.answer_limit,
                                              .vend_time = settings.vend_time,
                                              .record = config.state_directory / "simulated-machine.log"});
        boost::asio::co_spawn(
            io, simulated::obey_keypad(machine.get(), config.state_directory / "simulated-keypad", &log),
            boost::asio::detached);
        return machine;
    }
    if (config.machine.driver == "modbus") {
        const modbus::Settings& settings = config.machine.modbus.value();
        return std::make_unique<modbus::Machine>(
            io, clock, log, std::make_unique<modbus::LibmodbusBus>(io, settings.line), settings);
    }
    if (config.machine.driver == "mdb") {
        const mdb::Settings& settings = config.machine.mdb.value();
        return std::make_unique<mdb::Machine>(settings, std::make_unique<mdb::QibixxLink>(io, clock, settings),
                                              clock, log);
    }
    throw std::invalid_argument("no machine driver is called " + config.machine.driver);
}

std::string account_of(const config::Config& config) {
    return config.payment.vipps.merchant_serial_number;
}

std::string callback_url_of(const config::Config& config) {
    return config.payment.vipps.webhook_url;
}

}  // namespace qrvend::app
