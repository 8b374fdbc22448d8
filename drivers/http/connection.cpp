#include "drivers/http/connection.hpp"

#include <algorithm>
#include <array>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/write.hpp>
#include <exception>
#include <string>
#include <string_view>
#include <utility>

#include "drivers/http/date.hpp"
#include "drivers/http/syntax.hpp"

namespace qrvend::http {

namespace {

namespace asio = boost::asio;
namespace beast_http = boost::beast::http;
using asio::awaitable;
using beast_http::field;
using beast_http::verb;
using boost::system::error_code;

constexpr auto no_throw = asio::as_tuple(asio::use_awaitable);
constexpr std::size_t read_bytes = 4096;

// After the last answer the client's remaining bytes are read and dropped: closing on unread bytes would reset the
// connection, and the client could lose the answer.
constexpr milliseconds linger_time{1000};
constexpr std::size_t linger_bytes = 256UL * 1024;

using Request = beast_http::request<beast_http::string_body>;

// What the handler need not look at again. The status to answer, or 0.
int status_of_flaw(const Request& request) {
    const auto method = request.method();
    if (method == verb::unknown || method == verb::connect || method == verb::trace) {
        return 501;
    }
    if (request.version() != 11 && request.version() != 10) {
        return 505;
    }
    const auto coding = request[field::transfer_encoding];
    if (!coding.empty() && !equal_names({coding.data(), coding.size()}, "chunked")) {
        return 501;
    }
    const auto hosts = request.count(field::host);
    if (hosts > 1 || (hosts == 0 && request.version() == 11)) {
        return 400;
    }
    const auto target = request.target();
    if (!target.starts_with('/') && !(target == "*" && method == verb::options)) {
        return 400;
    }
    const auto expectation = request[field::expect];
    const bool known = expectation.empty() || equal_names({expectation.data(), expectation.size()}, "100-continue");
    return known ? 0 : 417;
}

int status_of_error(error_code error) {
    using beast_http::error;
    if (error == error::header_limit || error == error::buffer_overflow) {
        return 431;
    }
    if (error == error::body_limit) {
        return 413;
    }
    return error == error::bad_version ? 505 : 400;
}

HttpRequest from_beast(Request request) {
    HttpRequest result{.method = std::string(request.method_string()), .url = std::string(request.target())};
    for (const auto& each : request) {
        result.headers.push_back({.name = std::string(each.name_string()), .value = std::string(each.value())});
    }
    result.body = std::move(request.body());
    return result;
}

bool is_servers_own(std::string_view name) {
    constexpr std::array<std::string_view, 5> own = {"Content-Length", "Transfer-Encoding", "Connection",
                                                     "Keep-Alive", "Date"};
    return std::ranges::any_of(own, [name](std::string_view each) { return equal_names(name, each); });
}

bool is_sendable(const HttpResponse& response) {
    return response.status >= 200 && response.status <= 599 &&
           std::ranges::all_of(response.headers, [](const HttpHeader& header) {
               return is_token(header.name) && is_field_value(header.value);
           });
}

template <class Body>
beast_http::response<Body> head_of(const HttpResponse& response, bool keep_alive) {
    beast_http::response<Body> result(static_cast<beast_http::status>(response.status), 11);
    result.set(field::date, http_date(std::chrono::floor<milliseconds>(std::chrono::system_clock::now())));
    for (const auto& [name, value] : response.headers) {
        if (!is_servers_own(name)) {
            result.insert(name, value);
        }
    }
    if (response.status != 204 && response.status != 304) {
        result.content_length(response.body.size());
    }
    result.keep_alive(keep_alive);
    return result;
}

}  // namespace

Connection::Connection(asio::ip::tcp::socket socket, std::shared_ptr<ServerShared> shared)
    : socket_(std::move(socket)),
      timer_(socket_.get_executor()),
      shared_(std::move(shared)),
      buffer_(shared_->options.max_header_bytes + 64UL * 1024) {}

awaitable<void> Connection::serve(std::shared_ptr<Connection> self) {
    for (std::size_t count = 1; co_await self->wait_for_request(); ++count) {
        if (co_await self->serve_request(count) == After::close) {
            co_await self->linger();
            co_return;
        }
    }
}

void Connection::abort() {
    aborted_ = true;
    signal_.emit(asio::cancellation_type::terminal);
}

awaitable<bool> Connection::wait_for_request() {
    if (buffer_.size() > 0) {
        co_return true;
    }
    idle_since_ = std::chrono::steady_clock::now();
    limit(shared_->options.idle_timeout);
    const auto [error, count] = co_await socket_.async_read_some(buffer_.prepare(read_bytes), no_throw);
    end_limit();
    idle_since_.reset();
    buffer_.commit(count);
    co_return !error;
}

awaitable<Connection::After> Connection::serve_request(std::size_t count) {
    Parser parser;
    const auto reading = co_await read_request(&parser);
    if (reading.gone) {
        co_return After::close;
    }
    const bool head_only = parser.get().method() == verb::head;
    if (reading.error_status != 0) {
        HttpResponse refusal{.status = reading.error_status};
        co_return co_await write(std::move(refusal), head_only, After::close);
    }
    const bool lasting = parser.keep_alive() && parser.get().version() == 11;
    auto response = co_await answer(from_beast(parser.release()));
    const bool last =
        !lasting || shared_->stopping || shared_->full || count >= shared_->options.max_requests_per_connection;
    co_return co_await write(std::move(response), head_only, last ? After::close : After::keep);
}

awaitable<Connection::Reading> Connection::read_request(Parser* parser) {
    parser->header_limit(static_cast<std::uint32_t>(shared_->options.max_header_bytes));
    parser->body_limit(shared_->options.max_body_bytes);
    limit(shared_->options.header_timeout);
    const auto [header_error, header_bytes] =
        co_await beast_http::async_read_header(socket_, buffer_, *parser, no_throw);
    end_limit();
    if (header_error) {
        co_return failed(header_error);
    }
    // Where they arrive at once, Beast holds the request line and the headers to the limit one by one.
    if (header_bytes > shared_->options.max_header_bytes) {
        co_return Reading{.error_status = 431};
    }
    if (const int status = status_of_flaw(parser->get()); status != 0) {
        co_return Reading{.error_status = status};
    }
    limit(shared_->options.body_timeout);
    if (parser->get().count(field::expect) > 0 && !parser->is_done() && !co_await invite_body()) {
        co_return Reading{.gone = true};
    }
    const auto [body_error, body_bytes] = co_await beast_http::async_read(socket_, buffer_, *parser, no_throw);
    end_limit();
    co_return body_error ? failed(body_error) : Reading{};
}

awaitable<bool> Connection::invite_body() {
    constexpr std::string_view invitation = "HTTP/1.1 100 Continue\r\n\r\n";
    const auto [error, count] = co_await asio::async_write(socket_, asio::buffer(invitation), no_throw);
    co_return !error;
}

Connection::Reading Connection::failed(error_code error) const {
    if (timed_out_) {
        return {.error_status = 408};
    }
    // An error of the parser, except where it complains of the connection's end.
    const bool of_parser =
        error.category() == beast_http::make_error_code(beast_http::error::bad_method).category();
    if (!of_parser || error == beast_http::error::end_of_stream || error == beast_http::error::partial_message) {
        return {.gone = true};
    }
    return {.error_status = status_of_error(error)};
}

awaitable<HttpResponse> Connection::answer(HttpRequest request) {
    const auto what = request.method + " " + request.url.substr(0, request.url.find('?'));
    std::string reason = "it answered with what HTTP cannot carry";
    try {
        auto response = co_await shared_->handler(std::move(request));
        if (is_sendable(response)) {
            co_return response;
        }
    } catch (const std::exception& error) {
        if (aborted_) {
            throw;
        }
        reason = error.what();
    }
    shared_->log.write(LogLevel::error, "http handler failed", {{"request", what}, {"reason", reason}});
    co_return HttpResponse{.status = 500};
}

awaitable<Connection::After> Connection::write(HttpResponse response, bool head_only, After after) {
    limit(shared_->options.write_timeout);
    error_code error;
    if (head_only || response.status == 204 || response.status == 304) {
        auto message = head_of<beast_http::empty_body>(response, after == After::keep);
        const auto [failure, count] = co_await beast_http::async_write(socket_, message, no_throw);
        error = failure;
    } else {
        auto message = head_of<beast_http::string_body>(response, after == After::keep);
        message.body() = std::move(response.body);
        const auto [failure, count] = co_await beast_http::async_write(socket_, message, no_throw);
        error = failure;
    }
    end_limit();
    co_return error ? After::close : after;
}

awaitable<void> Connection::linger() {
    error_code ignored;
    socket_.shutdown(asio::ip::tcp::socket::shutdown_send, ignored);
    limit(linger_time);
    std::array<char, read_bytes> rest{};
    for (std::size_t total = 0; total < linger_bytes && !timed_out_;) {
        const auto [error, count] = co_await socket_.async_read_some(asio::buffer(rest), no_throw);
        if (error) {
            break;
        }
        total += count;
    }
    end_limit();
}

// Whatever the connection is waiting for ends with operation_aborted when the time is over.
void Connection::limit(milliseconds duration) {
    timed_out_ = false;
    timer_.expires_after(duration);
    timer_.async_wait([weak = weak_from_this(), limit = ++limit_](error_code error) {
        const auto self = weak.lock();
        if (self && !error && self->limit_ == limit) {
            self->timed_out_ = true;
            error_code ignored;
            self->socket_.cancel(ignored);
        }
    });
}

void Connection::end_limit() {
    ++limit_;
    timer_.cancel();
}

}  // namespace qrvend::http
