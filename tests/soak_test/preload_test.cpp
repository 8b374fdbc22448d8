// The faster clock, in this very program: it starts itself anew under the library, and what passes there would take
// hours without it.

#include <doctest/doctest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <ctime>
#include <filesystem>
#include <optional>

#include "drivers/http/client.hpp"
#include "drivers/system/clock.hpp"
#include "drivers/system/temporary_folder.hpp"
#include "tests/soak/preloading.hpp"
#include "tests/support/process.hpp"

using namespace qrvend;
namespace asio = boost::asio;

namespace {

using namespace std::chrono_literals;

// Six hours in a second.
constexpr int speed = 21'600;

std::pair<int, std::string> run_under_the_library(const std::string& test_case) {
    const soak::Preloading preloading(speed);
    return test::run(
        {std::filesystem::read_symlink("/proc/self/exe").string(), "--no-skip", "--test-case=" + test_case});
}

void check_under_the_library(const std::string& test_case) {
    const auto [code, output] = run_under_the_library(test_case);
    CHECK_MESSAGE(code == 0, output);
    CHECK_MESSAGE(output.contains("1 passed"), output);
}

template <class Clock>
std::chrono::seconds passed(auto&& what) {
    const auto before = Clock::now();
    what();
    return std::chrono::floor<std::chrono::seconds>(Clock::now() - before);
}

void wait_three_hours() {
    asio::io_context io;
    SystemClock clock(io);
    clock.call_at(clock.now().monotonic + milliseconds(3h), [] {});
    io.run();
}

}  // namespace

TEST_CASE("under the library: the daemon's clock waits for three hours" * doctest::skip()) {
    CHECK(passed<std::chrono::steady_clock>(wait_three_hours) >= 3h);
    CHECK(passed<std::chrono::system_clock>(wait_three_hours) >= 3h);
    const std::time_t before = std::time(nullptr);
    wait_three_hours();
    CHECK(std::time(nullptr) - before >= 3 * 3600);
}

TEST_CASE("under the library: a timer of Asio waits for three hours" * doctest::skip()) {
    CHECK(passed<std::chrono::steady_clock>([] {
              asio::io_context io;
              asio::steady_timer timer(io, 3h);
              timer.async_wait([](auto) {});
              io.run();
          }) >= 3h);
}

TEST_CASE("under the library: libcurl gives up after an hour" * doctest::skip()) {
    asio::io_context io;
    const asio::ip::tcp::acceptor silent(io, {asio::ip::address_v4::loopback(), 0});
    const std::string url = "http://127.0.0.1:" + std::to_string(silent.local_endpoint().port()) + "/";
    std::optional<Result<HttpResponse>> answer;
    http::CurlClient client(io);
    asio::co_spawn(io, client.send({.method = "GET", .url = url, .headers = {}, .body = {}}, milliseconds(1h)),
                   [&](const std::exception_ptr&, Result<HttpResponse> result) {
                       answer = std::move(result);
                       io.stop();
                   });
    CHECK(passed<std::chrono::steady_clock>([&] { io.run(); }) >= 1h);
    REQUIRE(answer);
    REQUIRE_FALSE(*answer);
    CHECK(answer->error().code == "timeout");
}

TEST_CASE("time runs faster in a program that knows nothing of it") {
    check_under_the_library("under the library: the daemon's clock*");
    check_under_the_library("under the library: a timer of Asio*");
    check_under_the_library("under the library: libcurl*");
}

TEST_CASE("programs that are started one after the other see one time") {
    const soak::Preloading preloading(speed);
    const auto seconds = [] { return std::stoll(test::run({"date", "+%s"}).second); };
    const auto first = seconds();
    test::run({"sleep", "0.1"});
    CHECK(seconds() >= first + speed / 10);
}

TEST_CASE("a program tells what it has on its heap") {
    const TemporaryFolder folder;
    soak::HeapWatch heap(folder.path() / "heap");
    CHECK(heap.answer() == 0);
    heap.ask();
    CHECK_FALSE(heap.answer());
    const soak::Preloading preloading(1);
    check_under_the_library("under the library: a timer of Asio*");
    CHECK(heap.answer().value() > 1000);
}
