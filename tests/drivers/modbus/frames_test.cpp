// What goes over a serial line, byte for byte. Source of the frames: Waveshare's wiki on its Modbus RTU relay and
// IO boards, as public tests quote it; the CRCs by hand.

#include <doctest/doctest.h>

#include "tests/drivers/modbus/scripted_line.hpp"

using namespace qrvend;
using namespace qrvend::modbus;
using namespace qrvend::modbus::test;

namespace {

struct Vector {
    Request request;
    std::string sent;
    std::string answer;
    Words words{};
};

const std::vector<Vector> vectors{
    {{.unit = 1, .what = WriteCoil{.address = 0, .on = true}},
     "01 05 00 00 FF 00 8C 3A",
     "01 05 00 00 FF 00 8C 3A"},
    {{.unit = 1, .what = WriteCoil{.address = 0, .on = false}},
     "01 05 00 00 00 00 CD CA",
     "01 05 00 00 00 00 CD CA"},
    {{.unit = 1, .what = WriteCoil{.address = 0xFF, .on = true}},
     "01 05 00 FF FF 00 BC 0A",
     "01 05 00 FF FF 00 BC 0A"},
    {{.unit = 1, .what = WriteCoil{.address = 0xFF, .on = false}},
     "01 05 00 FF 00 00 FD FA",
     "01 05 00 FF 00 00 FD FA"},
    {{.unit = 0xF7, .what = WriteCoil{.address = 0, .on = true}},
     "F7 05 00 00 FF 00 98 AC",
     "F7 05 00 00 FF 00 98 AC"},
    {{.unit = 1, .what = FlashCoil{.address = 0x0200, .value = 7}},
     "01 05 02 00 00 07 8D B0",
     "01 05 02 00 00 07 8D B0"},
    {{.unit = 1, .what = FlashCoil{.address = 0x0400, .value = 8}},
     "01 05 04 00 00 08 CD 3C",
     "01 05 04 00 00 08 CD 3C"},
    {{.unit = 1, .what = FlashCoil{.address = 0, .value = 0x5500}},
     "01 05 00 00 55 00 F2 9A",
     "01 05 00 00 55 00 F2 9A"},
    {{.unit = 1, .what = Read{.table = Table::coils, .count = 8}},
     "01 01 00 00 00 08 3D CC",
     "01 01 01 00 51 88",
     Words(8, 0)},
    {{.unit = 1, .what = Read{.table = Table::discrete_inputs, .count = 8}},
     "01 02 00 00 00 08 79 CC",
     "01 02 01 01 60 48",
     {1, 0, 0, 0, 0, 0, 0, 0}},
    {{.unit = 1, .what = WriteRegister{.address = 0x2000, .value = 5}},
     "01 06 20 00 00 05 42 09",
     "01 06 20 00 00 05 42 09"},
};

}  // namespace

TEST_CASE("every frame leaves as it should, its CRC with the low byte first, and its answer is understood") {
    ScriptedLine line;
    asio::io_context io;
    LibmodbusBus bus(io, line.line());
    for (const Vector& vector : vectors) {
        CAPTURE(vector.sent);
        Bytes heard;
        const auto words = line.exchange(bus, io, vector.request, bytes(vector.answer), &heard);
        CHECK(heard == bytes(vector.sent));
        REQUIRE(words);
        CHECK(*words == vector.words);
    }
}

TEST_CASE("selection and sequence leave in one frame") {
    ScriptedLine line;
    asio::io_context io;
    LibmodbusBus bus(io, line.line());
    Bytes heard;
    line.exchange(bus, io, {.unit = 1, .what = WriteRegisters{.address = 1, .values = {0x000A, 0x0102}}}, {},
                  &heard);
    CHECK(heard ==
          bytes("01 10 00 01 00 02 04 00 0A 01 02 92 30"));  // the example of the Modbus over serial line guide
}

TEST_CASE("answers that are not what was asked for are no answers") {
    ScriptedLine line;
    asio::io_context io;
    LibmodbusBus bus(io, line.line());
    const Request flash{.unit = 1, .what = FlashCoil{.address = 0x0200, .value = 7}};
    const Request read{.unit = 1, .what = Read{.table = Table::coils, .count = 8}};
    const auto fails = [&](const Request& request, std::string_view answer) {
        const auto words = line.exchange(bus, io, request, bytes(answer));
        REQUIRE_FALSE(words);
        CHECK(words.error().world == World::unknown);
        return words.error().code;
    };
    CHECK(fails(flash, "01 05 04 00 00 08 CD 3C") == "garbled");  // another echo
    CHECK(fails(read, "01 01 01 00 51 89") == "garbled");         // its CRC is wrong
    CHECK(fails(read, "02 01 01 00 51 CC") == "garbled");         // from another board
    CHECK(fails(read, "") == "timeout");
}

TEST_CASE("a refusal carries the board's exception") {
    ScriptedLine line;
    asio::io_context io;
    LibmodbusBus bus(io, line.line());
    const auto code = [&](const Request& request, std::string_view answer) {
        const auto words = line.exchange(bus, io, request, bytes(answer));
        REQUIRE_FALSE(words);
        CHECK(words.error().world == World::refused);
        return words.error().code;
    };
    CHECK(code({.unit = 1, .what = Read{.table = Table::coils}}, "01 81 02 C1 91") == "exception_2");
    CHECK(code({.unit = 1, .what = FlashCoil{.address = 0x0200, .value = 7}}, "01 85 03 02 91") == "exception_3");
}

TEST_CASE("an answer that comes too late is not taken for the next one") {
    ScriptedLine line;
    asio::io_context io;
    LibmodbusBus bus(io, line.line());
    const Request read{.unit = 1, .what = Read{.table = Table::discrete_inputs, .count = 8}};
    CHECK(line.exchange(bus, io, read, {}).error().code == "timeout");
    line.say(bytes("01 02 01 01 60 48"));
    const auto words = line.exchange(bus, io, read, bytes("01 02 01 00 A1 88"));
    REQUIRE(words);
    CHECK(*words == Words(8, 0));
}
