#include "drivers/system/clock.hpp"

#include <doctest/doctest.h>

#include <boost/asio/io_context.hpp>
#include <memory>
#include <optional>
#include <vector>

using namespace qrvend;

namespace {

struct Fixture {
    boost::asio::io_context io;
    SystemClock clock{io};
    MonotonicTime past = clock.now().monotonic - seconds(1);
};

}  // namespace

TEST_CASE_FIXTURE(Fixture, "the two times run and the boot id stays") {
    const auto before = clock.now();
    clock.call_at(before.monotonic + milliseconds(2), [] {});
    io.run();
    const auto after = clock.now();
    CHECK(after.monotonic >= before.monotonic + milliseconds(2));
    CHECK(before.wall.time_since_epoch() > std::chrono::years(50));
    CHECK(before.boot.value != 0);
    CHECK(before.boot == after.boot);
    CHECK(SystemClock(io).now().boot == before.boot);
}

TEST_CASE_FIXTURE(Fixture, "a wait never ends inside call_at, not even one already due") {
    int calls = 0;
    CHECK(clock.call_at(past, [&] { ++calls; }) != 0);
    CHECK(clock.call_at(MonotonicTime(), [&] { ++calls; }) != 0);
    CHECK(clock.call_at(MonotonicTime(milliseconds(-5)), [&] { ++calls; }) != 0);
    CHECK(calls == 0);
    io.run();
    CHECK(calls == 3);
}

TEST_CASE_FIXTURE(Fixture, "waits end in the order of their deadlines, equal ones in the order of asking") {
    std::vector<int> order;
    const auto soon = clock.now().monotonic + milliseconds(5);
    clock.call_at(soon + milliseconds(2), [&] { order.push_back(4); });
    clock.call_at(soon, [&] { order.push_back(2); });
    clock.call_at(soon, [&] { order.push_back(3); });
    clock.call_at(past, [&] { order.push_back(1); });
    io.run();
    CHECK(order == std::vector{1, 2, 3, 4});
}

TEST_CASE_FIXTURE(Fixture, "a cancelled wait is destroyed uncalled, at once") {
    auto held = std::make_shared<int>(0);
    const auto wait = clock.call_at(clock.now().monotonic + seconds(60), [held] { ++*held; });
    CHECK(held.use_count() == 2);
    clock.cancel(wait);
    CHECK(held.use_count() == 1);
    clock.cancel(wait);
    clock.cancel(0);
    clock.cancel(4711);
    io.run();  // returns: nothing is waited for
    CHECK(*held == 0);
}

TEST_CASE_FIXTURE(Fixture, "cancelling the earliest leaves the others") {
    bool called = false;
    const auto first = clock.call_at(clock.now().monotonic + milliseconds(1), [] { FAIL("cancelled"); });
    clock.call_at(clock.now().monotonic + milliseconds(3), [&] { called = true; });
    clock.cancel(first);
    io.run();
    CHECK(called);
}

TEST_CASE_FIXTURE(Fixture, "a wait may cancel another that is due at the same time") {
    bool called = false;
    std::uint64_t second = 0;
    clock.call_at(past, [&] { clock.cancel(second); });
    second = clock.call_at(past, [&] { called = true; });
    io.run();
    CHECK_FALSE(called);
}

TEST_CASE_FIXTURE(Fixture, "a wait that asks for the past again and again starves nobody") {
    int rounds = 0;
    bool stop = false;
    std::move_only_function<void()> again;
    again = [&] {
        if (!stop) {
            ++rounds;
            clock.call_at(past - seconds(1), [&] { again(); });
        }
    };
    clock.call_at(past, [&] { again(); });
    clock.call_at(clock.now().monotonic + milliseconds(3), [&] { stop = true; });
    io.run();
    CHECK(stop);
    CHECK(rounds > 1);
}

TEST_CASE_FIXTURE(Fixture, "the loop is woken no more often than there are deadlines") {
    const auto soon = clock.now().monotonic + milliseconds(2);
    for (int i = 0; i < 100; ++i) {
        const auto wait = clock.call_at(soon + milliseconds(i), [] {});
        if (i % 10 != 9) {
            clock.cancel(wait);
        }
    }
    io.poll();  // waits given up leave cancelled operations behind
    std::size_t handlers = 0;
    while (io.run_one() != 0) {
        ++handlers;
    }
    CHECK(handlers <= 10);
    CHECK(handlers >= 1);
}

TEST_CASE("a clock may die with waits, also from within one") {
    boost::asio::io_context io;
    auto held = std::make_shared<int>(0);
    std::optional<SystemClock> clock(std::in_place, io);
    const auto now = clock->now().monotonic;
    clock->call_at(now + seconds(60), [held] { ++*held; });
    SUBCASE("outside") {
        clock.reset();
    }
    SUBCASE("inside") {
        clock->call_at(now, [&] { clock.reset(); });
        clock->call_at(now, [held] { ++*held; });
    }
    io.run();
    CHECK(held.use_count() == 1);
    CHECK(*held == 0);
}
