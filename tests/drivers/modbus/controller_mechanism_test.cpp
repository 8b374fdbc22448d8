// The order of what a controller is told, and how long it is believed.

#include "drivers/modbus/controller_mechanism.hpp"

#include "drivers/modbus/simulated_board.hpp"
#include "tests/drivers/modbus/scripted_board.hpp"

using namespace qrvend;
using namespace qrvend::modbus;
using namespace qrvend::modbus::test;
using Outcome = VendResult::Outcome;

namespace {

constexpr Point echo{.table = Table::input_registers, .address = BoardMap::echo};
constexpr Point state{.table = Table::input_registers, .address = BoardMap::state};
constexpr Point result{.table = Table::input_registers, .address = BoardMap::result};
constexpr std::uint16_t running = 1;
constexpr std::uint16_t done = 2;
constexpr std::uint16_t dropped = 1;

const Request start{.unit = 1, .what = WriteRegisters{.address = 0, .values = {7, 42}}};
const Failure lost{.world = World::unknown, .code = "timeout"};

struct Fixture : Timeless {
    Fixture() {
        board.values = {{echo, 41}, {state, done}, {result, dropped}};
        make();
    }
    void make() {
        bus = std::make_unique<ScriptedBus>(clock, [this](const Request& request) { return board(request); });
        mechanism = std::make_unique<ControllerMechanism>(clock, *bus, settings, 50ms);
    }
    VendResult vend() {
        const auto ticket = finish(mechanism->prepare(Slot{7}));
        REQUIRE(ticket);
        CHECK(*ticket == "sequence 42 after 41");
        return finish(mechanism->vend(Slot{7}, *ticket));
    }
    /// Once it has been started, the board shows this.
    void then(std::uint16_t sequence, std::uint16_t shown, std::uint16_t code) {
        board.heard = [=, this](const Request& request) {
            if (request == start) {
                board.values = {{echo, sequence}, {state, shown}, {result, code}};
            }
        };
    }

    ControllerBoard settings = std::get<ControllerBoard>(controller_settings(Line{}).board);
    ScriptedBoard board;
    std::unique_ptr<ScriptedBus> bus;
    std::unique_ptr<ControllerMechanism> mechanism;
};

}  // namespace

TEST_CASE_FIXTURE(Fixture, "selection and sequence are written at once, in the order of their registers") {
    then(42, done, dropped);
    CHECK(vend().outcome == Outcome::vended);
    CHECK(bus->count(start) == 1);
    std::swap(settings.selection_address, settings.sequence_address);
    make();
    finish(mechanism->vend(Slot{7}, "sequence 42 after 41"));
    CHECK(bus->asked.front() == Request{.unit = 1, .what = WriteRegisters{.address = 0, .values = {42, 7}}});
}

TEST_CASE_FIXTURE(Fixture, "a refused start is unsent; one that may be acted on all the same is followed") {
    int exception = 0;
    Outcome expected = Outcome::unsent;
    SUBCASE("busy") {
        exception = 6;
    }
    SUBCASE("wrong address") {
        exception = 2;
    }
    SUBCASE("acknowledged") {
        exception = 5;
        expected = Outcome::vended;
    }
    then(42, done, dropped);
    board.fails = [&](const Request& request) {
        return request == start ? std::optional{Failure{.world = World::refused, .code = exception_code(exception)}}
                                : std::nullopt;
    };
    CHECK(vend().outcome == expected);
    CHECK(bus->count(start) == 1);
}

TEST_CASE_FIXTURE(Fixture, "a board that confirms and never echoes leaves it open, and is not started again") {
    CHECK(vend().outcome == Outcome::unknown);
    CHECK(bus->count(start) == 1);
}

TEST_CASE_FIXTURE(Fixture, "one look is not enough: a board may change its registers one after the other") {
    int looks = 0;
    board.heard = [&](const Request& request) {
        if (request == start) {
            board.values[echo] = 42;  // the state and the result of the vend before still stand
        } else if (board.values[echo] == 42 && ++looks == 2) {
            board.values[state] = running;
            board.values[result] = 0;
        } else if (looks == 5) {
            board.values[state] = done;
            board.values[result] = 2;
        }
    };
    CHECK(vend().outcome == Outcome::failed);
}

TEST_CASE_FIXTURE(Fixture, "a board that runs for ever, or falls silent, leaves it open after the limit") {
    const auto began = clock.now().monotonic;
    SUBCASE("runs") {
        then(42, running, 0);
    }
    SUBCASE("silent") {
        bool started = false;
        board.heard = [&](const Request& request) { started = started || request == start; };
        board.fails = [&](const Request&) { return started ? std::optional{lost} : std::nullopt; };
        CHECK(vend().outcome == Outcome::unknown);
        return;
    }
    CHECK(vend().outcome == Outcome::unknown);
    CHECK(clock.now().monotonic - began >= 30s);
}

TEST_CASE_FIXTURE(Fixture, "after a restart of ours nothing is written, and the sequence tells") {
    const auto ask = [&] { return finish(mechanism->outcome_of("sequence 41 after 40")); };
    CHECK(ask()->outcome == Outcome::vended);
    board.values[result] = 2;
    CHECK(ask()->outcome == Outcome::failed);
    board.values[echo] = 40;
    CHECK(ask()->outcome == Outcome::unsent);
    board.values[echo] = 0;
    CHECK(ask()->outcome == Outcome::unknown);
    CHECK_FALSE(finish(mechanism->outcome_of("sensor at 3")));
    for (const Request& request : bus->asked) {
        CHECK(std::holds_alternative<Read>(request.what));
    }
}

TEST_CASE_FIXTURE(Fixture, "no vend begins while the board is at work, blocked or faulty") {
    const auto code = [&](std::uint16_t shown) {
        board.values[state] = shown;
        const auto ticket = finish(mechanism->prepare(Slot{7}));
        CHECK(mechanism->faults({{state, shown}}).empty() == ticket.has_value());
        return ticket ? "" : ticket.error().code;
    };
    CHECK(code(0).empty());
    CHECK(code(running) == "board_busy");
    CHECK(code(3) == "drop_sensor_blocked");
    CHECK(code(99) == "board_fault");
    board.fails = [](const Request&) { return lost; };
    CHECK(finish(mechanism->prepare(Slot{7})).error().code == "timeout");
}
