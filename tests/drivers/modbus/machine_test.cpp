// Both ways of vending against the simulated board, with the same assertions in memory, over TCP and over a
// pseudo-terminal.

#include "drivers/modbus/machine.hpp"

#include "tests/drivers/modbus/stand.hpp"

using namespace qrvend;
using namespace qrvend::modbus;
using namespace qrvend::modbus::test;

namespace {

template <class Rung, bool controller>
struct Way : Stand<Rung> {
    Way() {
        if (controller) {
            this->use_controller();
        }
    }
    static constexpr bool has_controller = controller;
};

using MemoryRelays = Way<MemoryRung, false>;
using MemoryController = Way<MemoryRung, true>;
using TcpRelays = Way<TcpRung, false>;
using TcpController = Way<TcpRung, true>;
using PtyRelays = Way<PtyRung, false>;
using PtyController = Way<PtyRung, true>;

#define EVERY_WAY MemoryRelays, MemoryController, TcpRelays, TcpController, PtyRelays, PtyController
// Each way once in memory and once on a line: for what takes seconds there.
#define BOTH_WAYS MemoryRelays, MemoryController, TcpRelays, PtyController

}  // namespace

TEST_CASE_TEMPLATE("it sells", Ways, EVERY_WAY) {
    Ways stand;
    stand.start();
    CHECK_FALSE(stand.machine().status().ready());
    REQUIRE(stand.until([&] { return stand.machine().status().ready(); }));
    for (const Slot slot : {Slot{3}, Slot{1}, Slot{3}}) {
        CHECK(stand.sell(slot).outcome == Outcome::vended);
    }
    CHECK(stand.count(What::started) == 3);
    CHECK(stand.count(What::dropped) == 3);
    CHECK(stand.machine().traits().confirms_product);
}

TEST_CASE_TEMPLATE("a jam is a failure", Ways, BOTH_WAYS) {
    Ways stand;
    stand.start_and_be_ready();
    stand.sell();  // a sensor that has counted before
    stand.board([](SimulatedBoard& board) { board.set_mood(SimulatedBoard::Mood::jams); });
    CHECK(stand.sell().outcome == Outcome::failed);
    stand.board([](SimulatedBoard& board) { board.set_mood(SimulatedBoard::Mood::works); });
    CHECK(stand.sell().outcome == Outcome::vended);
    CHECK(stand.count(What::dropped) == 2);
}

TEST_CASE_TEMPLATE("a start whose answer is lost or garbled is not repeated, and its drop is seen", Ways,
                   EVERY_WAY) {
    Ways stand;
    stand.start_and_be_ready();
    for (const Fate fate : {Fate::answer_lost, Fate::answer_garbled}) {
        stand.strike(fate, is_start);
        CHECK(stand.sell().outcome == Outcome::vended);
    }
    CHECK(stand.count(What::started) == 2);
    CHECK(stand.count(What::dropped) == 2);
}

TEST_CASE_TEMPLATE("a start that never arrives sells nothing, and is not repeated", Ways, BOTH_WAYS) {
    Ways stand;
    stand.start_and_be_ready();
    // A first vend of a board after its power-up leaves it open: it may have restarted.
    stand.strike(Fate::request_lost, is_start);
    CHECK(stand.sell().outcome == Outcome::unknown);
    for (int sold = 0; sold < 4; ++sold) {
        CHECK(stand.sell().outcome == Outcome::vended);
    }
    stand.strike(Fate::request_lost, is_start);
    CHECK(stand.sell().outcome == (Ways::has_controller ? Outcome::unsent : Outcome::failed));
    CHECK(stand.count(What::started) == 4);
    CHECK(stand.count(What::dropped) == 4);
}

TEST_CASE_TEMPLATE("a late drop is a drop", Ways, BOTH_WAYS) {
    Ways stand;
    stand.start_and_be_ready();
    stand.board([](SimulatedBoard& board) { board.delay_fall(700ms); });
    CHECK(stand.sell().outcome == Outcome::vended);
}

TEST_CASE_TEMPLATE("a blocked sensor is a fault, no drop, and no sale begins", Ways, EVERY_WAY) {
    Ways stand;
    stand.start_and_be_ready();
    const auto selection = stand.machine().select(Slot{2});
    REQUIRE(selection);
    stand.board([](SimulatedBoard& board) { board.block_beam(true); });
    REQUIRE(stand.until([&] { return stand.has_fault("drop_sensor_blocked"); }));
    const auto ticket = stand.finish(stand.machine().prepare(selection->request, Slot{2}));
    REQUIRE_FALSE(ticket);
    CHECK(ticket.error().world == World::unsent);
    CHECK(ticket.error().code == "drop_sensor_blocked");
    stand.board([](SimulatedBoard& board) { board.block_beam(false); });
    REQUIRE(stand.until([&] { return stand.machine().status().ready(); }));
    CHECK(stand.count(What::started) == 0);
    CHECK(stand.log.has("a fault of the machine is over code=drop_sensor_blocked"));
}

TEST_CASE_TEMPLATE("a sensor that is blocked during the vend proves nothing", Ways, BOTH_WAYS) {
    Ways stand;
    stand.start_and_be_ready();
    const auto ticket = stand.ticket_for(Slot{2});
    const auto result = stand.begin(stand.machine().vend(ticket));
    REQUIRE(stand.until([&] { return stand.count(What::started) == 1; }));
    stand.board([](SimulatedBoard& board) { board.block_beam(true); });
    REQUIRE(stand.until([&] { return result->has_value(); }));
    CHECK((*result)->outcome == Outcome::unknown);
    CHECK(stand.count(What::dropped) == 1);
}

TEST_CASE_TEMPLATE("an unplugged adapter is a fault until it is back under its name", Ways, EVERY_WAY) {
    Ways stand;
    stand.start_and_be_ready();
    CHECK(stand.sell().outcome == Outcome::vended);
    stand.unplug();
    REQUIRE(stand.until([&] { return !stand.machine().status().ready(); }));
    const auto selection = stand.machine().select(Slot{3});
    CHECK(stand.finish(stand.machine().prepare(selection->request, Slot{3})).error().world == World::unsent);
    stand.plug_in();
    REQUIRE(stand.until([&] { return stand.machine().status().ready(); }));
    CHECK(stand.sell().outcome == Outcome::vended);
}

TEST_CASE_TEMPLATE("unplugged in mid-vend and back in time, the drop is seen", Ways, EVERY_WAY) {
    Ways stand;
    stand.start_and_be_ready();
    const auto result = stand.begin(stand.machine().vend(stand.ticket_for(Slot{3})));
    REQUIRE(stand.until([&] { return stand.count(What::started) == 1; }));
    stand.unplug();
    stand.pass(400ms);
    stand.plug_in();
    REQUIRE(stand.until([&] { return result->has_value(); }));
    CHECK((*result)->outcome == Outcome::vended);
    CHECK(stand.count(What::started) == 1);
    CHECK(stand.count(What::dropped) == 1);
}

TEST_CASE_TEMPLATE("unplugged between ticket and start, nothing was sent", Ways, BOTH_WAYS) {
    Ways stand;
    stand.start_and_be_ready();
    const auto ticket = stand.ticket_for(Slot{3});
    stand.unplug();
    CHECK(stand.finish(stand.machine().vend(ticket)).outcome == Outcome::unsent);
    CHECK(stand.count(What::started) == 0);
}

TEST_CASE_TEMPLATE("a driver killed in mid-vend finds out what happened, and starts nothing", Ways, BOTH_WAYS) {
    Ways stand;
    stand.start_and_be_ready();
    for (int sold = 0; sold < 4; ++sold) {
        REQUIRE(stand.sell().outcome == Outcome::vended);
    }
    bool jams = false;
    SUBCASE("the product drops") {}
    SUBCASE("the motor jams") {
        jams = true;
        stand.board([](SimulatedBoard& board) { board.set_mood(SimulatedBoard::Mood::jams); });
    }
    const auto ticket = stand.ticket_for(Slot{3});
    stand.begin(stand.machine().vend(ticket));
    REQUIRE(stand.until([&] { return stand.count(What::started) == 5; }));
    stand.kill();
    stand.start();
    const auto outcome = stand.finish(stand.machine().outcome_of(ticket));
    REQUIRE(outcome);
    CHECK(outcome->outcome == (jams ? Outcome::failed : Outcome::vended));
    CHECK(stand.count(What::started) == 5);
    CHECK(stand.count(What::dropped) == (jams ? 4 : 5));
    stand.board([](SimulatedBoard& board) { board.set_mood(SimulatedBoard::Mood::works); });
    REQUIRE(stand.until([&] { return stand.machine().status().ready(); }));
    CHECK(stand.sell().outcome == Outcome::vended);
}

TEST_CASE_TEMPLATE("a driver killed between ticket and start finds out that nothing happened", Ways, BOTH_WAYS) {
    Ways stand;
    stand.start_and_be_ready();
    for (int sold = 0; sold < 4; ++sold) {
        REQUIRE(stand.sell().outcome == Outcome::vended);
    }
    const auto ticket = stand.ticket_for(Slot{3});
    stand.kill();
    stand.start();
    const auto outcome = stand.finish(stand.machine().outcome_of(ticket));
    REQUIRE(outcome);
    CHECK(outcome->outcome == (Ways::has_controller ? Outcome::unsent : Outcome::failed));
    CHECK(stand.count(What::started) == 4);
}

TEST_CASE_TEMPLATE("a power cut of driver and board leaves the vend unknown", Ways, BOTH_WAYS) {
    Ways stand;
    stand.start_and_be_ready();
    REQUIRE(stand.sell().outcome == Outcome::vended);
    const auto ticket = stand.ticket_for(Slot{3});
    stand.begin(stand.machine().vend(ticket));
    REQUIRE(stand.until([&] { return stand.count(What::started) == 2; }));
    stand.kill();
    stand.restart_board(300ms);
    stand.start();
    const auto outcome = stand.finish(stand.machine().outcome_of(ticket));
    CHECK((!outcome || outcome->outcome == Outcome::unknown));
}

TEST_CASE_TEMPLATE("a board that restarts in mid-vend proves nothing", Ways, BOTH_WAYS) {
    Ways stand;
    stand.start_and_be_ready();
    const auto result = stand.begin(stand.machine().vend(stand.ticket_for(Slot{3})));
    REQUIRE(stand.until([&] { return stand.count(What::started) == 1; }));
    stand.restart_board(400ms);
    REQUIRE(stand.until([&] { return result->has_value(); }));
    CHECK((*result)->outcome == Outcome::unknown);
    CHECK(stand.count(What::started) == 1);
    REQUIRE(stand.until([&] { return stand.machine().status().ready(); }));
    CHECK(stand.sell().outcome == Outcome::vended);
}

TEST_CASE_TEMPLATE("a board that stays silent is a fault", Ways, BOTH_WAYS) {
    Ways stand;
    stand.start_and_be_ready();
    stand.restart_board(2500ms);
    REQUIRE(stand.until([&] { return !stand.machine().status().ready(); }));
    CHECK(stand.has_fault("board_silent"));
    REQUIRE(stand.until([&] { return stand.machine().status().ready(); }));
}

TEST_CASE_TEMPLATE("one lost answer takes no machine out of service", Ways, BOTH_WAYS) {
    Ways stand;
    stand.start_and_be_ready();
    stand.strike(Fate::answer_lost, is_read);
    stand.pass(600ms);
    CHECK(stand.machine().status().ready());
    CHECK_FALSE(stand.log.has("board_silent"));
}
