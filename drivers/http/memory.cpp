#include "drivers/http/memory.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/this_coro.hpp>
#include <string_view>
#include <utility>

#include "controller/kiosk/wait.hpp"
#include "drivers/http/exchange.hpp"

namespace qrvend::http {

namespace {

namespace asio = boost::asio;
using asio::awaitable;

struct Address {
    std::string base;       // scheme://host[:port]
    std::string authority;  // host[:port]
    std::string target;     // path and query
};

Address split(std::string_view url) {
    const auto scheme_end = url.find("://");
    const auto host = scheme_end == std::string_view::npos ? url.size() : scheme_end + 3;
    const auto host_end = std::min(url.find_first_of("/?#", host), url.size());
    auto target = std::string(url.substr(host_end, url.find('#', host_end) - host_end));
    if (!target.starts_with('/')) {
        target.insert(0, 1, '/');
    }
    return {.base = std::string(url.substr(0, host_end)),
            .authority = std::string(url.substr(host, host_end - host)),
            .target = std::move(target)};
}

struct Delivery {
    HttpHandler handler;
    HttpRequest request;
    Fault fault;
};

// The request's way to the handler and the answer's way back.
awaitable<void> deliver(Clock* clock, Delivery delivery, std::shared_ptr<Exchange> exchange) {
    const Fault& fault = delivery.fault;
    if (fault.request_delay > milliseconds(0)) {
        co_await sleep_until(*clock, clock->now().monotonic + fault.request_delay);
    }
    HttpResponse response;
    if (fault.request != Fault::Request::lost) {
        response = co_await delivery.handler(delivery.request);
    }
    if (fault.reply_with) {
        response = *fault.reply_with;
    }
    if (fault.answer_delay > milliseconds(0)) {
        co_await sleep_until(*clock, clock->now().monotonic + fault.answer_delay);
    }
    if (fault.answer == Fault::Answer::arrives) {
        exchange->finish({}, std::move(response));
    } else if (fault.answer == Fault::Answer::cut) {
        exchange->finish({}, unknown("connection_lost", "the connection ended before the answer"));
    }
    if (fault.request == Fault::Request::arrives_twice) {
        co_await delivery.handler(delivery.request);
    }
}

bool is_delivered(const Fault& fault) {
    return fault.request == Fault::Request::arrives || fault.request == Fault::Request::arrives_twice ||
           (fault.request == Fault::Request::lost && fault.reply_with);
}

}  // namespace

void MemoryTransport::route(std::string base_url, HttpHandler handler) {
    routes_.insert_or_assign(std::move(base_url), std::move(handler));
}

awaitable<Result<HttpResponse>> MemoryTransport::send(HttpRequest request, milliseconds deadline) {
    auto address = split(request.url);
    const auto route = routes_.find(address.base);
    if (route == routes_.end()) {
        co_return unsent("resolve_failed", "nobody answers for " + address.base);
    }
    auto fault = choose_fault_ ? choose_fault_(request) : Fault{};
    if (fault.request == Fault::Request::refused) {
        co_return unsent("connect_failed", "connection refused");
    }
    request.url = std::move(address.target);
    if (header_value(request.headers, "Host").empty()) {
        request.headers.insert(request.headers.begin(), {.name = "Host", .value = std::move(address.authority)});
    }
    auto too_late = fault.request == Fault::Request::unreachable
                        ? unsent("connect_timeout", "no connection before the deadline")
                        : unknown("timeout", "no answer before the deadline");
    const auto executor = co_await asio::this_coro::executor;
    Delivery delivery{.handler = route->second, .request = std::move(request), .fault = std::move(fault)};
    auto begin = [this, executor, delivery = std::move(delivery)](const std::shared_ptr<Exchange>& begun) mutable {
        if (is_delivered(delivery.fault)) {
            asio::co_spawn(executor, deliver(&clock_, std::move(delivery), begun), leave_the_loop);
        }
    };
    co_return co_await exchange(clock_, clock_.now().monotonic + deadline, std::move(too_late), std::move(begin));
}

}  // namespace qrvend::http
