#include <boost/asio/signal_set.hpp>
#include <charconv>
#include <csignal>
#include <iostream>
#include <optional>
#include <utility>

#include "app/commands.hpp"
#include "app/sandbox_host.hpp"
#include "drivers/system/log.hpp"

namespace qrvend::app {

namespace asio = boost::asio;

namespace {

// "127.0.0.1:8080" or "[::1]:8080".
std::optional<std::pair<std::string, std::uint16_t>> parse_listen(const std::string& text) {
    const std::size_t colon = text.rfind(':');
    if (colon == std::string::npos || colon == 0) {
        return std::nullopt;
    }
    std::string address = text.substr(0, colon);
    if (address.front() == '[' && address.back() == ']') {
        address = address.substr(1, address.size() - 2);
    }
    std::uint16_t port = 0;
    const char* end = text.data() + text.size();
    const auto [stopped, error] = std::from_chars(text.data() + colon + 1, end, port);
    if (error != std::errc{} || stopped != end) {
        return std::nullopt;
    }
    return std::pair{std::move(address), port};
}

}  // namespace

int sandbox(const SandboxOptions& options) {
    auto listen = parse_listen(options.listen);
    if (!listen) {
        std::cerr << "qrvend sandbox: --listen " << options.listen
                  << ": not an address; allowed is ADDRESS:PORT, such as 127.0.0.1:8080 or [::1]:0\n";
        return exit_failed;
    }
    asio::io_context io;
    StderrLog log;
    vipps::sandbox::Settings settings;
    settings.public_url = options.public_url;
    settings.plain_http_webhooks = true;
    const std::string address = listen->first.contains(':') ? "[" + listen->first + "]" : listen->first;
    SandboxHost host(io, std::move(settings), address, {.address = listen->first, .port = listen->second}, log);
    std::cout << "base_url: " << host.sandbox().settings().public_url << '\n'
              << credentials_of(host.sandbox().settings()) << std::flush;
    asio::signal_set signals(io, SIGTERM, SIGINT);
    signals.async_wait([&](boost::system::error_code, int) { io.stop(); });
    io.run();
    return 0;
}

}  // namespace qrvend::app
