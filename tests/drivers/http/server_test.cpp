#include "drivers/http/server.hpp"

#include <doctest/doctest.h>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <functional>
#include <memory>
#include <optional>
#include <regex>
#include <stdexcept>
#include <string>
#include <vector>

#include "drivers/http/client.hpp"
#include "tests/drivers/http/loopback.hpp"

using namespace qrvend;
using namespace qrvend::http;

namespace {

constexpr milliseconds long_enough{20'000};
constexpr milliseconds brief{50};

struct Fixture {
    asio::io_context io;
    RecordingLog log;
    std::vector<HttpRequest> seen;
    int waiting = 0;
    asio::steady_timer gate{io, asio::steady_timer::time_point::max()};
    std::optional<Server> server;

    void start(ServerOptions options = {}) {
        server.emplace(
            io, std::move(options), [this](HttpRequest request) { return handle(this, std::move(request)); }, log);
    }

    std::string url(const std::string& path) const {
        return "http://127.0.0.1:" + std::to_string(server->port()) + path;
    }

    std::string talk(std::string bytes) { return run(io, converse(server->port(), std::move(bytes))); }

    // Says the bytes and notes what comes until the server closes.
    std::shared_ptr<std::optional<std::string>> talk_in_background(std::string bytes) {
        auto answer = std::make_shared<std::optional<std::string>>();
        asio::co_spawn(io, converse(server->port(), std::move(bytes)),
                       [answer](std::exception_ptr, std::string text) { *answer = std::move(text); });
        return answer;
    }

    static awaitable<HttpResponse> handle(Fixture* self, HttpRequest request) {
        self->seen.push_back(request);
        const auto path = request.url;
        if (path == "/throw") {
            throw std::runtime_error("out of paper");
        }
        if (path == "/wait") {
            ++self->waiting;
            boost::system::error_code ignored;
            co_await self->gate.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
            --self->waiting;
        }
        if (path == "/split") {
            co_return HttpResponse{.status = 200, .headers = {{"X", "a\r\nY: b"}}, .body = {}};
        }
        if (path == "/strange") {
            co_return HttpResponse{.status = 1000};
        }
        if (path == "/empty") {
            co_return HttpResponse{.status = 204};
        }
        if (path == "/large") {
            co_return HttpResponse{.status = 200, .headers = {}, .body = std::string(32UL * 1024 * 1024, 'x')};
        }
        co_return HttpResponse{.status = 201,
                               .headers = {{"X-Path", path}, {"Content-Length", "3"}, {"Connection", "upgrade"}},
                               .body = "[" + request.body + "]"};
    }

    bool is_status(const std::string& answer, int status) {
        return answer.starts_with("HTTP/1.1 " + std::to_string(status) + " ");
    }
};

std::size_t count_of(const std::string& text, const std::string& part) {
    std::size_t count = 0;
    for (auto place = text.find(part); place != std::string::npos; place = text.find(part, place + 1)) {
        ++count;
    }
    return count;
}

}  // namespace

TEST_CASE_FIXTURE(Fixture, "server: our own client is served on one connection") {
    start();
    CurlClient client(io);
    for (const auto* method : {"POST", "PUT", "PATCH", "DELETE", "GET"}) {
        HttpRequest request{.method = method, .url = url("/a?b=c"), .headers = {{"X-Key", "k"}}, .body = "{}"};
        const auto response = run(io, client.send(request, long_enough));
        REQUIRE(response.has_value());
        CHECK(response->status == 201);
        CHECK(response->body == "[{}]");
        CHECK(header_value(response->headers, "x-path") == "/a?b=c");
        CHECK(header_value(response->headers, "content-length") == "4");
        CHECK(seen.back().method == method);
        CHECK(seen.back().url == "/a?b=c");
        CHECK(seen.back().body == "{}");
        CHECK(header_value(seen.back().headers, "X-Key") == "k");
    }
    const auto head = run(io, client.send({.method = "HEAD", .url = url("/h")}, long_enough));
    REQUIRE(head.has_value());
    CHECK(head->body.empty());
    CHECK(header_value(head->headers, "content-length") == "2");
}

TEST_CASE_FIXTURE(Fixture, "server: an answer, byte for byte") {
    start();
    const auto answer = talk("POST /x HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: 2\r\n\r\nhi");
    const std::regex expected(
        "HTTP/1\\.1 201 Created\r\n"
        "Date: [A-Z][a-z]{2}, \\d\\d [A-Z][a-z]{2} \\d{4} \\d\\d:\\d\\d:\\d\\d GMT\r\n"
        "X-Path: /x\r\nContent-Length: 4\r\nConnection: close\r\n\r\n\\[hi\\]");
    CHECK_MESSAGE(std::regex_match(answer, expected), answer);
}

TEST_CASE_FIXTURE(Fixture, "server: several requests on a connection, even all at once, are answered in order") {
    start();
    const auto answer = talk(
        "GET /1 HTTP/1.1\r\nHost: a\r\n\r\n"
        "POST /2 HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nxy\r\n0\r\n\r\n"
        "GET /3 HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
    CHECK(count_of(answer, "HTTP/1.1 201") == 3);
    CHECK(answer.find("/1") < answer.find("[xy]"));
    CHECK(answer.find("[xy]") < answer.find("/3"));
    CHECK(answer.ends_with("[]"));
}

TEST_CASE_FIXTURE(Fixture, "server: a chunked body may arrive in any pieces") {
    struct Script {
        static awaitable<std::string> run(std::uint16_t port, std::string chunks) {
            tcp::socket socket(co_await asio::this_coro::executor);
            co_await socket.async_connect({asio::ip::address_v4::loopback(), port}, asio::use_awaitable);
            socket.set_option(tcp::no_delay(true));
            co_await say(&socket,
                         "POST / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n"
                         "Transfer-Encoding: chunked\r\n\r\n");
            asio::steady_timer pause(socket.get_executor());
            for (const char byte : chunks) {
                co_await say(&socket, std::string(1, byte));
                pause.expires_after(milliseconds(2));
                co_await pause.async_wait(asio::use_awaitable);
            }
            co_return co_await read_to_end(&socket);
        }
    };
    start();
    for (const auto* chunks : {"0\r\n\r\n", "2;x=y\r\nhi\r\n0\r\n\r\n", "0\r\nTrailer: x\r\n\r\n"}) {
        CAPTURE(chunks);
        CHECK(is_status(run(io, Script::run(server->port(), chunks)), 201));
    }
}

TEST_CASE_FIXTURE(Fixture, "server: a HTTP/1.0 client is answered and let go") {
    start();
    const auto answer = talk("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
    CHECK(is_status(answer, 201));
    CHECK(answer.contains("Connection: close\r\n"));
}

TEST_CASE_FIXTURE(Fixture, "server: answers without a body have none") {
    start();
    const auto empty = talk("GET /empty HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
    CHECK(is_status(empty, 204));
    CHECK(empty.ends_with("\r\n\r\n"));
    CHECK_FALSE(empty.contains("Content-Length"));
    const auto head = talk("HEAD / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
    CHECK(head.ends_with("\r\n\r\n"));
    CHECK(head.contains("Content-Length: 2\r\n"));
}

TEST_CASE_FIXTURE(Fixture, "server: what it cannot or must not take is refused, and the connection closed") {
    start({.max_body_bytes = 10, .max_header_bytes = 200});
    const std::string host = "Host: a\r\n";
    const auto refused = [&](const std::string& bytes, int status) {
        CAPTURE(bytes);
        const auto answer = talk(bytes);
        CHECK_MESSAGE(is_status(answer, status), answer);
        CHECK(answer.contains("Connection: close\r\n"));
        CHECK(count_of(answer, "HTTP/1.1 ") == 1);
    };
    refused("nonsense\r\n\r\n", 400);
    refused("GET / HTTP/1.1\r\n\r\n", 400);
    refused("GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400);
    refused("GET http://a/ HTTP/1.1\r\n" + host + "\r\n", 400);
    refused("GET * HTTP/1.1\r\n" + host + "\r\n", 400);
    refused("GET / HTTP/1.1\r\n" + host + "no colon\r\n\r\n", 400);
    refused("POST / HTTP/1.1\r\n" + host + "Content-Length: x\r\n\r\n", 400);
    refused("POST / HTTP/1.1\r\n" + host + "Content-Length: 1\r\nContent-Length: 2\r\n\r\nab", 400);
    refused("POST / HTTP/1.1\r\n" + host + "Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400);
    refused("POST / HTTP/1.1\r\n" + host + "Transfer-Encoding: chunked\r\n\r\nzz\r\n", 400);
    refused("POST / HTTP/1.1\r\n" + host + "Content-Length: 11\r\n\r\n01234567890", 413);
    refused("POST / HTTP/1.1\r\n" + host + "Content-Length: 99999999999\r\n\r\n", 413);
    refused("POST / HTTP/1.1\r\n" + host + "Transfer-Encoding: chunked\r\n\r\nb\r\n01234567890\r\n0\r\n\r\n", 413);
    refused("GET / HTTP/1.1\r\n" + host + "X: " + std::string(200, 'x') + "\r\n\r\n", 431);
    refused("GET /" + std::string(100'000, 'x'), 431);
    // The request line and the headers together, however they arrive.
    refused("GET /" + std::string(90, 'x') + " HTTP/1.1\r\n" + host + "X: " + std::string(90, 'x') + "\r\n\r\n",
            431);
    refused("BREW / HTTP/1.1\r\n" + host + "\r\n", 501);
    refused("CONNECT a:1 HTTP/1.1\r\n" + host + "\r\n", 501);
    refused("TRACE / HTTP/1.1\r\n" + host + "\r\n", 501);
    refused("POST / HTTP/1.1\r\n" + host + "Transfer-Encoding: gzip\r\n\r\n", 501);
    refused("POST / HTTP/1.1\r\n" + host + "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n", 501);
    refused("GET / HTTP/2.0\r\n" + host + "\r\n", 505);
    refused("POST / HTTP/1.1\r\n" + host + "Expect: tea\r\nContent-Length: 1\r\n\r\nx", 417);
    CHECK(seen.empty());
    CHECK(is_status(talk("POST / HTTP/1.0\r\nContent-Length: 10\r\n\r\n0123456789"), 201));
    CHECK(is_status(talk("OPTIONS * HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"), 201));
}

TEST_CASE_FIXTURE(Fixture, "server: a client that is refused while it still sends reads the refusal") {
    start({.max_body_bytes = 10});
    CurlClient client(io);
    HttpRequest request{.method = "POST", .url = url("/"), .headers = {}, .body = std::string(200'000, 'x')};
    const auto response = run(io, client.send(std::move(request), long_enough));
    REQUIRE(response.has_value());
    CHECK(response->status == 413);
}

TEST_CASE_FIXTURE(Fixture, "server: a client that wants to be asked for its body is asked") {
    start();
    const auto answer = talk(
        "POST / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nExpect: 100-continue\r\n"
        "Transfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\n\r\n");
    CHECK(answer.starts_with("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 201 Created\r\n"));
    CHECK(answer.ends_with("[hi]"));
}

TEST_CASE_FIXTURE(Fixture, "server: a client that goes away in the middle reaches no handler") {
    struct Script {
        static awaitable<bool> run(std::uint16_t port, std::string bytes) {
            tcp::socket socket(co_await asio::this_coro::executor);
            co_await socket.async_connect({asio::ip::address_v4::loopback(), port}, asio::use_awaitable);
            co_await say(&socket, std::move(bytes));
            socket.shutdown(tcp::socket::shutdown_send);
            co_return (co_await read_to_end(&socket)).empty();
        }
    };
    start();
    for (const auto* bytes :
         {"", "G", "GET / HTTP/1.1\r\nHost: a\r\n", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nabc",
          "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nabcde\r\n"}) {
        CAPTURE(bytes);
        CHECK(run(io, Script::run(server->port(), bytes)));
    }
    CHECK(seen.empty());
}

TEST_CASE_FIXTURE(Fixture, "server: slow clients are cut off") {
    start({.header_timeout = brief, .body_timeout = brief, .idle_timeout = brief});
    CHECK(is_status(talk("GET / HTTP/1.1\r\n"), 408));
    CHECK(is_status(talk("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nab"), 408));
    CHECK(talk("").empty());
    CHECK(seen.empty());
    const auto kept = talk("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
    CHECK(is_status(kept, 201));
    CHECK(count_of(kept, "HTTP/1.1 ") == 1);
}

TEST_CASE_FIXTURE(Fixture, "server: a client that sends a byte now and then is cut off all the same") {
    struct Script {
        static awaitable<void> drip(tcp::socket* socket) {
            asio::steady_timer timer(socket->get_executor());
            for (;;) {
                co_await say(socket, "x");
                timer.expires_after(milliseconds(5));
                co_await timer.async_wait(asio::use_awaitable);
            }
        }
        static awaitable<std::string> run(std::uint16_t port) {
            const auto executor = co_await asio::this_coro::executor;
            tcp::socket socket(executor);
            co_await socket.async_connect({asio::ip::address_v4::loopback(), port}, asio::use_awaitable);
            co_await say(&socket, "GET / HTTP/1.1\r\nX: ");
            asio::cancellation_signal stop;
            bool stopped = false;
            asio::co_spawn(executor, drip(&socket),
                           asio::bind_cancellation_slot(stop.slot(), [&](std::exception_ptr) { stopped = true; }));
            auto answer = co_await read_to_end(&socket);
            stop.emit(asio::cancellation_type::terminal);
            while (!stopped) {
                co_await asio::post(asio::use_awaitable);
            }
            co_return answer;
        }
    };
    start({.header_timeout = brief});
    CHECK(is_status(run(io, Script::run(server->port())), 408));
}

TEST_CASE_FIXTURE(Fixture, "server: a client that does not read its answer is cut off") {
    start({.max_connections = 1, .write_timeout = brief});
    tcp::socket deaf(io);
    deaf.connect({asio::ip::address_v4::loopback(), server->port()});
    const std::string request = "GET /large HTTP/1.1\r\nHost: a\r\n\r\n";
    asio::write(deaf, asio::buffer(request));
    run_until(io, [&] { return seen.size() == 1; });
    CHECK(is_status(talk("GET /next HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"), 201));
}

TEST_CASE_FIXTURE(Fixture, "server: at the limit an idle connection makes room") {
    start({.max_connections = 2});
    const auto first = talk_in_background("GET /1 HTTP/1.1\r\nHost: a\r\n\r\n");
    run_until(io, [&] { return seen.size() == 1; });
    io.poll();
    CHECK_FALSE(first->has_value());
    const auto busy = talk_in_background("GET /wait HTTP/1.1\r\nHost: a\r\n\r\n");
    run_until(io, [&] { return waiting == 1; });
    CHECK(is_status(talk("GET /3 HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"), 201));
    run_until(io, [&] { return first->has_value(); });
    CHECK(is_status(first->value(), 201));
    CHECK_FALSE(busy->has_value());
    gate.cancel();
    run_until(io, [&] { return waiting == 0; });
}

TEST_CASE_FIXTURE(Fixture, "server: where all are busy a newcomer waits for the first to finish") {
    start({.max_connections = 1});
    const auto busy = talk_in_background("GET /wait HTTP/1.1\r\nHost: a\r\n\r\n");
    run_until(io, [&] { return waiting == 1; });
    const auto next = talk_in_background("GET /next HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
    io.poll();
    CHECK(seen.size() == 1);
    gate.cancel();
    run_until(io, [&] { return next->has_value() && busy->has_value(); });
    CHECK(busy->value().contains("Connection: close\r\n"));
    CHECK(is_status(next->value(), 201));
}

TEST_CASE_FIXTURE(Fixture, "server: a connection is closed after its last request") {
    start({.max_requests_per_connection = 2});
    const std::string request = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
    const auto answer = talk(request + request + request);
    CHECK(count_of(answer, "HTTP/1.1 201") == 2);
    CHECK(count_of(answer, "Connection: close") == 1);
    CHECK(seen.size() == 2);
}

TEST_CASE_FIXTURE(Fixture, "server: a handler's failure is a 500 and a log line, and the server goes on") {
    start();
    const auto answer = talk(
        "GET /throw HTTP/1.1\r\nHost: a\r\n\r\n"
        "GET /split HTTP/1.1\r\nHost: a\r\n\r\n"
        "GET /strange HTTP/1.1\r\nHost: a\r\n\r\n"
        "GET /fine HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
    CHECK(count_of(answer, "HTTP/1.1 500") == 3);
    CHECK(count_of(answer, "HTTP/1.1 201") == 1);
    CHECK_FALSE(answer.contains("Y: b"));
    CHECK_FALSE(answer.contains("paper"));
    REQUIRE(log.lines.size() == 3);
    CHECK(log.lines[0] == "http handler failed request=GET /throw reason=out of paper");
    CHECK(log.lines[1].contains("GET /split"));
}

TEST_CASE_FIXTURE(Fixture, "server: a log line leaves the query out") {
    start();
    server.reset();
    server.emplace(
        io, ServerOptions{},
        [](HttpRequest) -> awaitable<HttpResponse> {
            throw std::runtime_error("no");
            co_return HttpResponse{};
        },
        log);
    talk("GET /x?token=secret HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
    REQUIRE(log.lines.size() == 1);
    CHECK_FALSE(log.lines[0].contains("secret"));
}

TEST_CASE_FIXTURE(Fixture, "server: stopping lets answers under way be finished and closes the rest") {
    start();
    const auto idle = talk_in_background("GET /idle HTTP/1.1\r\nHost: a\r\n\r\n");
    const auto silent = talk_in_background("");
    const auto busy = talk_in_background("GET /wait HTTP/1.1\r\nHost: a\r\n\r\n");
    run_until(io, [&] { return seen.size() == 2; });
    const auto port = server->port();
    server->stop();
    server->stop();
    CHECK(server->port() == port);
    run_until(io, [&] { return idle->has_value() && silent->has_value(); });
    CHECK_FALSE(busy->has_value());
    CHECK_THROWS(talk("GET / HTTP/1.1\r\nHost: a\r\n\r\n"));
    gate.cancel();
    run_until(io, [&] { return busy->has_value(); });
    CHECK(is_status(busy->value(), 201));
    CHECK(busy->value().contains("Connection: close\r\n"));
    io.restart();
    io.run();  // ends: nothing is left
}

TEST_CASE_FIXTURE(Fixture, "server: destroyed, it ends everything and calls no handler again") {
    start();
    const auto busy = talk_in_background("GET /wait HTTP/1.1\r\nHost: a\r\n\r\n");
    const auto half = talk_in_background("GET /half HTTP/1.1\r\n");
    run_until(io, [&] { return waiting == 1; });
    const auto late = talk_in_background("GET /late HTTP/1.1\r\nHost: a\r\n\r\n");
    server.reset();
    SUBCASE("and the loop goes on") {
        io.restart();
        io.run();
        CHECK(busy->has_value());
        CHECK(half->has_value());
    }
    SUBCASE("and the loop never runs again") {}
    CHECK(seen.size() == 1);
    CHECK(log.lines.empty());
}

TEST_CASE_FIXTURE(Fixture, "server: where it cannot listen it says so") {
    start();
    const auto message_of = [&](ServerOptions options) -> std::string {
        try {
            Server second(io, std::move(options), {}, log);
        } catch (const std::runtime_error& error) {
            return error.what();
        }
        return "";
    };
    CHECK(message_of({.port = server->port()}) == "cannot listen on address '127.0.0.1', port " +
                                                      std::to_string(server->port()) + ": Address already in use");
    CHECK(message_of({.address = "example.org"}) ==
          "cannot listen on address 'example.org', port 0: Invalid argument");
    CHECK(message_of({.address = "192.0.2.1", .port = 1}).ends_with("Cannot assign requested address"));
}

TEST_CASE_FIXTURE(Fixture, "server: many clients at once") {
    start();
    CurlClient client(io);
    int good = 0;
    int done = 0;
    for (int i = 0; i < 60; ++i) {
        auto body = std::to_string(i);
        asio::co_spawn(io,
                       client.send({.method = "POST", .url = url("/"), .headers = {}, .body = body}, long_enough),
                       [&, body](std::exception_ptr, const Result<HttpResponse>& result) {
                           ++done;
                           good += result && result->body == "[" + body + "]" ? 1 : 0;
                       });
    }
    run_until(io, [&] { return done == 60; });
    CHECK(good == 60);
}
