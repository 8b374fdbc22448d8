#pragma once
// A small HTTP/1.1 server on the event loop (RFC 9110, 9112): whole requests in, whole answers out, keep-alive.
//
// For callbacks of payment systems behind a reverse proxy, for the service page and for sandboxes. It trusts
// nobody: every phase of a connection has a deadline, everything received a limit.

#include <boost/asio/io_context.hpp>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "controller/ports/http.hpp"
#include "controller/ports/log.hpp"

namespace qrvend::http {

struct ServerOptions {
    std::string address = "127.0.0.1";  ///< an IPv4 or IPv6 address of this computer, no name
    std::uint16_t port = 0;             ///< 0: the kernel chooses
    std::size_t max_body_bytes = 256UL * 1024;
    std::size_t max_header_bytes = 16UL * 1024;  ///< request line and all headers
    std::size_t max_connections = 64;     ///< at the limit the longest idle one makes room, else newcomers wait
    milliseconds header_timeout{10'000};  ///< from a request's first byte to the end of its headers
    milliseconds body_timeout{10'000};    ///< from the end of the headers to the end of the body
    milliseconds idle_timeout{60'000};    ///< without a request
    milliseconds write_timeout{10'000};   ///< for the whole answer
    std::size_t max_requests_per_connection = 1000;
};

class Server {
public:
    /// Listens from here on. Throws std::runtime_error with address, port and reason where that fails. `io` and
    /// `log` must outlive the server. A handler's exception is answered with 500 and logged.
    Server(boost::asio::io_context& io, ServerOptions options, HttpHandler handler, Log& log);

    /// Ends all connections, also those with a handler at work (it is cancelled). No handler is called afterwards.
    ~Server();

    Server(const Server&) = delete;
    Server& operator=(const Server&) = delete;

    /// The port listened on.
    std::uint16_t port() const;

    /// Accepts no more, closes idle connections, and each other one after its present answer.
    void stop();

private:
    class Listener;
    std::shared_ptr<Listener> listener_;
};

}  // namespace qrvend::http
