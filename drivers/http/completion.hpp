#pragma once
// The far end of one asynchronous operation of our own: calls its Asio handler once, later, on the handler's
// executor, and keeps the event loop running until then. (any_completion_handler of Boost 1.81 overflows the
// stack.)

#include <boost/asio/associated_executor.hpp>
#include <boost/asio/cancellation_type.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <functional>
#include <utility>

namespace qrvend::http {

template <class... Args>
class Completion {
public:
    template <class Handler>
    explicit Completion(Handler handler) {
        auto work = boost::asio::make_work_guard(boost::asio::get_associated_executor(handler));
        complete_ = [handler = std::move(handler), work = std::move(work)](Args... args) mutable {
            const auto executor = work.get_executor();
            boost::asio::post(executor, [handler = std::move(handler), work = std::move(work),
                                         ... args = std::move(args)]() mutable { handler(std::move(args)...); });
        };
    }

    /// Never calls the handler from within.
    void operator()(Args... args) { complete_(std::move(args)...); }

private:
    std::move_only_function<void(Args...)> complete_;
};

/// Whether a cancellation asks to give up an operation that may have had its effect already.
inline bool gives_up(boost::asio::cancellation_type type) {
    using boost::asio::cancellation_type;
    return (type & (cancellation_type::terminal | cancellation_type::partial)) != cancellation_type::none;
}

}  // namespace qrvend::http
