#pragma once
// One connection of a Server: reads a request, lets the handler answer it, writes the answer, and again.

#include <boost/asio/awaitable.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>

#include "drivers/http/server.hpp"

namespace qrvend::http {

/// What a server and its connections share.
struct ServerShared {
    ServerOptions options;
    HttpHandler handler;
    Log& log;
    bool stopping = false;  ///< the answer that each connection is at is its last
    bool full = false;      ///< somebody waits for room: no connection may become idle
};

class Connection : public std::enable_shared_from_this<Connection> {
public:
    Connection(boost::asio::ip::tcp::socket socket, std::shared_ptr<ServerShared> shared);

    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;

    /// Serves until the connection has ended. `self` keeps it alive meanwhile.
    static boost::asio::awaitable<void> serve(std::shared_ptr<Connection> self);

    /// Ends it now, at whatever it is; its coroutine unwinds.
    void abort();

    boost::asio::cancellation_slot slot() { return signal_.slot(); }
    bool is_aborted() const { return aborted_; }

    /// Since when it waits for a request without having seen any of it; nothing while it is busy.
    std::optional<std::chrono::steady_clock::time_point> idle_since() const { return idle_since_; }

private:
    using Parser = boost::beast::http::request_parser<boost::beast::http::string_body>;

    /// How reading a request ended: whole, with the connection, or with a status to answer in the handler's place.
    struct Reading {
        bool gone = false;
        int error_status = 0;
    };
    enum class After : std::uint8_t { keep, close };

    boost::asio::awaitable<bool> wait_for_request();
    boost::asio::awaitable<After> serve_request(std::size_t count);
    boost::asio::awaitable<Reading> read_request(Parser* parser);
    boost::asio::awaitable<bool> invite_body();
    boost::asio::awaitable<HttpResponse> answer(HttpRequest request);
    boost::asio::awaitable<After> write(HttpResponse response, bool head_only, After after);
    boost::asio::awaitable<void> linger();

    void limit(milliseconds duration);
    void end_limit();
    Reading failed(boost::system::error_code error) const;

    boost::asio::ip::tcp::socket socket_;
    boost::asio::steady_timer timer_;
    std::uint64_t limit_ = 0;
    bool timed_out_ = false;
    bool aborted_ = false;
    std::shared_ptr<ServerShared> shared_;
    boost::beast::flat_buffer buffer_;
    boost::asio::cancellation_signal signal_;
    std::optional<std::chrono::steady_clock::time_point> idle_since_;
};

}  // namespace qrvend::http
