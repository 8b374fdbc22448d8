// The rules of a Modbus machine that look at several values, on what the example files say.

#include <doctest/doctest.h>

#include "config/config.hpp"
#include "tests/config/sample.hpp"

using namespace qrvend;
using namespace qrvend::config;
using test::replaced;
using Lines = std::vector<std::string>;

namespace {

/// A machine with one relay, by the lines of its modbus section.
std::string with(std::string_view modbus) {
    return replaced(test::sample, R"("driver": "simulated")",
                    R"("driver": "modbus", "modbus": {)" + std::string(modbus) + "}");
}

constexpr std::string_view rtu = R"("rtu": { "device": "/dev/serial/by-id/one" })";
constexpr std::string_view relays =
    R"("relays": { "slots": [ { "slot": 12, "address": 0 }, { "slot": 13, "address": 1 } ],
         "drop_sensor": { "kind": "counter", "table": "input_registers", "address": 0,
                          "beam": { "table": "discrete_inputs", "address": 0 } } })";
constexpr std::string_view controller =
    R"("controller": { "selection_address": 0, "sequence_address": 1, "status_table": "input_registers",
         "echo_address": 0, "state_address": 1, "result_address": 2,
         "states": [ { "value": 0, "meaning": "idle" } ], "results": [ { "value": 1, "meaning": "dropped" } ] })";

std::string both(std::string_view one, std::string_view other) {
    return std::string(one) + ", " + std::string(other);
}

}  // namespace

TEST_CASE("a line and a board are a machine") {
    const test::Folder folder;
    for (const std::string_view board : {relays, controller}) {
        CHECK(folder.problems(with(both(rtu, board))) == Lines{});
        CHECK(folder.problems(with(both(R"("tcp": { "host": "board.local" })", board))) == Lines{});
    }
    const auto config = folder.load(with(both(rtu, relays)));
    REQUIRE(config);
    CHECK(config->machine.driver == "modbus");
    REQUIRE(config->machine.modbus);
    CHECK(config->machine.modbus->line.response_timeout == milliseconds(1000));
    CHECK(std::get<modbus::RelayBoard>(config->machine.modbus->board).pulse == milliseconds(700));
}

TEST_CASE("there is one line and one board, neither more nor less") {
    const test::Folder folder;
    CHECK(folder.problems(replaced(test::sample, R"("driver": "simulated")", R"("driver": "modbus")")) ==
          Lines{"11: machine.modbus: missing; required is an object {...}, because the driver is \"modbus\""});
    CHECK(folder.problems(with("")) ==
          Lines{"11: machine.modbus: found none of \"rtu\" and \"tcp\"; allowed is one of the two",
                "11: machine.modbus: found none of \"relays\" and \"controller\"; allowed is one of the two"});
    CHECK(folder.problems(with(both(both(rtu, R"("tcp": { "host": "board.local" })"), relays))) ==
          Lines{"11: machine.modbus.tcp: found both of \"rtu\" and \"tcp\"; allowed is one of the two"});
    CHECK(folder.problems(with(both(both(rtu, controller), relays))).size() == 1);
}

TEST_CASE("every product has its motor") {
    const test::Folder folder;
    CHECK(folder.problems(with(both(rtu, replaced(relays, R"("slot": 13)", R"("slot": 14)")))) ==
          Lines{"9: products[1].slot: found 13, which no motor belongs to; allowed is a slot of "
                "machine.modbus.relays.slots"});
    CHECK(folder.problems(with(both(rtu, replaced(controller, R"("states")",
                                                  R"("slots": [ { "slot": 12, "selection": 1 } ], "states")")))) ==
          Lines{"9: products[1].slot: found 13, which no motor belongs to; allowed is a slot of "
                "machine.modbus.controller.slots"});
}

TEST_CASE("values that do not fit together are named, but not because of others that are wrong by themselves") {
    const test::Folder folder;
    CHECK(folder.problems(with(both(rtu, replaced(relays, R"("address": 1)", R"("address": 0)")))) ==
          Lines{"11: machine.modbus: found values that do not fit together; relay of slot 13: another slot has the "
                "same relay"});
    CHECK(folder.problems(with(both(replaced(rtu, "/one\"", "/one\", \"baud\": 14400"), relays))) ==
          Lines{"11: machine.modbus: found values that do not fit together; baud must be 1200, 2400, 4800, 9600, "
                "19200, 38400, 57600 or 115200"});
    CHECK(
        folder.problems(
            with(both(rtu, replaced(relays, R"("slots")", R"("pulse_ms": 750, "by": "flesh", "slots")")))) ==
        Lines{
            "11: machine.modbus.relays.by: found \"flesh\"; allowed is one of \"flash\", \"coil\", \"register\""});
    CHECK(folder.problems(with(both(R"("rtu": {})", relays))) ==
          Lines{"11: machine.modbus.rtu.device: missing; required is an absolute path such as "
                "\"/dev/serial/by-id/...\""});
}

TEST_CASE("relays without a drop sensor neither confirm products nor earn money by refunds") {
    const test::Folder folder;
    constexpr std::string_view blind =
        R"("relays": { "slots": [ { "slot": 12, "address": 0 }, { "slot": 13, "address": 1 } ] })";
    const std::string text = with(both(rtu, blind));
    const Lines lines = folder.problems(text);
    REQUIRE(lines.size() == 1);
    CHECK(lines[0].contains(
        "warning: payment.unknown_vend: found \"refund\" with relays that no drop sensor watches"));
    const auto after_vend = [&](std::string_view whole) {
        return folder.load(replaced(whole, R"("provider": "vipps")",
                                    R"("provider": "vipps", "unknown_vend": "charge", "capture": "after_vend")"));
    };
    CHECK_FALSE(after_vend(text));
    CHECK_FALSE(after_vend(with(both(rtu, controller))));  // it never says that nothing dropped
    CHECK(after_vend(with(both(rtu, relays))));
}
