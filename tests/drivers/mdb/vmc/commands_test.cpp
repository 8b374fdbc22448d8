#include "drivers/mdb/vmc/commands.hpp"

#include <doctest/doctest.h>

#include "tests/drivers/mdb/vmc/reader_script.hpp"

using namespace qrvend::mdb;
using namespace qrvend::mdb::vmc;
using namespace qrvend::mdb::vmc::test;

namespace {

std::string on_bus(const Block& block) {
    return to_text(command_frame(block));
}

Habits with_display(std::uint8_t level, std::uint8_t columns, std::uint8_t rows) {
    return {.level = level, .columns = columns, .rows = rows};
}

constexpr command::Amount price{.value = 150};
constexpr command::Amount wide_price{.value = 150, .width = Width::wide};

}  // namespace

TEST_SUITE("commands of a vending machine") {
    TEST_CASE("as they go over the bus, address and sum included") {
        CHECK(on_bus(command::reset(0x10)) == "10* 10");
        CHECK(on_bus(command::reset(0x60)) == "60* 60");
        CHECK(on_bus(command::poll(0x10)) == "12* 12");
        CHECK(on_bus(command::poll(0x60)) == "62* 62");
        CHECK(on_bus(command::setup_config(0x10, with_display(3, 16, 2))) == "11* 00 03 10 02 01 27");
        CHECK(on_bus(command::setup_config(0x10, with_display(1, 0, 0))) == "11* 00 01 00 00 00 12");
        CHECK(on_bus(command::setup_config(0x60, with_display(3, 0, 0))) == "61* 00 03 00 00 00 64");
        CHECK(on_bus(command::setup_prices(0x10, {.value = 0xFFFF}, {})) == "11* 01 FF FF 00 00 10");
        CHECK(on_bus(command::setup_prices(0x10, {.value = 500}, {.value = 50})) == "11* 01 01 F4 00 32 39");
        CHECK(on_bus(command::enable_options(0x10, command::option_always_idle)) == "17* 04 00 00 00 20 3B");
        CHECK(on_bus(command::enable_options(0x10, command::option_always_idle | command::option_wide_money)) ==
              "17* 04 00 00 00 22 3D");
        CHECK(on_bus(command::enable(0x10)) == "14* 01 15");
        CHECK(on_bus(command::enable(0x60)) == "64* 01 65");
    }

    TEST_CASE("PERIPHERAL ID is asked for with who asks") {
        CHECK(on_bus(command::request_identity(0x10)) ==
              "17* 00 56 4D 43 30 30 30 30 30 30 30 30 30 30 30 31 54 45 53 54 56 4D 43 20 20 20 20 20 01 00 05");
    }

    TEST_CASE("the vend, in 16 bits and in 32") {
        CHECK(on_bus(command::vend_request(0x10, price, 5)) == "13* 00 00 96 00 05 AE");
        CHECK(on_bus(command::vend_request(0x10, wide_price, 5)) == "13* 00 00 00 00 96 00 05 AE");
        CHECK(on_bus(command::vend_request(0x60, price, 5)) == "63* 00 00 96 00 05 FE");
        CHECK(on_bus(command::vend_cancel(0x10)) == "13* 01 14");
        CHECK(on_bus(command::vend_success(0x10, 5)) == "13* 02 00 05 1A");
        CHECK(on_bus(command::vend_success_without_item(0x10)) == "13* 02 15");
        CHECK(on_bus(command::vend_failure(0x10)) == "13* 03 16");
        CHECK(on_bus(command::session_complete(0x10)) == "13* 04 17");
        CHECK(on_bus(command::cash_sale(0x10, price, 5, 0x1578)) == "13* 05 00 96 00 05 B3");
        CHECK(on_bus(command::cash_sale(0x10, wide_price, 5, 0x1578)) == "13* 05 00 00 00 96 00 05 15 78 40");
    }
}
