#include "controller/kiosk/wait.hpp"

#include <doctest/doctest.h>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/system/system_error.hpp>
#include <memory>
#include <vector>

#include "drivers/simulated/clock.hpp"

using namespace qrvend;
using simulated::SimulatedClock;

namespace asio = boost::asio;

namespace {

using namespace std::chrono_literals;
using namespace asio::experimental::awaitable_operators;

struct Fixture {
    Fixture() = default;
    ~Fixture() { clock.abandon(std::move(io)); }
    Fixture(const Fixture&) = delete;
    Fixture& operator=(const Fixture&) = delete;

    /// Waits `times` times, each at most `patience`, and notes whether it rang.
    void wait(int times, std::optional<milliseconds> patience = std::nullopt) {
        asio::co_spawn(*io, note(this, times, patience), asio::detached);
        run();
    }
    static asio::awaitable<void> note(Fixture* self, int times, std::optional<milliseconds> patience) {
        for (int time = 0; time < times; ++time) {
            const MonotonicTime now = self->clock.now().monotonic;
            const bool rang = co_await self->bell.wait(patience ? std::optional(now + *patience) : std::nullopt);
            self->rang.push_back(rang);
            if (self->after_wait) {
                self->after_wait();
            }
        }
    }
    void run() { clock.run_for(*io, 0s); }

    SimulatedClock clock;
    std::unique_ptr<asio::io_context> io = std::make_unique<asio::io_context>();
    Bell bell{clock};
    std::vector<bool> rang;
    std::function<void()> after_wait;
};

using Rang = std::vector<bool>;

asio::awaitable<void> sleep_and_count(Clock* clock, MonotonicTime deadline, int* awake) {
    co_await sleep_until(*clock, deadline);
    ++*awake;
}

}  // namespace

TEST_CASE_FIXTURE(Fixture, "a ring wakes who waits, and not from within itself") {
    wait(1);
    CHECK(rang.empty());
    bell.ring();
    CHECK(rang.empty());
    run();
    CHECK(rang == Rang{true});
    CHECK(clock.waiting() == 0);
}

TEST_CASE_FIXTURE(Fixture, "rings that nobody waits for are kept as one") {
    bell.ring();
    bell.ring();
    wait(2);
    CHECK(rang == Rang{true});
    bell.ring();
    run();
    CHECK(rang == Rang{true, true});
}

TEST_CASE_FIXTURE(Fixture, "a ring while another is on its way is not lost") {
    wait(2);
    bell.ring();
    bell.ring();
    run();
    CHECK(rang == Rang{true, true});
}

TEST_CASE_FIXTURE(Fixture, "a wait ends at its deadline, and one already due ends at once") {
    wait(2, 5s);
    clock.run_for(*io, 4999ms);
    CHECK(rang.empty());
    clock.run_for(*io, 1ms);
    CHECK(rang == Rang{false});
    clock.run_for(*io, 5s);
    CHECK(rang == Rang{false, false});
    wait(1, -1s);
    CHECK(rang == Rang{false, false, false});
}

TEST_CASE_FIXTURE(Fixture, "a ring by the one whose wait has just timed out is kept for its next wait") {
    after_wait = [this] {
        if (rang.size() == 1) {
            bell.ring();
        }
    };
    wait(2, 5s);
    clock.run_for(*io, 5s);
    CHECK(rang == Rang{false, true});
}

TEST_CASE_FIXTURE(Fixture, "a ring at the very deadline counts once") {
    clock.call_at(clock.now().monotonic + 5s, [this] { bell.ring(); });
    wait(2, 5s);
    clock.run_for(*io, 20s);
    CHECK(rang == Rang{true, false});
}

TEST_CASE_FIXTURE(Fixture, "a cancelled wait ends with operation_aborted and leaves no wait behind") {
    asio::cancellation_signal cancel;
    std::exception_ptr error;
    asio::co_spawn(*io, note(this, 1, std::nullopt),
                   asio::bind_cancellation_slot(cancel.slot(), [&](const std::exception_ptr& e) { error = e; }));
    run();
    CHECK(clock.waiting() == 1);
    cancel.emit(asio::cancellation_type::terminal);
    run();
    CHECK(clock.waiting() == 0);
    REQUIRE(error);
    CHECK_THROWS_AS(std::rethrow_exception(error), boost::system::system_error);
}

TEST_CASE_FIXTURE(Fixture, "a ring that meets a cancelled wait is kept for the next") {
    asio::cancellation_signal cancel;
    asio::co_spawn(*io, note(this, 1, std::nullopt),
                   asio::bind_cancellation_slot(cancel.slot(), [](const std::exception_ptr&) {}));
    run();
    SUBCASE("before") {
        cancel.emit(asio::cancellation_type::terminal);
        asio::post(*io, [this] { bell.ring(); });
    }
    SUBCASE("after") {
        asio::post(*io, [this] { bell.ring(); });
        cancel.emit(asio::cancellation_type::terminal);
    }
    run();
    CHECK(rang.empty());
    wait(1);
    CHECK(rang == Rang{true});
}

TEST_CASE_FIXTURE(Fixture, "of two rings that meet a cancelled wait one is kept for the next") {
    asio::cancellation_signal cancel;
    asio::co_spawn(*io, note(this, 1, std::nullopt),
                   asio::bind_cancellation_slot(cancel.slot(), [](const std::exception_ptr&) {}));
    run();
    asio::post(*io, [this] {
        bell.ring();
        bell.ring();
    });
    cancel.emit(asio::cancellation_type::terminal);
    run();
    CHECK(rang.empty());
    wait(2);
    CHECK(rang == Rang{true});
}

TEST_CASE_FIXTURE(Fixture, "a wait that is cancelled twice ends once") {
    asio::cancellation_signal cancel;
    int ends = 0;
    asio::co_spawn(*io, note(this, 1, std::nullopt),
                   asio::bind_cancellation_slot(cancel.slot(), [&](const std::exception_ptr&) { ++ends; }));
    run();
    asio::post(*io, [&] {
        cancel.emit(asio::cancellation_type::terminal);
        cancel.emit(asio::cancellation_type::terminal);
    });
    run();
    CHECK(ends == 1);
    CHECK(rang.empty());
    CHECK(clock.waiting() == 0);
}

TEST_CASE_FIXTURE(Fixture, "of two sleepers raced against each other the first wins and the other goes") {
    int awake = 0;
    const MonotonicTime now = clock.now().monotonic;
    std::optional<std::size_t> winner;
    asio::co_spawn(*io, sleep_until(clock, now + 2s) || sleep_and_count(&clock, now + 1h, &awake),
                   [&](const std::exception_ptr&, const auto& which) { winner = which.index(); });
    clock.run_for(*io, 3s);
    CHECK(winner == 0U);
    CHECK(awake == 0);
    CHECK(clock.waiting() == 0);
}

TEST_CASE_FIXTURE(Fixture, "sleep_until wakes at its deadline, and does not sleep for one in the past") {
    int awake = 0;
    const MonotonicTime now = clock.now().monotonic;
    asio::co_spawn(*io, sleep_and_count(&clock, now - 1s, &awake), asio::detached);
    run();
    CHECK(awake == 1);
    for (int sleeper = 1; sleeper <= 1000; ++sleeper) {
        asio::co_spawn(*io, sleep_and_count(&clock, now + milliseconds(sleeper), &awake), asio::detached);
    }
    clock.run_until(*io, now + 500ms);
    CHECK(awake == 501);
    clock.run_until(*io, now + 1s);
    CHECK(awake == 1001);
    CHECK(clock.waiting() == 0);
}

TEST_CASE_FIXTURE(Fixture, "a crash while waiting, and while a ring is on its way, leaves nothing behind") {
    int awake = 0;
    wait(1);
    asio::co_spawn(*io, sleep_and_count(&clock, clock.now().monotonic + 1h, &awake), asio::detached);
    run();
    SUBCASE("waiting") {}
    SUBCASE("rung") {
        bell.ring();
    }
    CHECK(clock.waiting() == 2);
    clock.abandon(std::move(io));
    CHECK(clock.waiting() == 0);
    CHECK(rang.empty());
    CHECK(awake == 0);
    bell.ring();
    CHECK(clock.waiting() == 0);
}
