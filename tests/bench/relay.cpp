#include "tests/bench/relay.hpp"

#include <array>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <memory>
#include <string_view>
#include <utility>

namespace qrvend::bench {

namespace asio = boost::asio;
using asio::ip::tcp;

namespace {

constexpr std::size_t piece_bytes = 64UL * 1024;

tcp::endpoint on_loopback(std::uint16_t port) {
    return {asio::ip::address_v4::loopback(), port};
}

}  // namespace

Relay::Relay(std::string marker)
    : marker_(std::move(marker)), acceptor_(io_, on_loopback(0)), port_(acceptor_.local_endpoint().port()) {
    asio::co_spawn(io_, accept(), asio::detached);
    thread_ = std::thread{[this] { io_.run(); }};
}

Relay::~Relay() {
    io_.stop();
    thread_.join();
}

asio::awaitable<void> Relay::accept() {
    while (true) {
        Socket socket = co_await acceptor_.async_accept(asio::use_awaitable);
        asio::co_spawn(io_, connect(std::move(socket)), asio::detached);
    }
}

asio::awaitable<void> Relay::connect(Socket from) {
    auto near = std::make_shared<Socket>(std::move(from));
    auto far = std::make_shared<Socket>(io_);
    co_await far->async_connect(on_loopback(target_), asio::use_awaitable);
    for (const auto& socket : {near, far}) {
        socket->set_option(tcp::no_delay(true));
    }
    asio::co_spawn(io_, pass_on(near, far), asio::detached);
    asio::co_spawn(io_, pass_on(far, near), asio::detached);
}

// Until one side ends; a half-open connection is of no use to HTTP.
asio::awaitable<void> Relay::pass_on(std::shared_ptr<Socket> from, std::shared_ptr<Socket> to) {
    auto bytes = std::make_unique<std::array<char, piece_bytes>>();
    boost::system::error_code ended;
    while (!ended) {
        const std::size_t count =
            co_await from->async_read_some(asio::buffer(*bytes), asio::redirect_error(asio::use_awaitable, ended));
        if (std::string_view(bytes->data(), count).contains(marker_)) {
            passed_at_ = Steady::now().time_since_epoch().count();
        }
        if (!ended) {
            co_await asio::async_write(*to, asio::buffer(bytes->data(), count),
                                       asio::redirect_error(asio::use_awaitable, ended));
        }
    }
    boost::system::error_code ignored;
    from->close(ignored);
    to->close(ignored);
}

}  // namespace qrvend::bench
