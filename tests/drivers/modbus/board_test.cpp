// What the looks at a board prove, and what they do not.

#include "drivers/modbus/board.hpp"

#include <doctest/doctest.h>

#include "drivers/modbus/simulated_board.hpp"

using namespace qrvend;
using namespace qrvend::modbus;
using Outcome = VendResult::Outcome;
using Standing = ControllerVend::Standing;

namespace {

const DropSensor counter{.kind = DropSensor::Kind::counter};
const DropSensor latch{.kind = DropSensor::Kind::latch};

SensorLook look(std::uint16_t value, std::optional<bool> beam_free = true) {
    return {.value = value, .beam_free = beam_free};
}

RelayTicket before(std::uint16_t value) {
    return {.before = value};
}

ControllerBoard board() {
    return std::get<ControllerBoard>(controller_settings(Line{}).board);
}

constexpr std::uint16_t idle = 0;
constexpr std::uint16_t running = 1;
constexpr std::uint16_t done = 2;

}  // namespace

TEST_CASE("tickets are read back as they were written, and nothing else is taken for one") {
    for (const RelayTicket& ticket : {RelayTicket{}, before(0), before(65535)}) {
        CHECK(read_relay_ticket(to_text(ticket)) == ticket);
    }
    for (const std::string text :
         {"", "sensor at", "sensor at ", "sensor at 65536", "sensor at 7 ", "sequence 1 after 0"}) {
        CAPTURE(text);
        CHECK_FALSE(read_relay_ticket(text));
    }
    const ControllerTicket ticket{.before = 65535, .sequence = 1};
    CHECK(read_controller_ticket(to_text(ticket)) == ticket);
    for (const std::string text : {"", "sequence 1", "sequence 1 after", "sequence  after 1",
                                   "sequence 1 after 70000", "sensor at 3", "no sensor"}) {
        CAPTURE(text);
        CHECK_FALSE(read_controller_ticket(text));
    }
}

TEST_CASE("a counter that moved a little is a drop, one that began anew is no witness") {
    CHECK(fell(counter, before(17), look(17)) == false);
    CHECK(fell(counter, before(17), look(18)) == true);
    CHECK(fell(counter, before(17), look(20)) == true);
    CHECK(fell(counter, before(17), look(21)) == std::nullopt);
    CHECK(fell(counter, before(17), look(16)) == std::nullopt);
    CHECK(fell(counter, before(17), look(0)) == std::nullopt);
    CHECK(fell(counter, before(65535), look(0)) == std::nullopt);
    CHECK(fell(counter, RelayTicket{}, look(1)) == std::nullopt);
}

TEST_CASE("a latch says it with the level that the settings name") {
    CHECK(fell(latch, before(0), look(1)) == true);
    CHECK(fell(latch, before(0), look(0)) == false);
    DropSensor inverted = latch;
    inverted.latched_when = false;
    CHECK(fell(inverted, before(1), look(0)) == true);
    CHECK(fell(inverted, before(1), look(1)) == false);
}

TEST_CASE("silence is proof only of a sensor that sees, on a board that cannot have forgotten") {
    CHECK(silence_is_proof(before(0), look(0), counter, true));
    CHECK_FALSE(silence_is_proof(before(0), look(0), counter, false));
    CHECK_FALSE(silence_is_proof(before(3), look(3), counter, false));  // may be counted up anew
    CHECK(silence_is_proof(before(4), look(4), counter, false));
    CHECK(silence_is_proof(before(0), look(0), latch, true));
    CHECK_FALSE(silence_is_proof(before(9), look(0), latch, false));
    CHECK_FALSE(silence_is_proof(before(9), look(9, false), counter, true));
    CHECK_FALSE(silence_is_proof(before(9), look(9, std::nullopt), counter, true));
}

TEST_CASE("a blocked beam, or a latch that does not clear, keeps a vend from beginning") {
    CHECK(sensor_fault(counter, look(7)).empty());
    CHECK(sensor_fault(counter, look(7, std::nullopt)).empty());
    CHECK_FALSE(sensor_fault(counter, look(7, false)).empty());
    CHECK(sensor_fault(latch, look(0)).empty());
    CHECK_FALSE(sensor_fault(latch, look(1)).empty());
}

TEST_CASE("sequences count on, without 0") {
    CHECK(next_ticket({.echo = 0}) == ControllerTicket{.before = 0, .sequence = 1});
    CHECK(next_ticket({.echo = 41}) == ControllerTicket{.before = 41, .sequence = 42});
    CHECK(next_ticket({.echo = 65535}) == ControllerTicket{.before = 65535, .sequence = 1});
}

TEST_CASE("a controller's report counts only under the sequence of the vend") {
    const ControllerTicket ticket{.before = 4, .sequence = 5};
    const auto standing = [&](const ControllerLook& seen) { return judge(board(), ticket, seen).standing; };
    CHECK(standing({.echo = 4, .state = done, .result = 1}) == Standing::not_taken);
    CHECK(standing({.echo = 4, .state = running}) == Standing::not_taken);
    CHECK(standing({.echo = 5, .state = running, .result = 1}) == Standing::running);
    const auto outcome = [&](const ControllerLook& seen) {
        const ControllerVend vend = judge(board(), ticket, seen);
        CHECK(vend.standing == Standing::over);
        return vend.result.outcome;
    };
    CHECK(outcome({.echo = 5, .state = done, .result = 1}) == Outcome::vended);
    CHECK(outcome({.echo = 5, .state = done, .result = 2}) == Outcome::failed);
    CHECK(outcome({.echo = 5, .state = done, .result = 3}) == Outcome::unknown);
    CHECK(outcome({.echo = 5, .state = done, .result = 77}) == Outcome::unknown);
    CHECK(outcome({.echo = 5, .state = 99, .result = 0}) == Outcome::unknown);
    CHECK(outcome({.echo = 0, .state = idle}) == Outcome::unknown);
    CHECK(outcome({.echo = 6, .state = done, .result = 1}) == Outcome::unknown);
}

TEST_CASE("a start that was never taken is unsent only where nothing else can be") {
    const ControllerTicket ticket{.before = 4, .sequence = 5};
    const ControllerLook old{.echo = 4, .state = done, .result = 1};
    CHECK(never_taken(board(), ticket, old, false).outcome == Outcome::unsent);
    CHECK(never_taken(board(), ticket, old, true).outcome == Outcome::unknown);
    CHECK(never_taken(board(), ticket, {.echo = 4, .state = running}, false).outcome == Outcome::unknown);
    CHECK(never_taken(board(), {.before = 0, .sequence = 1}, {}, false).outcome == Outcome::unknown);
}

TEST_CASE("a controller can start when it is idle or done, and in no state that is not named") {
    CHECK(can_start(board(), {.state = idle}));
    CHECK(can_start(board(), {.state = done}));
    CHECK_FALSE(can_start(board(), {.state = running}));
    CHECK_FALSE(can_start(board(), {.state = 3}));
    CHECK_FALSE(can_start(board(), {.state = 99}));
}
