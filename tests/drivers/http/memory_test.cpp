#include "drivers/http/memory.hpp"

#include <doctest/doctest.h>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/system/system_error.hpp>
#include <memory>
#include <optional>
#include <stdexcept>
#include <vector>

#include "tests/drivers/http/manual_clock.hpp"

using namespace qrvend;
using namespace qrvend::http;
namespace asio = boost::asio;

namespace {

constexpr milliseconds deadline{1000};

struct Answer {
    std::optional<Result<HttpResponse>> result;
    std::exception_ptr error;
    MonotonicTime at;
    bool here() const { return result.has_value(); }
};

struct Fixture {
    ManualClock clock;
    asio::io_context io;
    MemoryTransport transport{clock};
    std::vector<HttpRequest> seen;
    Fault fault;

    Fixture() {
        transport.route("https://pay.example", [this](HttpRequest request) { return handle(std::move(request)); });
        transport.set_faults([this](const HttpRequest&) { return fault; });
    }

    // What still waits belongs to the event loop and goes before it.
    ~Fixture() { clock.abandon(); }

    asio::awaitable<HttpResponse> handle(HttpRequest request) {
        seen.push_back(std::move(request));
        co_return HttpResponse{.status = 200, .headers = {}, .body = std::to_string(seen.size())};
    }

    std::shared_ptr<Answer> start(std::string url = "https://pay.example/payments?x=1#there") {
        auto answer = std::make_shared<Answer>();
        HttpRequest request{.method = "POST", .url = std::move(url), .headers = {{"A", "b"}}, .body = "{}"};
        asio::co_spawn(io, transport.send(std::move(request), deadline),
                       [this, answer](std::exception_ptr error, Result<HttpResponse> result) {
                           answer->error = error;
                           answer->at = clock.now().monotonic;
                           if (!error) {
                               answer->result = std::move(result);
                           }
                       });
        clock.pass(io, milliseconds(0));
        return answer;
    }

    void check_failure(const Answer& answer, World world, std::string_view code) const {
        REQUIRE(answer.here());
        REQUIRE_FALSE(answer.result->has_value());
        CHECK(answer.result->error().world == world);
        CHECK(answer.result->error().code == code);
    }
};

}  // namespace

TEST_CASE_FIXTURE(Fixture, "memory: a request reaches its handler as a server would hand it over") {
    const auto answer = start();
    REQUIRE(answer->here());
    REQUIRE(answer->result->has_value());
    CHECK((*answer->result)->status == 200);
    CHECK((*answer->result)->body == "1");
    REQUIRE(seen.size() == 1);
    CHECK(seen[0].method == "POST");
    CHECK(seen[0].url == "/payments?x=1");
    CHECK(seen[0].body == "{}");
    CHECK(header_value(seen[0].headers, "host") == "pay.example");
    CHECK(header_value(seen[0].headers, "a") == "b");
    CHECK(clock.waiting() == 0);
}

TEST_CASE_FIXTURE(Fixture, "memory: base URLs are told apart by scheme, host and port") {
    check_failure(*start("http://pay.example/"), World::unsent, "resolve_failed");
    check_failure(*start("https://pay.example:444/"), World::unsent, "resolve_failed");
    check_failure(*start("https://pay.example.org/"), World::unsent, "resolve_failed");
    check_failure(*start("nonsense"), World::unsent, "resolve_failed");
    CHECK(start("https://pay.example")->result->has_value());
    CHECK(seen.back().url == "/");
    CHECK(start("https://pay.example?q")->result->has_value());
    CHECK(seen.back().url == "/?q");
}

TEST_CASE_FIXTURE(Fixture, "memory: a lost request is never handled and ends at the deadline") {
    fault.request = Fault::Request::lost;
    const auto answer = start();
    clock.pass(io, deadline - milliseconds(1));
    CHECK_FALSE(answer->here());
    clock.pass(io, milliseconds(1));
    check_failure(*answer, World::unknown, "timeout");
    CHECK(seen.empty());
}

TEST_CASE_FIXTURE(Fixture, "memory: an unreachable server is unsent at the deadline, a refusing one at once") {
    fault.request = Fault::Request::unreachable;
    const auto late = start();
    CHECK_FALSE(late->here());
    clock.pass(io, deadline);
    check_failure(*late, World::unsent, "connect_timeout");
    fault.request = Fault::Request::refused;
    check_failure(*start(), World::unsent, "connect_failed");
    CHECK(seen.empty());
}

TEST_CASE_FIXTURE(Fixture, "memory: a lost answer ends at the deadline, a cut one at once, and both were handled") {
    fault.answer = Fault::Answer::lost;
    const auto lost = start();
    CHECK(seen.size() == 1);
    CHECK_FALSE(lost->here());
    clock.pass(io, deadline);
    check_failure(*lost, World::unknown, "timeout");
    fault.answer = Fault::Answer::cut;
    check_failure(*start(), World::unknown, "connection_lost");
    CHECK(seen.size() == 2);
}

TEST_CASE_FIXTURE(Fixture, "memory: delays shift the handling and the answer") {
    fault.request_delay = milliseconds(300);
    fault.answer_delay = milliseconds(400);
    const auto begin = clock.now().monotonic;
    const auto answer = start();
    clock.pass(io, milliseconds(299));
    CHECK(seen.empty());
    clock.pass(io, milliseconds(1));
    CHECK(seen.size() == 1);
    CHECK_FALSE(answer->here());
    clock.pass(io, milliseconds(400));
    REQUIRE(answer->here());
    CHECK(answer->result->has_value());
    CHECK(answer->at == begin + milliseconds(700));
    CHECK(clock.waiting() == 0);
}

TEST_CASE_FIXTURE(Fixture, "memory: what comes after the deadline is handled but not seen") {
    fault.request_delay = milliseconds(1500);
    const auto answer = start();
    clock.pass(io, deadline);
    check_failure(*answer, World::unknown, "timeout");
    CHECK(seen.empty());
    clock.pass(io, deadline);
    CHECK(seen.size() == 1);
    check_failure(*answer, World::unknown, "timeout");
}

TEST_CASE_FIXTURE(Fixture, "memory: a request that arrives twice is handled twice, and the first answer counts") {
    fault.request = Fault::Request::arrives_twice;
    const auto answer = start();
    REQUIRE(answer->here());
    CHECK((*answer->result)->body == "1");
    CHECK(seen.size() == 2);
}

TEST_CASE_FIXTURE(Fixture, "memory: a gateway answers instead, after the handler or without it") {
    fault.reply_with = HttpResponse{.status = 502, .headers = {}, .body = "bad gateway"};
    auto answer = start();
    REQUIRE(answer->here());
    CHECK((*answer->result)->status == 502);
    CHECK(seen.size() == 1);
    fault.request = Fault::Request::lost;
    answer = start();
    REQUIRE(answer->here());
    CHECK((*answer->result)->status == 502);
    CHECK(seen.size() == 1);
}

TEST_CASE_FIXTURE(Fixture, "memory: a cancelled request ends with an exception and leaves no wait behind") {
    fault.answer = Fault::Answer::lost;
    asio::cancellation_signal signal;
    std::exception_ptr caught;
    asio::co_spawn(
        io, transport.send({.method = "GET", .url = "https://pay.example/"}, deadline),
        asio::bind_cancellation_slot(
            signal.slot(), [&](std::exception_ptr error, const Result<HttpResponse>&) { caught = error; }));
    clock.pass(io, milliseconds(1));
    CHECK(clock.waiting() == 1);
    signal.emit(asio::cancellation_type::terminal);
    clock.pass(io, milliseconds(0));
    REQUIRE(caught);
    CHECK_THROWS_AS(std::rethrow_exception(caught), boost::system::system_error);
    CHECK(clock.waiting() == 0);
}

TEST_CASE_FIXTURE(Fixture, "memory: a handler's exception leaves the event loop") {
    transport.route("https://pay.example", [](HttpRequest) -> asio::awaitable<HttpResponse> {
        throw std::logic_error("a bug");
        co_return HttpResponse{};
    });
    CHECK_THROWS_AS(start(), std::logic_error);
}

TEST_CASE("memory: a crash with requests in every phase leaves nothing behind") {
    ManualClock clock;
    MemoryTransport transport(clock);
    std::optional<asio::io_context> io(std::in_place);
    auto alive = std::make_shared<int>(0);
    transport.route("https://pay.example", [alive](HttpRequest) -> asio::awaitable<HttpResponse> {
        co_return HttpResponse{.status = 200};
    });
    Fault fault;
    transport.set_faults([&](const HttpRequest&) { return fault; });
    const auto start = [&] {
        asio::co_spawn(*io, transport.send({.method = "GET", .url = "https://pay.example/"}, deadline),
                       [alive](std::exception_ptr, const Result<HttpResponse>&) { ++*alive; });
    };
    fault = {.request = Fault::Request::lost};
    start();
    fault = {.request_delay = milliseconds(10)};
    start();
    fault = {.answer_delay = milliseconds(10)};
    start();
    fault = {.answer = Fault::Answer::lost};
    start();
    io->poll();
    fault = {};
    start();  // not even begun
    CHECK(alive.use_count() > 6);
    clock.abandon();
    io.reset();
    transport.route("https://pay.example", {});
    CHECK(alive.use_count() == 1);
    CHECK(*alive == 0);
}
