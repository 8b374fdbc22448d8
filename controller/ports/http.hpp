#pragma once
// HTTP as the payment systems need it: one whole request, one whole answer, a deadline. The transport never repeats
// a request by itself, follows no redirect, and says of each failure whether the request may have arrived.

#include <boost/asio/awaitable.hpp>
#include <functional>

#include "controller/base/http_message.hpp"
#include "controller/base/result.hpp"
#include "controller/base/time.hpp"

namespace qrvend {

class HttpTransport {
public:
    virtual ~HttpTransport() = default;

    /// Sends `request` once and waits for the whole answer, at most `deadline`. Any status is an answer. Failures:
    /// *unsent* (name or connection failed, TLS refused: no byte of the request left), else *unknown* ("timeout",
    /// "connection_lost", "too_large", "garbled").
    virtual boost::asio::awaitable<Result<HttpResponse>> send(HttpRequest request, milliseconds deadline) = 0;
};

/// Answers one request of a server.
using HttpHandler = std::function<boost::asio::awaitable<HttpResponse>(HttpRequest)>;

}  // namespace qrvend
