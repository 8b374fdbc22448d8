#include "app/sandbox_host.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <utility>

namespace qrvend::app {

SandboxHost::SandboxHost(boost::asio::io_context& io, vipps::sandbox::Settings settings,
                         const std::string& public_address, http::ServerOptions options, Log& log)
    : clock_(io), sandbox_(std::move(settings), random_), transport_(io), traffic_(sandbox_, transport_, clock_) {
    server_ = std::make_unique<http::Server>(io, std::move(options), traffic_.handler(), log);
    std::string& public_url = sandbox_.settings().public_url;
    if (public_url.empty()) {
        public_url = "http://" + public_address + ":" + std::to_string(server_->port());
    }
    boost::asio::co_spawn(io, traffic_.run_webhooks(), boost::asio::detached);
}

std::string credentials_of(const vipps::sandbox::Settings& settings) {
    return "merchant_serial_number: " + settings.merchant_serial_number + "\nclient_id: " + settings.client_id +
           "\nclient_secret: " + settings.client_secret + "\nsubscription_key: " + settings.subscription_key + "\n";
}

}  // namespace qrvend::app
