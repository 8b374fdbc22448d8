#pragma once
// Puts a sandbox on the event loop: an HttpHandler for a server or an in-memory transport, which applies the delays
// and losses that the sandbox names, and a pump that delivers its webhooks.

#include <boost/asio/awaitable.hpp>

#include "controller/kiosk/wait.hpp"
#include "controller/ports/clock.hpp"
#include "controller/ports/http.hpp"
#include "drivers/vipps/sandbox/sandbox.hpp"

namespace qrvend::vipps::sandbox {

class Host {
public:
    /// All must outlive the host, and the host everything that it started on the event loop.
    Host(Sandbox& sandbox, HttpTransport& transport, Clock& clock);

    /// A lost request or answer is one that comes after `lost_for`, when nobody waits any more.
    HttpHandler handler();

    /// Delivers webhooks until it is cancelled. A slow receiver holds up its own payment and nothing else.
    boost::asio::awaitable<void> run_webhooks();

    /// To be called after the sandbox was changed by its C++ calls, so that the pump looks again.
    void changed() { bell_.ring(); }

    /// Longer than any client waits.
    static constexpr milliseconds lost_for{120'000};

private:
    boost::asio::awaitable<HttpResponse> answer(HttpRequest request);
    boost::asio::awaitable<void> deliver(WebhookDelivery delivery);

    Sandbox& sandbox_;
    HttpTransport& transport_;
    Clock& clock_;
    Bell bell_;
};

}  // namespace qrvend::vipps::sandbox
