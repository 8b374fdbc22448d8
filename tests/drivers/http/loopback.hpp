#pragma once
// Both ends of a loopback connection for the tests: an event loop that runs until something has happened, a log
// that remembers, and a server and a client that say exactly the bytes they are told.

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "controller/base/http_message.hpp"
#include "controller/base/result.hpp"
#include "controller/ports/log.hpp"

namespace qrvend::http {

namespace asio = boost::asio;
using asio::awaitable;
using asio::ip::tcp;

/// Runs handlers until `done()`. Throws where the loop runs out of work before that, or half a minute has passed.
void run_until(asio::io_context& io, const std::function<bool()>& done);

template <class T>
T run(asio::io_context& io, awaitable<T> work) {
    std::optional<T> result;
    std::exception_ptr error;
    asio::co_spawn(io, std::move(work), [&](std::exception_ptr failure, T value) {
        error = failure;
        result.emplace(std::move(value));
    });
    run_until(io, [&] { return result.has_value(); });
    if (error) {
        std::rethrow_exception(error);
    }
    return std::move(*result);
}

class RecordingLog : public Log {
public:
    void write(LogLevel level, std::string_view message, std::initializer_list<LogField> fields) override;
    std::vector<std::string> lines;
};

/// Calls `talk` for each connection, with its number from 1 on. The connection ends when `talk` does.
class RawServer {
public:
    using Talk = std::function<awaitable<void>(tcp::socket*, int)>;

    RawServer(asio::io_context& io, Talk talk);
    ~RawServer();
    RawServer(const RawServer&) = delete;
    RawServer& operator=(const RawServer&) = delete;

    std::string url(const std::string& path = "/") const;
    std::uint16_t port() const;
    int connections() const;

private:
    struct State;
    std::shared_ptr<State> state_;
};

/// Reads one request: its head and as much body as Content-Length says. Empty at the end of the connection.
awaitable<std::string> read_message(tcp::socket* socket);

awaitable<void> say(tcp::socket* socket, std::string bytes);

/// Waits until the other side closes, and returns what it said before.
awaitable<std::string> read_to_end(tcp::socket* socket);

/// Connects, says `bytes`, and returns everything that the server says until it closes.
awaitable<std::string> converse(std::uint16_t port, std::string bytes);

}  // namespace qrvend::http
