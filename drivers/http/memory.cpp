#include "drivers/http/memory.hpp"

#include <boost/asio/associated_cancellation_slot.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <exception>
#include <string_view>
#include <utility>

#include "controller/kiosk/wait.hpp"
#include "drivers/http/completion.hpp"

namespace qrvend::http {

namespace {

namespace asio = boost::asio;
using asio::awaitable;
using boost::system::error_code;

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

// One request on its way, seen by its sender: ends by its answer, its deadline or a cancellation, whichever is
// first. It lives as long as something can still end it. The waiting coroutine must not hold it: it holds the
// coroutine.
class Exchange {
public:
    using Done = Completion<error_code, Result<HttpResponse>>;

    Exchange(Clock& clock, Done done) : clock_(clock), done_(std::move(done)) {}

    void expire_at(MonotonicTime deadline, std::unexpected<Failure> failure, std::shared_ptr<Exchange> self) {
        deadline_ = clock_.call_at(
            deadline, [failure = std::move(failure), self = std::move(self)] { self->finish({}, failure); });
    }

    void finish(error_code error, Result<HttpResponse> result) {
        if (finished_) {
            return;
        }
        finished_ = true;
        clock_.cancel(deadline_);
        done_(error, std::move(result));
    }

private:
    Clock& clock_;
    Done done_;
    std::uint64_t deadline_ = 0;
    bool finished_ = false;
};

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

void rethrow(std::exception_ptr error) {
    if (error) {
        std::rethrow_exception(error);
    }
}

awaitable<Result<HttpResponse>> exchange(Clock& clock, Delivery delivery, milliseconds deadline) {
    return asio::async_initiate<const asio::use_awaitable_t<>, void(error_code, Result<HttpResponse>)>(
        [&clock, deadline, delivery = std::move(delivery)](auto handler) mutable {
            auto slot = asio::get_associated_cancellation_slot(handler);
            const auto executor = asio::get_associated_executor(handler);
            const auto one = std::make_shared<Exchange>(clock, Exchange::Done(std::move(handler)));
            one->expire_at(clock.now().monotonic + deadline,
                           delivery.fault.request == Fault::Request::unreachable
                               ? unsent("connect_timeout", "no connection before the deadline")
                               : unknown("timeout", "no answer before the deadline"),
                           one);
            if (slot.is_connected()) {
                slot.assign([weak = std::weak_ptr(one)](asio::cancellation_type type) {
                    if (const auto live = weak.lock(); live && gives_up(type)) {
                        live->finish(asio::error::operation_aborted, {});
                    }
                });
            }
            if (is_delivered(delivery.fault)) {
                asio::co_spawn(executor, deliver(&clock, std::move(delivery), one), rethrow);
            }
        },
        asio::use_awaitable);
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
    Delivery delivery{.handler = route->second, .request = std::move(request), .fault = std::move(fault)};
    co_return co_await exchange(clock_, std::move(delivery), deadline);
}

}  // namespace qrvend::http
