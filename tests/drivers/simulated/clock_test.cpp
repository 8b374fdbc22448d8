#include "drivers/simulated/clock.hpp"

#include <doctest/doctest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>
#include <cstdlib>
#include <map>
#include <memory>
#include <vector>

#include "controller/kiosk/wait.hpp"

using namespace qrvend;
using simulated::SimulatedClock;

namespace asio = boost::asio;

namespace {

using namespace std::chrono_literals;

struct Fixture {
    SimulatedClock clock;
    std::unique_ptr<asio::io_context> io = std::make_unique<asio::io_context>();
    MonotonicTime start = clock.now().monotonic;
    std::vector<int> order;

    std::move_only_function<void()> note(int number) {
        return [this, number] { order.push_back(number); };
    }
    bool run_out() {
        return clock.run_until(*io, [] { return false; });
    }
};

asio::awaitable<void> tick(SimulatedClock* clock, int times, int* ticks) {
    for (int tick = 0; tick < times; ++tick) {
        co_await sleep_until(*clock, clock->now().monotonic + 1s);
        ++*ticks;
    }
}

// Tells a test how its frame ended, and comes back to the clock while it is being destroyed.
class Witness {
public:
    Witness(SimulatedClock& clock, int& destroyed) : clock_(clock), destroyed_(destroyed) {}
    Witness(const Witness&) = delete;
    Witness& operator=(const Witness&) = delete;
    ~Witness() {
        ++destroyed_;
        clock_.cancel(clock_.call_at(clock_.now().monotonic, [] {}));
        clock_.call_at(clock_.now().monotonic, [] {});
    }

private:
    SimulatedClock& clock_;
    int& destroyed_;
};

asio::awaitable<void> sleep_with_witness(SimulatedClock* clock, int* destroyed, int* woken) {
    const Witness witness{*clock, *destroyed};
    co_await sleep_until(*clock, clock->now().monotonic + 1h);
    ++*woken;
}

}  // namespace

TEST_CASE_FIXTURE(Fixture, "waits end in the order of their deadlines, equal ones in the order of asking") {
    clock.call_at(start + 2s, note(4));
    clock.call_at(start + 1s, note(2));
    clock.call_at(start + 1s, note(3));
    clock.call_at(start - 1h, note(1));
    CHECK(order.empty());
    CHECK_FALSE(run_out());
    CHECK(order == std::vector{1, 2, 3, 4});
    CHECK(clock.now().monotonic == start + 2s);
    CHECK(clock.wakeups() == 4);
}

TEST_CASE_FIXTURE(Fixture, "what is ready runs before time moves") {
    clock.call_at(start + 1s, note(2));
    asio::post(*io, [this] {
        asio::post(*io, note(1));
        CHECK(clock.now().monotonic == start);
    });
    run_out();
    CHECK(order == std::vector{1, 2});
}

TEST_CASE_FIXTURE(Fixture, "a wait asked for inside another, for now, comes after those of the same moment") {
    clock.call_at(start, [this] {
        order.push_back(1);
        clock.call_at(start, note(3));
    });
    clock.call_at(start, note(2));
    run_out();
    CHECK(order == std::vector{1, 2, 3});
    CHECK(clock.now().monotonic == start);
}

TEST_CASE_FIXTURE(Fixture, "a cancelled wait is destroyed uncalled, and a stale number harms nobody") {
    auto held = std::make_shared<int>(0);
    const auto first = clock.call_at(start + 1s, [held] { ++*held; });
    CHECK(held.use_count() == 2);
    clock.cancel(first);
    CHECK(held.use_count() == 1);
    CHECK(clock.waiting() == 0);
    const auto second = clock.call_at(start + 1s, note(1));
    CHECK(first != second);
    clock.cancel(first);
    clock.cancel(0);
    clock.cancel(999'999'999);
    run_out();
    clock.cancel(second);
    CHECK(order == std::vector{1});
    CHECK(*held == 0);
}

TEST_CASE_FIXTURE(Fixture, "a thousand waits, a third of them cancelled, end in order") {
    std::srand(7);
    std::map<std::pair<MonotonicTime, std::uint64_t>, int> expected;
    std::vector<std::pair<MonotonicTime, std::uint64_t>> asked;
    for (int number = 0; number < 1000; ++number) {
        const MonotonicTime deadline = start + milliseconds(std::rand() % 300);
        asked.emplace_back(deadline, clock.call_at(deadline, note(number)));
        expected.emplace(asked.back(), number);
        if (std::rand() % 3 == 0) {
            const auto& doomed = asked[static_cast<std::size_t>(std::rand()) % asked.size()];
            clock.cancel(doomed.second);
            expected.erase(doomed);
        }
    }
    CHECK(clock.waiting() == expected.size());
    run_out();
    std::vector<int> in_order;
    for (const auto& [key, number] : expected) {
        in_order.push_back(number);
    }
    CHECK(order == in_order);
}

TEST_CASE_FIXTURE(Fixture, "running until a condition stops there and leaves the rest waiting") {
    int ticks = 0;
    asio::co_spawn(*io, tick(&clock, 10, &ticks), asio::detached);
    CHECK(clock.run_until(*io, [&] { return ticks == 3; }));
    CHECK(clock.now().monotonic == start + 3s);
    CHECK(clock.waiting() == 1);
    CHECK_FALSE(clock.run_until(*io, [&] { return ticks == 9; }, start + 5s));
    CHECK(ticks == 5);
    clock.run_for(*io, 1500ms);
    CHECK(ticks == 6);
    CHECK(clock.now().monotonic == start + 6500ms);
    CHECK_FALSE(run_out());
    CHECK(ticks == 10);
    clock.run_until(*io, start + 60s);
    CHECK(clock.now().monotonic == start + 60s);
    CHECK(clock.waiting() == 0);
}

TEST_CASE_FIXTURE(Fixture, "the wall clock jumps ten years either way and no deadline notices") {
    const WallTime wall = clock.now().wall;
    int ticks = 0;
    asio::co_spawn(*io, tick(&clock, 2, &ticks), asio::detached);
    clock.run_until(*io, [&] { return ticks == 1; });
    CHECK(clock.now().wall == wall + 1s);
    for (const auto jump : {std::chrono::years(10), std::chrono::years(-20)}) {
        const WallTime target = clock.now().wall + jump;
        clock.set_wall(target);
        CHECK(clock.now().wall == target);
        CHECK(clock.now().monotonic == start + 1s);
    }
    run_out();
    CHECK(clock.now().monotonic == start + 2s);
    CHECK(clock.elapsed() == 2s);
}

TEST_CASE_FIXTURE(Fixture,
                  "after a reboot monotonic time begins anew under another boot id, and the world goes on") {
    clock.run_for(*io, 5h);
    const Stamp before = clock.now();
    clock.call_at(start, [] {});
    CHECK_THROWS_AS(clock.reboot(), std::logic_error);
    run_out();
    clock.reboot();
    const Stamp after = clock.now();
    CHECK(after.boot != before.boot);
    CHECK(after.monotonic < before.monotonic);
    CHECK(after.wall == before.wall);
    clock.run_for(*io, 1h);
    CHECK(clock.elapsed() == 6h);
}

TEST_CASE_FIXTURE(Fixture, "a crash destroys every coroutine and runs none") {
    int destroyed = 0;
    int woken = 0;
    asio::co_spawn(*io, sleep_with_witness(&clock, &destroyed, &woken), asio::detached);
    asio::co_spawn(*io, sleep_with_witness(&clock, &destroyed, &woken), asio::detached);
    clock.run_for(*io, 1s);
    asio::co_spawn(*io, sleep_with_witness(&clock, &destroyed, &woken), asio::detached);  // posted, not begun
    CHECK(clock.waiting() == 2);
    clock.abandon(std::move(io));
    CHECK(destroyed == 2);
    CHECK(woken == 0);
    CHECK(clock.waiting() == 0);

    io = std::make_unique<asio::io_context>();
    int ticks = 0;
    asio::co_spawn(*io, tick(&clock, 3, &ticks), asio::detached);
    run_out();
    CHECK(ticks == 3);
}

TEST_CASE_FIXTURE(Fixture, "a frozen process runs no further") {
    int ticks = 0;
    asio::co_spawn(*io, tick(&clock, 10, &ticks), asio::detached);
    clock.call_at(start + 2500ms, [this] {
        asio::post(*io, note(1));
        clock.freeze(*io);
    });
    asio::post(*io, note(0));
    CHECK_FALSE(run_out());
    CHECK_FALSE(run_out());
    CHECK(order == std::vector{0});
    CHECK(ticks == 2);
    CHECK(clock.waiting() == 1);
    clock.abandon(std::move(io));
    CHECK(clock.waiting() == 0);
}
