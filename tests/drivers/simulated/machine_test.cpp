#include "drivers/simulated/machine.hpp"

#include <doctest/doctest.h>
#include <unistd.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <fstream>
#include <set>

#include "drivers/simulated/clock.hpp"

using namespace qrvend;
using simulated::Deed;
using simulated::Mood;
using simulated::SimulatedClock;

namespace asio = boost::asio;

namespace {

using namespace std::chrono_literals;
using Outcome = VendResult::Outcome;
using What = Deed::What;

// A machine, and the daemon that drives it. The record stays when the daemon dies.
struct Fixture {
    Fixture() { start(); }
    ~Fixture() {
        clock.abandon(std::move(io));
        std::filesystem::remove(settings.record);
    }
    Fixture(const Fixture&) = delete;
    Fixture& operator=(const Fixture&) = delete;

    void start() {
        io = std::make_unique<asio::io_context>();
        machine = std::make_unique<simulated::Machine>(clock, settings);
    }
    void kill_daemon() {
        clock.abandon(std::move(io));
        machine.reset();
    }

    template <class T>
    std::shared_ptr<std::optional<T>> begin(asio::awaitable<T> act) {
        auto result = std::make_shared<std::optional<T>>();
        asio::co_spawn(*io, std::move(act),
                       [result](const std::exception_ptr&, T value) { *result = std::move(value); });
        return result;
    }
    template <class T>
    T finish(asio::awaitable<T> act) {
        const auto result = begin(std::move(act));
        REQUIRE(clock.run_until(*io, [&] { return result->has_value(); }));
        return std::move(**result);
    }
    std::shared_ptr<bool> begin(asio::awaitable<void> act) {
        auto done = std::make_shared<bool>(false);
        asio::co_spawn(*io, std::move(act), [done](const std::exception_ptr&) { *done = true; });
        return done;
    }
    void run() { clock.run_for(*io, 0s); }

    VendTicket ticket_for(const Selection& selection) {
        const auto ticket = finish(machine->prepare(selection.request, selection.slot));
        REQUIRE(ticket);
        return *ticket;
    }
    std::vector<What> deeds_of(const VendTicket& ticket) {
        std::vector<What> what;
        for (const Deed& deed : simulated::Machine::read_record(settings.record)) {
            if (deed.what != What::started && deed.vend == ticket.state) {
                what.push_back(deed.what);
            }
        }
        return what;
    }

    SimulatedClock clock;
    simulated::MachineSettings settings{
        .vend_time = 3s,
        .record = std::filesystem::temp_directory_path() / ("qrvend-machine-" + std::to_string(::getpid()))};
    std::unique_ptr<asio::io_context> io;
    std::unique_ptr<simulated::Machine> machine;
};

}  // namespace

TEST_CASE_FIXTURE(Fixture, "the record is the only memory of a machine that has one, however long it sells") {
    std::ofstream(settings.record, std::ios::app) << "commanded 1-77 12\n";
    CHECK(machine->deeds().back().vend == "1-77");
}

TEST_CASE_FIXTURE(Fixture, "a vend takes its time, drops the product and says so") {
    const auto selection = machine->select(Slot{12});
    REQUIRE(selection);
    const VendTicket ticket = ticket_for(*selection);
    CHECK(deeds_of(ticket).empty());
    const MonotonicTime before = clock.now().monotonic;
    const VendResult result = finish(machine->vend(ticket));
    CHECK(result.outcome == Outcome::vended);
    CHECK(clock.now().monotonic == before + 3s);
    CHECK(deeds_of(ticket) == std::vector{What::commanded, What::dropped});
}

TEST_CASE_FIXTURE(Fixture, "each mood ends a vend in its own way, and the record tells what really happened") {
    const VendTicket ticket = ticket_for(*machine->select(Slot{12}));
    SUBCASE("jams") {
        machine->set_mood(Mood::jams);
        CHECK(finish(machine->vend(ticket)).outcome == Outcome::failed);
        CHECK(deeds_of(ticket) == std::vector{What::commanded, What::jammed});
        CHECK(finish(machine->outcome_of(ticket))->outcome == Outcome::failed);
    }
    SUBCASE("keeps quiet") {
        machine->set_mood(Mood::keeps_quiet);
        CHECK(finish(machine->vend(ticket)).outcome == Outcome::unknown);
        CHECK(deeds_of(ticket) == std::vector{What::commanded, What::dropped});
        CHECK_FALSE(finish(machine->outcome_of(ticket)));
        machine->set_mood(Mood::works);
        CHECK(finish(machine->outcome_of(ticket))->outcome == Outcome::vended);
    }
    SUBCASE("is gone") {
        machine->set_mood(Mood::is_gone);
        CHECK(finish(machine->vend(ticket)).outcome == Outcome::unsent);
        CHECK(deeds_of(ticket).empty());
        CHECK_FALSE(finish(machine->outcome_of(ticket)));
    }
}

TEST_CASE_FIXTURE(Fixture,
                  "a request ends with its answer, with the lever, or with another key, and the waiter hears") {
    const auto first = machine->select(Slot{12});
    REQUIRE(first);
    const auto withdrawn = begin(machine->withdrawn(first->request));
    run();
    CHECK_FALSE(*withdrawn);
    CHECK(machine->select(Slot{13}).error().code == "busy");
    SUBCASE("declined") {
        begin(machine->decline(first->request, DeclineReason::not_paid));
    }
    SUBCASE("taken back") {
        machine->take_back();
    }
    SUBCASE("another key") {
        machine->press(Slot{13});
    }
    SUBCASE("vended") {
        begin(machine->vend(ticket_for(*first)));
    }
    run();
    CHECK(*withdrawn);
    CHECK(*begin(machine->decline(first->request, DeclineReason::not_paid)) == false);  // no error, no effect
    run();
    const auto again = begin(machine->withdrawn(first->request));
    run();
    CHECK(*again);
}

TEST_CASE_FIXTURE(Fixture, "a withdrawn request cannot be vended any more") {
    const auto selection = machine->select(Slot{12});
    const VendTicket ticket = ticket_for(*selection);
    machine->take_back();
    CHECK(finish(machine->vend(ticket)).outcome == Outcome::unsent);
    CHECK(finish(machine->prepare(selection->request, selection->slot)).error().world == World::unsent);
    CHECK(deeds_of(ticket).empty());
}

TEST_CASE_FIXTURE(Fixture, "the keypad's presses arrive one by one") {
    const auto first = begin(machine->next_selection());
    run();
    CHECK_FALSE(*first);
    machine->press(Slot{12});
    run();
    REQUIRE(*first);
    CHECK((*first)->slot == Slot{12});
    machine->press(Slot{13});
    const Selection second = finish(machine->next_selection());
    CHECK(second.slot == Slot{13});
    CHECK(second.request != (*first)->request);
}

TEST_CASE_FIXTURE(Fixture, "faults and empty shelves change the status, and each change is told") {
    auto changed = begin(machine->status_changed());
    machine->raise({.code = "door_open", .detail = "the door stands open"});
    run();
    CHECK(*changed);
    CHECK_FALSE(machine->status().ready());
    CHECK(finish(machine->prepare(machine->select(Slot{12})->request, Slot{12})).error().code == "door_open");
    changed = begin(machine->status_changed());
    run();
    CHECK_FALSE(*changed);
    machine->raise({.code = "door_open", .detail = "still"});
    CHECK(machine->status().faults.size() == 1);
    run();
    CHECK(*changed);
    machine->clear("door_open");
    CHECK(machine->status().ready());
    machine->take_back();
    machine->set_sold_out({Slot{12}});
    CHECK(machine->select(Slot{12}).error().code == "sold_out");
    CHECK(machine->select(Slot{13}));
}

TEST_CASE_FIXTURE(Fixture, "a motor that runs when the daemon dies turns on without it") {
    const VendTicket ticket = ticket_for(*machine->select(Slot{12}));
    begin(machine->vend(ticket));
    clock.run_for(*io, 1s);
    CHECK(deeds_of(ticket) == std::vector{What::commanded});
    kill_daemon();
    start();
    CHECK(deeds_of(ticket) == std::vector{What::commanded, What::dropped});
    CHECK(finish(machine->outcome_of(ticket))->outcome == Outcome::vended);
    kill_daemon();
    start();
    CHECK(deeds_of(ticket) == std::vector{What::commanded, What::dropped});
}

TEST_CASE_FIXTURE(Fixture,
                  "a ticket prepared before a crash is never commanded, and no later one is mistaken for it") {
    const Selection selection = *machine->select(Slot{12});
    const VendTicket lost = ticket_for(selection);
    kill_daemon();
    start();
    const Selection next = *machine->select(Slot{12});
    CHECK(next.request != selection.request);
    const VendTicket ticket = ticket_for(next);
    CHECK(ticket.state != lost.state);
    CHECK(finish(machine->vend(ticket)).outcome == Outcome::vended);
    CHECK(finish(machine->outcome_of(lost))->outcome == Outcome::unsent);
}

TEST_CASE_FIXTURE(Fixture, "a record that cannot be understood or written stops the machine") {
    kill_daemon();
    std::ofstream(settings.record, std::ios::app) << "exploded 1-1 12\n";
    CHECK_THROWS_AS(start(), std::runtime_error);
    CHECK_THROWS_AS(simulated::Machine::read_record("/nowhere/record"), std::runtime_error);
    CHECK_THROWS_AS(simulated::Machine(clock, {.record = "/nowhere/record"}), std::runtime_error);
}

TEST_CASE_FIXTURE(Fixture, "a crash while somebody waits for the machine leaves nothing behind") {
    const auto selection = machine->select(Slot{12});
    begin(machine->withdrawn(selection->request));
    begin(machine->status_changed());
    begin(machine->next_selection());
    run();
    CHECK(clock.waiting() == 3);
    kill_daemon();
    CHECK(clock.waiting() == 0);
    start();
}
