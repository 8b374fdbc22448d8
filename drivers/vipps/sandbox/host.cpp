#include "drivers/vipps/sandbox/host.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/this_coro.hpp>
#include <utility>

namespace qrvend::vipps::sandbox {

namespace asio = boost::asio;

Host::Host(Sandbox& sandbox, HttpTransport& transport, Clock& clock)
    : sandbox_(sandbox), transport_(transport), clock_(clock), bell_(clock) {}

HttpHandler Host::handler() {
    return [this](HttpRequest request) { return answer(std::move(request)); };
}

asio::awaitable<HttpResponse> Host::answer(HttpRequest request) {
    const Stamp now = clock_.now();
    Reply reply = sandbox_.handle(request, now);
    changed();
    const bool lost = reply.loss != Reply::Loss::none;
    const milliseconds wait = lost ? lost_for : reply.delay;
    if (wait > milliseconds{0}) {
        co_await sleep_until(clock_, now.monotonic + wait);
    }
    if (lost) {
        co_return HttpResponse{.status = 504, .headers = {}, .body = {}};
    }
    co_return std::move(reply.response);
}

asio::awaitable<void> Host::run_webhooks() {
    const auto executor = co_await asio::this_coro::executor;
    for (;;) {
        for (WebhookDelivery& delivery : sandbox_.due(clock_.now())) {
            asio::co_spawn(executor, deliver(std::move(delivery)), asio::detached);
        }
        co_await bell_.wait(sandbox_.next_due());
    }
}

asio::awaitable<void> Host::deliver(WebhookDelivery delivery) {
    const auto answer = co_await transport_.send(std::move(delivery.request), sandbox_.settings().webhook_deadline);
    sandbox_.delivered(delivery.id, answer ? std::optional{answer->status} : std::nullopt, clock_.now().monotonic);
    changed();
}

}  // namespace qrvend::vipps::sandbox
