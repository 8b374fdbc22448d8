#include <boost/asio/co_spawn.hpp>
#include <boost/asio/signal_set.hpp>
#include <csignal>
#include <exception>
#include <iostream>

#include "app/commands.hpp"
#include "app/station.hpp"
#include "drivers/system/log.hpp"

namespace qrvend::app {

namespace asio = boost::asio;

int run(const std::filesystem::path& config_file) {
    const auto config = config::load(config_file);
    for (const config::Problem& problem : config ? config->warnings : config.error()) {
        std::cerr << to_string(problem) << '\n';
    }
    if (!config) {
        return exit_failed;
    }
    StderrLog log{{.minimum = config->log_level}};
    asio::io_context io;
    int code = 0;
    try {
        Station station(io, *config, log);
        asio::signal_set signals(io, SIGTERM, SIGINT);
        signals.async_wait([&](boost::system::error_code error, int) {
            if (!error) {
                log.write(LogLevel::notice, "stopping");
                station.stop();
            }
        });
        asio::co_spawn(io, station.run(), [&](const std::exception_ptr& failure, Kiosk::End end) {
            io.stop();
            if (failure) {
                std::rethrow_exception(failure);
            }
            code = end == Kiosk::End::stopped ? 0 : exit_journal_broken;
        });
        io.run();
    } catch (const std::exception& failure) {
        log.write(LogLevel::critical, "qrvend cannot go on", {{"reason", failure.what()}});
        return exit_failed;
    }
    log.write(LogLevel::notice, "stopped", {{"code", std::to_string(code)}});
    return code;
}

}  // namespace qrvend::app
