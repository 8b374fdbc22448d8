#include "tests/drivers/http/loopback.hpp"

#include <array>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <charconv>
#include <stdexcept>

namespace qrvend::http {

namespace {

constexpr auto no_throw = asio::as_tuple(asio::use_awaitable);

std::size_t content_length(const std::string& head) {
    constexpr std::string_view name = "Content-Length: ";
    const auto place = head.find(name);
    std::size_t length = 0;
    if (place != std::string::npos) {
        std::from_chars(head.data() + place + name.size(), head.data() + head.size(), length);
    }
    return length;
}

}  // namespace

void run_until(asio::io_context& io, const std::function<bool()>& done) {
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(30);
    io.restart();
    while (!done()) {
        if (io.run_one_until(end) == 0) {
            throw std::logic_error("nothing left to wait for, or it never comes");
        }
    }
}

void RecordingLog::write(LogLevel /*level*/, std::string_view message, std::initializer_list<LogField> fields) {
    std::string line(message);
    for (const auto& field : fields) {
        line += " " + std::string(field.key) + "=" + field.value;
    }
    lines.push_back(std::move(line));
}

struct RawServer::State {
    State(asio::io_context& io, Talk what)
        : acceptor(io, {asio::ip::address_v4::loopback(), 0}), talk(std::move(what)) {}

    static awaitable<void> serve(std::shared_ptr<State> self, std::shared_ptr<tcp::socket> socket, int number) {
        self->sockets.push_back(socket);
        co_await self->talk(socket.get(), number);
        boost::system::error_code ignored;
        socket->close(ignored);
    }

    static awaitable<void> accept(std::shared_ptr<State> self) {
        for (;;) {
            auto [error, socket] = co_await self->acceptor.async_accept(no_throw);
            if (error) {
                co_return;
            }
            asio::co_spawn(self->acceptor.get_executor(),
                           serve(self, std::make_shared<tcp::socket>(std::move(socket)), ++self->connections),
                           [](std::exception_ptr failure) {
                               if (failure) {
                                   std::rethrow_exception(failure);
                               }
                           });
        }
    }

    tcp::acceptor acceptor;
    Talk talk;
    int connections = 0;
    std::vector<std::weak_ptr<tcp::socket>> sockets;
};

RawServer::RawServer(asio::io_context& io, Talk talk) : state_(std::make_shared<State>(io, std::move(talk))) {
    asio::co_spawn(io, State::accept(state_), [](std::exception_ptr) {});
}

RawServer::~RawServer() {
    boost::system::error_code ignored;
    state_->acceptor.close(ignored);
    for (const auto& weak : state_->sockets) {
        if (const auto socket = weak.lock()) {
            socket->close(ignored);
        }
    }
}

std::uint16_t RawServer::port() const {
    return state_->acceptor.local_endpoint().port();
}

std::string RawServer::url(const std::string& path) const {
    return "http://127.0.0.1:" + std::to_string(port()) + path;
}

int RawServer::connections() const {
    return state_->connections;
}

awaitable<std::string> read_message(tcp::socket* socket) {
    std::string bytes;
    const auto [error, head] =
        co_await asio::async_read_until(*socket, asio::dynamic_buffer(bytes), "\r\n\r\n", no_throw);
    if (error) {
        co_return std::string();
    }
    const auto whole = head + content_length(bytes);
    std::array<char, 4096> buffer{};
    while (bytes.size() < whole) {
        const auto [failure, count] = co_await socket->async_read_some(asio::buffer(buffer), no_throw);
        if (failure) {
            co_return std::string();
        }
        bytes.append(buffer.data(), count);
    }
    co_return bytes;
}

awaitable<void> say(tcp::socket* socket, std::string bytes) {
    co_await asio::async_write(*socket, asio::buffer(bytes), no_throw);
}

awaitable<std::string> read_to_end(tcp::socket* socket) {
    std::string bytes;
    std::array<char, 4096> buffer{};
    for (;;) {
        const auto [error, count] = co_await socket->async_read_some(asio::buffer(buffer), no_throw);
        bytes.append(buffer.data(), count);
        if (error) {
            co_return bytes;
        }
    }
}

awaitable<std::string> converse(std::uint16_t port, std::string bytes) {
    tcp::socket socket(co_await asio::this_coro::executor);
    co_await socket.async_connect({asio::ip::address_v4::loopback(), port}, asio::use_awaitable);
    co_await say(&socket, std::move(bytes));
    co_return co_await read_to_end(&socket);
}

}  // namespace qrvend::http
