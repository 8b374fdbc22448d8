// The order of what a relay board is told, and when: each way to switch, the start of the driver, the sensor's
// latch.

#include "drivers/modbus/relay_mechanism.hpp"

#include "tests/drivers/modbus/scripted_board.hpp"

using namespace qrvend;
using namespace qrvend::modbus;
using namespace qrvend::modbus::test;
using By = RelayBoard::By;
using Outcome = VendResult::Outcome;

namespace {

const Point drop_latch{.address = 2};
const Point beam{.address = 1};
const Request latch_clear{.unit = 1, .what = WriteCoil{.address = 9, .on = true}};
const Request on{.unit = 1, .what = WriteCoil{.address = 4, .on = true}};
const Request off{.unit = 1, .what = WriteCoil{.address = 4, .on = false}};
const Request flash{.unit = 1, .what = FlashCoil{.address = 0x0204, .value = 7}};

RelayBoard one_relay(By by) {
    return {.by = by, .relays = {{.slot = Slot{5}, .unit = 1, .address = 4}}};
}

RelayBoard with_latch(By by) {
    RelayBoard board = one_relay(by);
    board.sensor = DropSensor{
        .kind = DropSensor::Kind::latch, .value = drop_latch, .clear = Command{.address = 9}, .beam = beam};
    return board;
}

const Failure lost{.world = World::unknown, .code = "timeout"};

struct Fixture : Timeless {
    RelayMechanism& make(RelayBoard settings) {
        bus = std::make_unique<ScriptedBus>(clock, [this](const Request& request) { return board(request); });
        mechanism = std::make_unique<RelayMechanism>(clock, *bus, std::move(settings), 50ms);
        return *mechanism;
    }
    /// The relay is on at its board.
    void set_on(bool is_on) { board.values[{.table = Table::coils, .address = 4}] = is_on; }
    VendResult vend() {
        const auto ticket = finish(mechanism->prepare(Slot{5}));
        REQUIRE(ticket);
        return finish(mechanism->vend(Slot{5}, *ticket));
    }

    ScriptedBoard board;
    std::unique_ptr<ScriptedBus> bus;
    std::unique_ptr<RelayMechanism> mechanism;
};

}  // namespace

TEST_CASE_FIXTURE(Fixture, "a coil is on for the pulse, and off is repeated until it is confirmed") {
    make(one_relay(By::coil));
    int lost_offs = 3;
    MonotonicTime on_at{};
    MonotonicTime off_at{};
    board.heard = [&](const Request& request) {
        on_at = request == on ? clock.now().monotonic : on_at;
        off_at = request == off && off_at == MonotonicTime{} ? clock.now().monotonic : off_at;
    };
    board.fails = [&](const Request& request) {
        return request == off && lost_offs-- > 0 ? std::optional{lost} : std::nullopt;
    };
    const VendResult result = vend();
    CHECK(result.outcome == Outcome::unknown);  // nothing tells what fell
    CHECK(bus->count(on) == 1);
    CHECK(bus->count(off) == 4);
    CHECK(off_at - on_at >= 700ms);
    CHECK(off_at - on_at <= 800ms);
}

TEST_CASE_FIXTURE(Fixture, "an on whose answer is lost is followed by off, not by another on") {
    make(one_relay(By::coil));
    board.fails = [&](const Request& request) { return request == on ? std::optional{lost} : std::nullopt; };
    CHECK(vend().outcome == Outcome::unknown);
    CHECK(bus->count(on) == 1);
    CHECK(bus->count(off) == 1);
}

TEST_CASE_FIXTURE(Fixture, "an on that was refused has not happened") {
    make(one_relay(By::coil));
    board.fails = [&](const Request& request) {
        return request == on ? std::optional{Failure{.world = World::refused, .code = "exception_2"}}
                             : std::nullopt;
    };
    CHECK(vend().outcome == Outcome::unsent);
}

TEST_CASE_FIXTURE(Fixture, "a relay that cannot be switched off is tried again before anything else") {
    make(one_relay(By::coil));
    REQUIRE(finish(mechanism->upkeep()));
    bool dead = false;
    board.heard = [&](const Request& request) { dead = dead || request == on; };
    board.fails = [&](const Request&) { return dead ? std::optional{lost} : std::nullopt; };
    CHECK(vend().outcome == Outcome::unknown);
    CHECK_FALSE(finish(mechanism->upkeep()));
    dead = false;
    bus->asked.clear();
    CHECK(finish(mechanism->upkeep()));
    CHECK(bus->count(off) == 1);
    bus->asked.clear();
    CHECK(finish(mechanism->upkeep()));
    CHECK(bus->count(off) == 0);
}

TEST_CASE_FIXTURE(Fixture, "registers switch with the values of the settings") {
    make(one_relay(By::register_pair));
    vend();
    CHECK(bus->count({.unit = 1, .what = WriteRegister{.address = 4, .value = 0x0100}}) == 1);
    CHECK(bus->count({.unit = 1, .what = WriteRegister{.address = 4, .value = 0x0200}}) == 1);
}

TEST_CASE_FIXTURE(Fixture, "a flash is one command with its time, and is over before it is switched off") {
    make(with_latch(By::flash));
    MonotonicTime flash_at{};
    board.heard = [&](const Request& request) {
        flash_at = request == flash ? clock.now().monotonic : flash_at;
        if (request == off) {
            CHECK(clock.now().monotonic - flash_at > 700ms);
        }
    };
    CHECK(vend().outcome == Outcome::failed);
    CHECK(bus->count(flash) == 1);
}

TEST_CASE_FIXTURE(Fixture, "a latch is cleared before the start, and what it shows afterwards is a drop") {
    make(with_latch(By::coil));
    board.values[drop_latch] = 1;  // of the vend before
    board.heard = [&](const Request& request) {
        if (request == latch_clear) {
            CHECK(bus->count(on) == 0);
            board.values[drop_latch] = 0;
        } else if (request == on) {
            board.values[drop_latch] = 1;
        }
    };
    CHECK(vend().outcome == Outcome::vended);
    CHECK(bus->count(latch_clear) == 1);
}

TEST_CASE_FIXTURE(Fixture, "a latch that does not clear keeps the vend from beginning") {
    make(with_latch(By::coil));
    board.values[drop_latch] = 1;
    CHECK(finish(mechanism->prepare(Slot{5})).error().code == "drop_sensor_blocked");
    CHECK(bus->count(on) == 0);
}

TEST_CASE_FIXTURE(Fixture, "while an old vend may be asked after, its latch stays as it is") {
    make(with_latch(By::coil));
    board.values[drop_latch] = 1;
    CHECK(finish(mechanism->upkeep()));
    const auto outcome = finish(mechanism->outcome_of("sensor at 0"));
    REQUIRE(outcome);
    CHECK(outcome->outcome == Outcome::vended);
    CHECK(bus->count(latch_clear) == 0);
    CHECK(bus->count(on) == 0);
}

TEST_CASE_FIXTURE(Fixture, "the relay that was switched off too early by a restart of its board proves nothing") {
    make(with_latch(By::coil));
    SUBCASE("still on at the end of the pulse") {
        set_on(true);
        CHECK(vend().outcome == Outcome::failed);
    }
    SUBCASE("off already") {
        CHECK(vend().outcome == Outcome::unknown);
    }
}

TEST_CASE_FIXTURE(Fixture,
                  "a board that was silent when the relay was to be switched off may have restarted: no proof") {
    make(with_latch(By::flash));
    int lost_offs = 1;
    board.fails = [&](const Request& request) {
        return request == off && lost_offs-- > 0 ? std::optional{lost} : std::nullopt;
    };
    CHECK(vend().outcome == Outcome::unknown);
    CHECK(vend().outcome == Outcome::failed);
}

TEST_CASE_FIXTURE(Fixture, "at the start every relay is switched off at once") {
    make(one_relay(By::coil));
    set_on(true);
    CHECK(finish(mechanism->upkeep()));
    CHECK(bus->asked.front() == off);
}

TEST_CASE_FIXTURE(Fixture, "at the start a flash that may still run is left alone until its time is over") {
    make(one_relay(By::flash));
    set_on(true);
    const auto began = clock.now().monotonic;
    while (!finish(mechanism->upkeep())) {
        CHECK(bus->count(off) == 0);
        clock.run_for(*io, 50ms);
    }
    CHECK(bus->count(off) == 1);
    CHECK(clock.now().monotonic - began >= 700ms);
}

TEST_CASE_FIXTURE(Fixture,
                  "what happened is told only once all relays are off, and with the sensor's time after it") {
    make(with_latch(By::flash));
    set_on(true);
    const auto told = std::make_shared<std::optional<std::optional<VendResult>>>();
    asio::co_spawn(*io, mechanism->outcome_of("sensor at 0"),
                   [told](const std::exception_ptr&, std::optional<VendResult> result) { *told = result; });
    clock.run_for(*io, 2s);
    while (!finish(mechanism->upkeep())) {
    }
    clock.run_for(*io, 4s);
    CHECK_FALSE(*told);  // the product may still fall
    board.values[drop_latch] = 1;
    clock.run_for(*io, 500ms);
    REQUIRE(*told);
    CHECK((**told)->outcome == Outcome::vended);
}

TEST_CASE_FIXTURE(Fixture, "a board that stays away after a restart of ours leaves it open") {
    make(with_latch(By::flash));
    board.fails = [](const Request&) { return lost; };
    CHECK_FALSE(finish(mechanism->outcome_of("sensor at 0")));
    CHECK_FALSE(finish(mechanism->outcome_of("sequence 1 after 0")));
    make(one_relay(By::flash));
    CHECK_FALSE(finish(mechanism->outcome_of("no sensor")));
}

TEST_CASE_FIXTURE(Fixture, "tickets and slots of another board are not vended") {
    make(one_relay(By::coil));
    CHECK(finish(mechanism->prepare(Slot{6})).error().code == "unknown_slot");
    CHECK(finish(mechanism->vend(Slot{5}, "sequence 1 after 0")).outcome == Outcome::unsent);
    CHECK(finish(mechanism->vend(Slot{6}, "no sensor")).outcome == Outcome::unsent);
    CHECK(bus->asked.empty());
}

TEST_CASE_FIXTURE(Fixture,
                  "a board that cannot be read while it stands idle is noticed, one that refuses is there") {
    make(one_relay(By::coil));
    REQUIRE(finish(mechanism->upkeep()));
    board.fails = [](const Request&) { return Failure{.world = World::refused, .code = "exception_1"}; };
    CHECK(finish(mechanism->upkeep()));
    board.fails = [](const Request&) { return lost; };
    CHECK_FALSE(finish(mechanism->upkeep()));
}
