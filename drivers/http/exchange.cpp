#include "drivers/http/exchange.hpp"

#include <boost/asio/associated_cancellation_slot.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <utility>

namespace qrvend::http {

namespace asio = boost::asio;
using boost::system::error_code;

void Exchange::finish(error_code error, Result<HttpResponse> result) {
    if (finished_) {
        return;
    }
    finished_ = true;
    clock_.cancel(deadline_);
    done_(error, std::move(result));
}

void Exchange::expire_at(MonotonicTime deadline, std::unexpected<Failure> failure,
                         const std::shared_ptr<Exchange>& exchange) {
    exchange->deadline_ = exchange->clock_.call_at(
        deadline, [failure = std::move(failure), exchange] { exchange->finish({}, failure); });
}

asio::awaitable<Result<HttpResponse>> exchange(
    Clock& clock, MonotonicTime deadline, std::unexpected<Failure> too_late,
    std::move_only_function<void(const std::shared_ptr<Exchange>&)> begin) {
    return asio::async_initiate<const asio::use_awaitable_t<>, void(error_code, Result<HttpResponse>)>(
        [&clock, deadline, too_late = std::move(too_late), begin = std::move(begin)](auto handler) mutable {
            auto slot = asio::get_associated_cancellation_slot(handler);
            const auto one = std::make_shared<Exchange>(clock, Exchange::Done(std::move(handler)));
            Exchange::expire_at(deadline, std::move(too_late), one);
            if (slot.is_connected()) {
                slot.assign([weak = std::weak_ptr(one)](asio::cancellation_type type) {
                    if (const auto live = weak.lock(); live && gives_up(type)) {
                        live->finish(asio::error::operation_aborted, {});
                    }
                });
            }
            begin(one);
        },
        asio::use_awaitable);
}

}  // namespace qrvend::http
