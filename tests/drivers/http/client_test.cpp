#include "drivers/http/client.hpp"

#include <doctest/doctest.h>
#include <sys/socket.h>

#include <algorithm>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/system/system_error.hpp>
#include <cstdlib>
#include <future>
#include <memory>
#include <optional>
#include <set>
#include <thread>
#include <vector>

#include "tests/drivers/http/loopback.hpp"

using namespace qrvend;
using namespace qrvend::http;

namespace {

constexpr milliseconds long_enough{20'000};
constexpr milliseconds short_deadline{100};

std::string ok(const std::string& body = "fine") {
    return "HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}

struct Fixture {
    asio::io_context io;
    std::optional<CurlClient> client{std::in_place, io};

    Result<HttpResponse> send(std::string method, std::string url, std::string body = {},
                              milliseconds deadline = long_enough) {
        HttpRequest request{
            .method = std::move(method), .url = std::move(url), .headers = {}, .body = std::move(body)};
        return run(io, client->send(std::move(request), deadline));
    }

    Result<HttpResponse> get(std::string url, milliseconds deadline = long_enough) {
        return send("GET", std::move(url), {}, deadline);
    }
};

void check_failure(const Result<HttpResponse>& result, World world, std::string_view code) {
    REQUIRE_FALSE(result.has_value());
    CHECK_MESSAGE(result.error().world == world, result.error().detail);
    CHECK_MESSAGE(result.error().code == code, result.error().detail);
}

// Answers every request with the same bytes, on connections kept alive, and keeps what it saw.
struct Answering {
    std::string answer = ok();
    std::vector<std::string> seen{};

    RawServer::Talk talk() {
        return [this](tcp::socket* socket, int) { return converse(this, socket); };
    }

    static awaitable<void> converse(Answering* self, tcp::socket* socket) {
        for (auto request = co_await read_message(socket); !request.empty();
             request = co_await read_message(socket)) {
            self->seen.push_back(request);
            co_await say(socket, self->answer);
        }
    }
};

// Says its bytes once and closes.
RawServer::Talk saying_once(std::string bytes) {
    struct Script {
        static awaitable<void> run(tcp::socket* socket, std::string bytes) {
            co_await read_message(socket);
            co_await say(socket, std::move(bytes));
        }
    };
    return [bytes = std::move(bytes)](tcp::socket* socket, int) { return Script::run(socket, bytes); };
}

// Takes a request and never answers; notes when the client has gone.
struct Silent {
    int requests = 0;
    int gone = 0;

    RawServer::Talk talk() {
        return [this](tcp::socket* socket, int) { return listen(this, socket); };
    }

    static awaitable<void> listen(Silent* self, tcp::socket* socket) {
        co_await read_message(socket);
        ++self->requests;
        co_await read_to_end(socket);
        ++self->gone;
    }
};

}  // namespace

TEST_CASE_FIXTURE(Fixture, "client: a request arrives as it was given, and nothing else with it") {
    Answering answering;
    RawServer server(io, answering.talk());
    HttpRequest request{.method = "POST",
                        .url = server.url("/pay?x=1"),
                        .headers = {{"Idempotency-Key", "k1"},
                                    {"X-Empty", ""},
                                    {"Expect", "100-continue"},
                                    {"Content-Length", "999"},
                                    {"transfer-encoding", "chunked"}},
                        .body = std::string("{\"a\":\0}", 7)};
    const auto response = run(io, client->send(request, long_enough));
    REQUIRE(response.has_value());
    CHECK(response->status == 200);
    CHECK(response->body == "fine");
    REQUIRE(answering.seen.size() == 1);
    CHECK(answering.seen[0] == "POST /pay?x=1 HTTP/1.1\r\nHost: 127.0.0.1:" + std::to_string(server.port()) +
                                   "\r\nUser-Agent: qrvend/" QRVEND_VERSION
                                   "\r\nAccept: */*\r\nIdempotency-Key: k1\r\nX-Empty:\r\n"
                                   "Content-Length: 7\r\n\r\n" +
                                   request.body);
}

TEST_CASE_FIXTURE(Fixture, "client: each method says what it should") {
    Answering answering;
    RawServer server(io, answering.talk());
    const auto head_of = [&](std::string method, std::string body) {
        CHECK(send(std::move(method), server.url(), std::move(body)).has_value());
        return answering.seen.back();
    };
    CHECK(head_of("POST", "").contains("Content-Length: 0\r\n"));
    CHECK(head_of("PUT", "").contains("Content-Length: 0\r\n"));
    CHECK_FALSE(head_of("DELETE", "").contains("Content-Length"));
    CHECK_FALSE(head_of("GET", "").contains("Content-Length"));
    CHECK(head_of("PATCH", "xy").starts_with("PATCH / HTTP/1.1\r\n"));
    CHECK(head_of("DELETE", "xy").ends_with("\r\n\r\nxy"));

    // libcurl by itself asks leave to send more than a megabyte.
    CHECK_FALSE(head_of("PUT", std::string(2'000'000, 'x')).contains("Expect"));

    answering.answer = "HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n";
    const auto response = send("HEAD", server.url());
    REQUIRE(response.has_value());
    CHECK(response->body.empty());
    CHECK(server.connections() == 1);
}

TEST_CASE_FIXTURE(Fixture, "client: every status is an answer, and no redirect is followed") {
    Answering answering;
    RawServer server(io, answering.talk());
    for (const auto* line :
         {"404 Not Found", "429 Too Many Requests", "500 Oops", "302 Found", "307 Temporary Redirect",
          "401 Unauthorized", "417 Expectation Failed", "503 Service Unavailable"}) {
        answering.seen.clear();
        answering.answer = std::string("HTTP/1.1 ") + line + "\r\nLocation: " + server.url("/elsewhere") +
                           "\r\nRetry-After: 1\r\nContent-Length: 2\r\n\r\nno";
        const auto response = send("POST", server.url(), "{}");
        REQUIRE(response.has_value());
        CHECK(response->status == std::atoi(line));
        CHECK(response->body == "no");
        CHECK(header_value(response->headers, "location") == server.url("/elsewhere"));
        CHECK(answering.seen.size() == 1);
    }
}

TEST_CASE_FIXTURE(Fixture, "client: only the final answer's headers count, without blanks around them") {
    Answering answering{.answer =
                            "HTTP/1.1 103 Early Hints\r\nLink: early\r\n\r\n"
                            "HTTP/1.1 200 OK\r\nX-One:  a b \t\r\nX-Two:\r\nTransfer-Encoding: chunked\r\n\r\n"
                            "3\r\nabc\r\n0\r\nX-Late: trailer\r\n\r\n"};
    RawServer server(io, answering.talk());
    const auto response = get(server.url());
    REQUIRE(response.has_value());
    CHECK(response->body == "abc");
    CHECK(response->headers ==
          std::vector<HttpHeader>{{"X-One", "a b"}, {"X-Two", ""}, {"Transfer-Encoding", "chunked"}});
}

TEST_CASE_FIXTURE(Fixture, "client: a kept connection is used again") {
    Answering answering;
    RawServer server(io, answering.talk());
    for (int i = 0; i < 5; ++i) {
        CHECK(send("POST", server.url(), "{}").has_value());
    }
    CHECK(answering.seen.size() == 5);
    CHECK(server.connections() == 1);
}

namespace {

// Answers the first request of the first connection. Takes a second one there, and closes without a word. Later
// connections are answered: a client that sends again would have success, and be counted.
struct ClosingOnReuse {
    int requests = 0;

    static awaitable<void> converse(ClosingOnReuse* self, tcp::socket* socket, int connection) {
        for (int answered = 0; !(co_await read_message(socket)).empty(); ++answered) {
            ++self->requests;
            if (connection == 1 && answered == 1) {
                co_return;
            }
            co_await say(socket, ok());
        }
    }

    RawServer::Talk talk() {
        return [this](tcp::socket* socket, int connection) { return converse(this, socket, connection); };
    }
};

}  // namespace

TEST_CASE_FIXTURE(Fixture, "client: a request on a kept connection that dies is not sent again") {
    for (const auto& [method, body] :
         std::vector<std::pair<std::string, std::string>>{{"POST", "{\"capture\":1}"},
                                                          {"POST", ""},
                                                          {"GET", ""},
                                                          {"DELETE", ""},
                                                          {"PUT", std::string(300'000, 'x')}}) {
        CAPTURE(method);
        ClosingOnReuse closing;
        RawServer server(io, closing.talk());
        CHECK(send("POST", server.url(), "{}").has_value());
        CHECK(closing.requests == 1);
        check_failure(send(method, server.url(), body), World::unknown, "connection_lost");
        CHECK(closing.requests == 2);
        CHECK(send("POST", server.url(), "{}").has_value());
        CHECK(closing.requests == 3);
    }
}

TEST_CASE_FIXTURE(Fixture,
                  "client: a connection that the server closed between two requests is replaced in silence") {
    struct Script {
        static awaitable<void> run(tcp::socket* socket, int* closed) {
            co_await read_message(socket);
            co_await say(socket, ok());
            boost::system::error_code ignored;
            socket->close(ignored);
            ++*closed;
        }
    };
    int closed = 0;
    RawServer server(io, [&closed](tcp::socket* socket, int) { return Script::run(socket, &closed); });
    for (int i = 1; i <= 3; ++i) {
        CHECK(send("POST", server.url(), "{}").has_value());
        run_until(io, [&] { return closed == i; });
    }
    CHECK(server.connections() == 3);
}

TEST_CASE_FIXTURE(Fixture, "client: no answer before the deadline is unknown, and the connection is given up") {
    Silent silent;
    RawServer server(io, silent.talk());
    check_failure(send("POST", server.url(), "{}", short_deadline), World::unknown, "timeout");
    CHECK(silent.requests == 1);
    run_until(io, [&] { return silent.gone == 1; });
}

TEST_CASE_FIXTURE(Fixture, "client: an answer that trickles does not outlive the deadline") {
    struct Script {
        static awaitable<void> run(tcp::socket* socket) {
            co_await read_message(socket);
            co_await say(socket, "HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n");
            asio::steady_timer timer(socket->get_executor());
            while (socket->is_open()) {
                co_await say(socket, "x");
                timer.expires_after(milliseconds(5));
                co_await timer.async_wait(asio::use_awaitable);
            }
        }
    };
    RawServer server(io, [](tcp::socket* socket, int) { return Script::run(socket); });
    check_failure(get(server.url(), short_deadline), World::unknown, "timeout");
}

TEST_CASE_FIXTURE(Fixture, "client: a refused connection is unsent") {
    tcp::acceptor taken(io, {asio::ip::address_v4::loopback(), 0});
    const auto port = taken.local_endpoint().port();
    taken.close();
    check_failure(get("http://127.0.0.1:" + std::to_string(port) + "/"), World::unsent, "connect_failed");
}

TEST_CASE_FIXTURE(Fixture, "client: a connection that never comes about is unsent") {
    // With its queue of waiting connections full, the kernel drops what else wants to connect.
    tcp::acceptor full(io, tcp::v4());
    full.bind({asio::ip::address_v4::loopback(), 0});
    full.listen(0);
    tcp::socket first(io);
    first.connect(full.local_endpoint());
    const auto url = "http://127.0.0.1:" + std::to_string(full.local_endpoint().port()) + "/";

    check_failure(get(url, short_deadline), World::unsent, "connect_timeout");
    client.emplace(io, ClientOptions{.connect_timeout = short_deadline});
    check_failure(get(url), World::unsent, "connect_timeout");
}

TEST_CASE_FIXTURE(Fixture, "client: a name that cannot be is unsent") {
    // A label of more than 63 characters (RFC 1035): no name server is asked.
    check_failure(get("https://" + std::string(64, 'a') + ".invalid/"), World::unsent, "resolve_failed");
}

TEST_CASE_FIXTURE(Fixture, "client: too large an answer is unknown") {
    client.emplace(io, ClientOptions{.max_body_bytes = 1000, .max_header_bytes = 2000});
    const std::string head = "HTTP/1.1 200 OK\r\n";
    for (const auto& answer :
         {ok(std::string(1001, 'x')),
          head + "Transfer-Encoding: chunked\r\n\r\n3e9\r\n" + std::string(1001, 'x') + "\r\n0\r\n\r\n",
          head + "\r\n" + std::string(5000, 'x'),
          head + "X: " + std::string(2000, 'x') + "\r\nContent-Length: 0\r\n\r\n"}) {
        RawServer server(io, saying_once(answer));
        check_failure(send("POST", server.url(), "{}"), World::unknown, "too_large");
    }
    RawServer server(io, saying_once(ok(std::string(1000, 'x'))));
    CHECK(get(server.url()).has_value());
}

TEST_CASE_FIXTURE(Fixture, "client: half an answer is unknown, wherever it breaks off") {
    const auto whole = ok("0123456789");
    for (std::size_t size = 0; size < whole.size(); ++size) {
        RawServer server(io, saying_once(whole.substr(0, size)));
        const auto result = send("POST", server.url(), "{}");
        REQUIRE_FALSE(result.has_value());
        CHECK_MESSAGE(result.error().world == World::unknown, whole.substr(0, size));
    }
    RawServer hesitating(io, saying_once("HTTP/1.1 100 Continue\r\n\r\n"));
    check_failure(send("POST", hesitating.url(), "{}"), World::unknown, "connection_lost");
    RawServer whispering(io, saying_once("HTTP/1.1 100 Continue\r\n\r\nhttp/1.1 200 OK\r\nConte"));
    check_failure(send("POST", whispering.url(), "{}"), World::unknown, "connection_lost");
    RawServer server(io, saying_once("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nabc"));
    check_failure(get(server.url()), World::unknown, "connection_lost");
}

TEST_CASE_FIXTURE(Fixture, "client: what is not HTTP is unknown") {
    for (const auto* answer :
         {"SSH-2.0-OpenSSH_9.2\r\n", "\x15\x03\x01\x00\x02\x02\x16", "HTTP/9.9 200\r\n\r\n", "HTTP/1.1 xyz\r\n\r\n",
          "HTTP/24110 x\r\n\r\n", "\r\n\r\n\r\n", "<html>sorry</html>"}) {
        CAPTURE(answer);
        RawServer server(io, saying_once(answer));
        check_failure(send("POST", server.url(), "{}"), World::unknown, "garbled");
    }
}

TEST_CASE_FIXTURE(Fixture, "client: plain http goes to this computer only") {
    for (const auto* url : {"http://pay.example/", "http://10.0.0.1/", "http://128.0.0.1/",
                            "http://127.0.0.1.example/", "http://localhost.example/", "http://[::2]/",
                            "http://0.0.0.0/", "ftp://127.0.0.1/", "file:///etc/passwd", "gopher://localhost/"}) {
        CAPTURE(url);
        check_failure(get(url), World::unsent, "insecure_url");
    }
    for (const auto* host : {"127.0.0.1", "127.255.255.254", "[::1]", "localhost", "LOCALHOST"}) {
        CAPTURE(host);
        check_failure(get(std::string("http://") + host + ":1/"), World::unsent, "connect_failed");
    }
}

TEST_CASE_FIXTURE(Fixture, "client: what is no request is not sent") {
    for (const auto* url : {"", "/path", "http://", "http://127.0.0.1:99999/", "http://me:secret@127.0.0.1/",
                            "https://me@pay.example/", "http://127.0.0.1/a b", "http://127.0.0.1/\r\nX: y"}) {
        CAPTURE(url);
        check_failure(get(url), World::unsent, "bad_url");
    }
    check_failure(send("GET / HTTP/1.1\r\nX:", "http://127.0.0.1:1/"), World::unsent, "bad_request");
    check_failure(send("", "http://127.0.0.1:1/"), World::unsent, "bad_request");
    for (const auto& header : std::vector<HttpHeader>{{"X", "a\r\nY: b"}, {"X\r\n", "a"}, {"", "a"}, {"X:", "a"}}) {
        HttpRequest request{.method = "GET", .url = "http://127.0.0.1:1/", .headers = {header}, .body = {}};
        check_failure(run(io, client->send(request, long_enough)), World::unsent, "bad_request");
    }
}

TEST_CASE_FIXTURE(Fixture, "client: a proxy named in the environment is not used") {
    setenv("http_proxy", "http://127.0.0.1:1", 1);
    setenv("ALL_PROXY", "http://127.0.0.1:1", 1);
    Answering answering;
    RawServer server(io, answering.talk());
    CHECK(get(server.url()).has_value());
    unsetenv("http_proxy");
    unsetenv("ALL_PROXY");
}

TEST_CASE_FIXTURE(Fixture, "client: many requests at once, each with its own answer") {
    struct Echo {
        static awaitable<void> run(tcp::socket* socket) {
            for (auto request = co_await read_message(socket); !request.empty();
                 request = co_await read_message(socket)) {
                co_await say(socket, ok(request.substr(request.find("\r\n\r\n") + 4)));
            }
        }
    };
    RawServer server(io, [](tcp::socket* socket, int) { return Echo::run(socket); });
    constexpr int count = 60;
    std::set<std::string> answers;
    int done = 0;
    for (int round = 0; round < 3; ++round) {
        for (int i = 0; i < count; ++i) {
            auto body = std::to_string(round * count + i);
            asio::co_spawn(
                io, client->send({.method = "POST", .url = server.url(), .headers = {}, .body = body}, long_enough),
                [&, body](std::exception_ptr, const Result<HttpResponse>& result) {
                    ++done;
                    if (result && result->body == body) {
                        answers.insert(body);
                    }
                });
        }
        run_until(io, [&] { return done == (round + 1) * count; });
    }
    CHECK(answers.size() == 3 * count);
}

TEST_CASE_FIXTURE(Fixture, "client: more requests than it may have in flight are unsent") {
    client.emplace(io, ClientOptions{.max_requests = 1});
    Silent silent;
    RawServer server(io, silent.talk());
    std::optional<Result<HttpResponse>> first;
    asio::co_spawn(io, client->send({.method = "GET", .url = server.url()}, long_enough),
                   [&](std::exception_ptr, Result<HttpResponse> result) { first = std::move(result); });
    run_until(io, [&] { return silent.requests == 1; });
    check_failure(get(server.url()), World::unsent, "busy");
    client.reset();
    run_until(io, [&] { return first.has_value(); });
    check_failure(*first, World::unknown, "stopped");
}

TEST_CASE_FIXTURE(Fixture, "client: a cancelled request ends with an exception, and its connection with it") {
    Silent silent;
    RawServer server(io, silent.talk());
    asio::cancellation_signal signal;
    std::exception_ptr caught;
    asio::co_spawn(
        io, client->send({.method = "POST", .url = server.url(), .headers = {}, .body = "{}"}, long_enough),
        asio::bind_cancellation_slot(
            signal.slot(), [&](std::exception_ptr error, const Result<HttpResponse>&) { caught = error; }));
    SUBCASE("while it waits for the answer") {
        run_until(io, [&] { return silent.requests == 1; });
        signal.emit(asio::cancellation_type::terminal);
        run_until(io, [&] { return caught && silent.gone == 1; });
    }
    SUBCASE("while it connects") {
        while (server.connections() == 0 && !caught) {
            io.poll_one();
            signal.emit(asio::cancellation_type::terminal);
        }
        run_until(io, [&] { return caught != nullptr; });
    }
    CHECK_THROWS_AS(std::rethrow_exception(caught), boost::system::system_error);
    signal.emit(asio::cancellation_type::terminal);
    Answering answering;
    RawServer other(io, answering.talk());
    CHECK(get(other.url()).has_value());
}

TEST_CASE("client: it may be destroyed with requests in every phase") {
    asio::io_context io;
    Silent silent;
    RawServer server(io, silent.talk());
    std::optional<CurlClient> client(std::in_place, io);
    std::vector<Result<HttpResponse>> results;
    const auto start = [&] {
        asio::co_spawn(
            io, client->send({.method = "POST", .url = server.url(), .headers = {}, .body = "{}"}, long_enough),
            [&](std::exception_ptr, Result<HttpResponse> result) { results.push_back(std::move(result)); });
    };
    start();
    run_until(io, [&] { return silent.requests == 1; });
    start();
    io.poll_one();
    start();  // not even begun
    client.reset();
    SUBCASE("and they end") {
        run_until(io, [&] { return results.size() == 3; });
        std::ranges::sort(results, {}, [](const auto& result) { return result.error().world; });
        check_failure(results[0], World::unknown, "stopped");
        check_failure(results[1], World::unsent, "stopped");
        check_failure(results[2], World::unsent, "stopped");
    }
    SUBCASE("and the loop never runs again") {}
}

TEST_CASE("client: between requests nothing is watched and no timer runs") {
    asio::io_context server_io;
    Answering answering;
    RawServer server(server_io, answering.talk());
    std::promise<void> end;
    std::thread thread([&] { server_io.run(); });

    asio::io_context io;
    CurlClient client(io);
    for (int i = 0; i < 2; ++i) {
        REQUIRE(run(io, client.send({.method = "GET", .url = server.url()}, long_enough)).has_value());
        io.restart();
        io.poll();  // what the request itself left behind
        io.restart();
        CHECK(io.run_for(std::chrono::milliseconds(200)) == 0);
        CHECK(io.stopped());  // not even something to wait for
    }
    server_io.stop();
    thread.join();
    CHECK(server.connections() == 1);
}

TEST_CASE_FIXTURE(Fixture, "client: a warmed-up connection is the one that is used") {
    Answering answering;
    RawServer server(io, answering.talk());
    client->warm_up(server.url("/ping"));
    client->warm_up(server.url("/ping"));  // nothing: one is being made
    run_until(io, [&] { return answering.seen.size() == 1; });
    CHECK(answering.seen[0].starts_with("HEAD /ping HTTP/1.1\r\n"));
    CHECK(send("POST", server.url(), "{}").has_value());
    client->warm_up(server.url("/ping"));  // nothing: there is one
    CHECK(send("POST", server.url(), "{}").has_value());
    CHECK(answering.seen.size() == 3);
    CHECK(server.connections() <= 2);
    client->warm_up("http://pay.example/");  // refused in silence
    io.restart();
    io.poll();
}
