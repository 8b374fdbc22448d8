#pragma once
// HTTP/1.1 over TLS for calls to payment systems: libcurl's multi-socket interface driven by the event loop.
//
// A request leaves at most once: libcurl's own repetition on a kept connection that died is refused (transfer.hpp).
// TLS certificates are always verified; nothing turns that off. Plain http goes to this computer only. Redirects,
// proxies from the environment, cookies, netrc and compression are not used.

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <chrono>
#include <cstddef>
#include <memory>
#include <string>

#include "controller/ports/http.hpp"

namespace qrvend::http {

struct ClientOptions {
    std::size_t max_body_bytes = 1024UL * 1024;  ///< of an answer; more is unknown("too_large")
    std::size_t max_header_bytes = 64UL * 1024;  ///< of an answer, all lines together
    std::size_t max_requests = 64;               ///< in flight; one more is unsent("busy")
    milliseconds connect_timeout{10'000};  ///< name, connection and TLS together, within the request's deadline
    seconds max_idle{110};                 ///< a kept connection idle for longer is not used again
    std::string user_agent = "qrvend/" QRVEND_VERSION;
    std::string ca_file{};  ///< trusted besides the system's certificates (a sandbox's); empty: only the system's
};

class CurlLoop;

class CurlClient : public HttpTransport {
public:
    /// Throws std::runtime_error where libcurl cannot start. The client must die before `io`; requests then in
    /// flight end with the code "stopped".
    explicit CurlClient(boost::asio::io_context& io, ClientOptions options = {});
    ~CurlClient() override;

    CurlClient(const CurlClient&) = delete;
    CurlClient& operator=(const CurlClient&) = delete;

    /// As HttpTransport says. Codes, *unsent*: "insecure_url" (http to another computer), "bad_url", "bad_request"
    /// (a method or header that would break the message), "resolve_failed", "connect_failed", "connect_timeout",
    /// "tls_failed", "busy", "stopped". *unknown*: "timeout", "connection_lost", "too_large", "garbled", "stopped".
    /// Content-Length, Transfer-Encoding, Connection and Expect are the client's own; a caller's are left out.
    /// Cancelled, it throws boost::system::system_error (operation_aborted), and the request may have arrived.
    boost::asio::awaitable<Result<HttpResponse>> send(HttpRequest request, milliseconds deadline) override;

    /// Makes ready a connection to the server of `url` with a HEAD request whose answer does not matter, unless a
    /// request to that server began within the last `max_idle`. For the first button of a customer: the payment
    /// request that follows finds the connection made. Returns at once; wakes nothing later.
    void warm_up(std::string url);

private:
    boost::asio::io_context& io_;
    std::shared_ptr<const ClientOptions> options_;
    std::shared_ptr<CurlLoop> loop_;
};

}  // namespace qrvend::http
