#include "drivers/http/server.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/system/system_error.hpp>
#include <exception>
#include <set>
#include <stdexcept>
#include <utility>

#include "drivers/http/connection.hpp"

namespace qrvend::http {

namespace {

namespace asio = boost::asio;
using asio::awaitable;
using asio::ip::tcp;
using boost::system::error_code;

constexpr auto no_throw = asio::as_tuple(asio::use_awaitable);

// Out of descriptors or memory: connections that end will free some, and trying at once again would only spin.
constexpr milliseconds pause_after_failed_accept{100};

tcp::acceptor listen(asio::io_context& io, const ServerOptions& options) {
    if (options.max_connections == 0) {
        throw std::invalid_argument("a server needs room for a connection");
    }
    try {
        const tcp::endpoint endpoint(asio::ip::make_address(options.address), options.port);
        return {io, endpoint};  // sets SO_REUSEADDR, so that a restart need not wait for old connections
    } catch (const boost::system::system_error& error) {
        throw std::runtime_error(fmt::format("cannot listen on address '{}', port {}: {}", options.address,
                                             options.port, error.code().message()));
    }
}

}  // namespace

class Server::Listener : public std::enable_shared_from_this<Listener> {
public:
    Listener(asio::io_context& io, ServerOptions options, HttpHandler handler, Log& log)
        : acceptor_(listen(io, options)),
          timer_(io),
          port_(acceptor_.local_endpoint().port()),
          shared_(new ServerShared{.options = std::move(options), .handler = std::move(handler), .log = log}) {}

    std::uint16_t port() const { return port_; }

    static awaitable<void> accept_all(std::shared_ptr<Listener> self) {
        while (!self->shared_->stopping) {
            auto [error, socket] = co_await self->acceptor_.async_accept(no_throw);
            if (!error) {
                co_await self->wait_for_room();
                self->begin(std::move(socket));
            } else if (error != asio::error::operation_aborted) {
                self->timer_.expires_after(pause_after_failed_accept);
                co_await self->timer_.async_wait(no_throw);
            }
        }
    }

    void stop() {
        shared_->stopping = true;
        error_code ignored;
        acceptor_.close(ignored);
        timer_.cancel();
        for (const auto& connection : std::set(connections_)) {
            if (connection->idle_since()) {
                connection->abort();
            }
        }
    }

    void abort() {
        stop();
        for (const auto& connection : std::set(connections_)) {
            connection->abort();
        }
    }

private:
    bool is_full() const { return connections_.size() >= shared_->options.max_connections; }

    void begin(tcp::socket socket) {
        if (shared_->stopping) {
            return;
        }
        error_code ignored;
        socket.set_option(tcp::no_delay(true), ignored);
        const auto connection = std::make_shared<Connection>(std::move(socket), shared_);
        connections_.insert(connection);
        asio::co_spawn(acceptor_.get_executor(), Connection::serve(connection),
                       asio::bind_cancellation_slot(
                           connection->slot(), [weak = weak_from_this(), connection](std::exception_ptr error) {
                               if (const auto self = weak.lock()) {
                                   self->end(connection, error);
                               }
                           }));
    }

    // A connection that was aborted unwinds by an exception, and so does one for which there was no memory.
    void end(const std::shared_ptr<Connection>& connection, const std::exception_ptr& error) {
        connections_.erase(connection);
        timer_.cancel();
        if (error && !connection->is_aborted()) {
            std::rethrow_exception(error);
        }
    }

    // For one that has connected already. The longest idle connection makes room; where all are busy, the next one
    // to finish its answer does.
    awaitable<void> wait_for_room() {
        while (is_full() && !shared_->stopping) {
            end_longest_idle();
            shared_->full = true;
            timer_.expires_at(asio::steady_timer::time_point::max());
            co_await timer_.async_wait(no_throw);
        }
        shared_->full = false;
    }

    void end_longest_idle() {
        const auto longest = std::ranges::min_element(connections_, {}, [](const auto& connection) {
            return connection->idle_since().value_or(std::chrono::steady_clock::time_point::max());
        });
        if ((*longest)->idle_since()) {
            (*longest)->abort();
        }
    }

    tcp::acceptor acceptor_;
    asio::steady_timer timer_;
    std::uint16_t port_;
    std::shared_ptr<ServerShared> shared_;
    std::set<std::shared_ptr<Connection>> connections_;
};

Server::Server(asio::io_context& io, ServerOptions options, HttpHandler handler, Log& log)
    : listener_(std::make_shared<Listener>(io, std::move(options), std::move(handler), log)) {
    asio::co_spawn(io, Listener::accept_all(listener_), [](std::exception_ptr error) {
        if (error) {
            std::rethrow_exception(error);
        }
    });
}

Server::~Server() {
    listener_->abort();
}

std::uint16_t Server::port() const {
    return listener_->port();
}

void Server::stop() {
    listener_->stop();
}

}  // namespace qrvend::http
