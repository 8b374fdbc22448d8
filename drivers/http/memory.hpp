#pragma once
// HTTP without sockets: requests go to handlers in this process, and only the Clock port moves time, so that a
// simulation can own it. It keeps HttpTransport's promises, and breaks the network on demand.
//
// As over a real network, a handler that was reached goes on when the caller has given up.

#include <boost/asio/awaitable.hpp>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "controller/ports/clock.hpp"
#include "controller/ports/http.hpp"

namespace qrvend::http {

/// What happens to one request and its answer. The default is: nothing.
struct Fault {
    enum class Request : std::uint8_t {
        arrives,
        arrives_twice,  ///< the handler is called again after its first answer; that one counts
        lost,           ///< the handler is never called: unknown("timeout") at the deadline, unless `reply_with`
        refused,        ///< unsent("connect_failed") at once
        unreachable,    ///< unsent("connect_timeout") at the deadline
    };
    enum class Answer : std::uint8_t {
        arrives,
        lost,  ///< unknown("timeout") at the deadline
        cut,   ///< the connection ends in its place: unknown("connection_lost")
    };
    Request request = Request::arrives;
    Answer answer = Answer::arrives;
    milliseconds request_delay{0};  ///< before the handler is called
    milliseconds answer_delay{0};   ///< between the handler's answer and its arrival
    /// Comes in place of the handler's answer: a gateway's. The handler is called all the same, unless the request
    /// is `lost`.
    std::optional<HttpResponse> reply_with{};
};

class MemoryTransport : public HttpTransport {
public:
    /// `clock` must outlive the transport and every request.
    explicit MemoryTransport(Clock& clock) : clock_(clock) {}

    /// Requests to `base_url` (scheme://host or scheme://host:port) go to `handler`, which gets path and query as
    /// `url`, and a Host header where the caller gave none. Without a route: unsent("resolve_failed").
    void route(std::string base_url, HttpHandler handler);

    /// Asked once for each request, before anything else happens to it.
    void set_faults(std::function<Fault(const HttpRequest&)> choose) { choose_fault_ = std::move(choose); }

    /// Cancelled, it throws boost::system::system_error (operation_aborted). An exception of a handler is a
    /// programmer's error and leaves the event loop.
    boost::asio::awaitable<Result<HttpResponse>> send(HttpRequest request, milliseconds deadline) override;

private:
    Clock& clock_;
    std::map<std::string, HttpHandler, std::less<>> routes_;
    std::function<Fault(const HttpRequest&)> choose_fault_;
};

}  // namespace qrvend::http
