#include "tests/bench/measuring.hpp"

#include <algorithm>
#include <utility>

namespace qrvend::bench {

boost::asio::awaitable<Result<HttpResponse>> MeasuredTransport::send(HttpRequest request, milliseconds deadline) {
    const auto call = calls_.insert(calls_.end(), Call{.from = Steady::now()});
    Result<HttpResponse> answer = co_await inner_.send(std::move(request), deadline);
    call->to = Steady::now();
    co_return answer;
}

Steady::duration MeasuredTransport::under_way(Steady::time_point from, Steady::time_point to) const {
    Steady::duration sum{0};
    Steady::time_point counted_until = from;
    for (const Call& call : calls_) {
        const auto begin = std::max(call.from, counted_until);
        const auto end = std::min(call.to.value_or(to), to);
        if (begin < end) {
            sum += end - begin;
            counted_until = end;
        }
    }
    return sum;
}

void MeasuredTransport::forget() {
    calls_.remove_if([](const Call& call) { return call.to.has_value(); });
}

}  // namespace qrvend::bench
