#pragma once
// A payment system's sandbox on a TCP port, with the webhooks that it sends: what `qrvend sandbox` runs, and what
// the demo runs beside its kiosk.

#include <boost/asio/io_context.hpp>
#include <memory>
#include <string>

#include "controller/ports/log.hpp"
#include "drivers/http/client.hpp"
#include "drivers/http/server.hpp"
#include "drivers/system/clock.hpp"
#include "drivers/system/random.hpp"
#include "drivers/vipps/sandbox/host.hpp"
#include "drivers/vipps/sandbox/sandbox.hpp"

namespace qrvend::app {

class SandboxHost {
public:
    /// Listens from here on. An empty `settings.public_url` becomes http://PUBLIC_ADDRESS:PORT with the port that
    /// was taken. Throws std::runtime_error where the port cannot be had. `io` and `log` must outlive the host.
    SandboxHost(boost::asio::io_context& io, vipps::sandbox::Settings settings, const std::string& public_address,
                http::ServerOptions options, Log& log);

    vipps::sandbox::Sandbox& sandbox() { return sandbox_; }
    http::CurlClient& transport() { return transport_; }
    std::uint16_t port() const { return server_->port(); }
    Stamp now() const { return clock_.now(); }

private:
    SystemClock clock_;
    SystemRandom random_;
    vipps::sandbox::Sandbox sandbox_;
    http::CurlClient transport_;
    vipps::sandbox::Host traffic_;
    std::unique_ptr<http::Server> server_;
};

/// What a client must be told to use the sandbox, as lines of `name: value`.
std::string credentials_of(const vipps::sandbox::Settings& settings);

}  // namespace qrvend::app
