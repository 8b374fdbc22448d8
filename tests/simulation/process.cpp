#include "tests/simulation/process.hpp"

#include <boost/asio/co_spawn.hpp>
#include <exception>
#include <utility>

namespace qrvend::simulation {

namespace asio = boost::asio;

namespace {

/// What the bug puts in the place of `port`; null where it leaves that alone.
template <class Port, class Plant>
std::unique_ptr<Port> plant(const Bug* bug, Plant Bug::* where, Port& port, const Soil& soil) {
    return bug != nullptr && bug->*where ? (bug->*where)(port, soil) : nullptr;
}

template <class Port>
Port& either(const std::unique_ptr<Port>& planted, Port& real) {
    return planted ? *planted : real;
}

Soil soil_of(const Surroundings& around) {
    return {.outside = around.outside, .system = around.system, .board = around.board, .random = around.random};
}

}  // namespace

Process::Process(const Surroundings& around, asio::io_context& io, KioskSettings settings)
    : memory_(io, around.disk),
      watched_(memory_, around.disk, around.outside, around.rules),
      planted_clock_(plant<Clock>(around.bug, &Bug::clock, around.outside.clock, soil_of(around))),
      clock_(either<Clock>(planted_clock_, around.outside.clock)),
      planted_journal_(plant<Journal>(around.bug, &Bug::journal, watched_, soil_of(around))),
      journal_(either<Journal>(planted_journal_, watched_)),
      line_(around.network.connect()),
      planted_line_(plant(around.bug, &Bug::transport, *line_, soil_of(around))),
      client_(around.system.make_client(either(planted_line_, *line_), clock_, log_, journal_)),
      planted_client_(plant(around.bug, &Bug::provider, *client_, soil_of(around))),
      driver_(around.board, around.outside, around.chooser),
      planted_machine_(plant<Machine>(around.bug, &Bug::machine, driver_, soil_of(around))),
      screen_(around.outside.clock) {
    screen_.on_show(around.onlooker);
    const Ports ports{.clock = clock_,
                      .random = around.random,
                      .journal = journal_,
                      .provider = either(planted_client_, *client_),
                      .machine = either<Machine>(planted_machine_, driver_),
                      .screen = screen_,
                      .log = log_};
    kiosk_ = std::make_unique<Kiosk>(ports, io.get_executor(), std::move(settings));
    asio::co_spawn(io, kiosk_->run(), [this](const std::exception_ptr& error, Kiosk::End end) {
        if (error) {
            std::rethrow_exception(error);
        }
        end_ = end;
    });
}

}  // namespace qrvend::simulation
