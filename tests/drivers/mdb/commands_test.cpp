#include "drivers/mdb/commands.hpp"

#include <doctest/doctest.h>

#include "drivers/mdb/wire.hpp"

using namespace qrvend::mdb;

namespace {

constexpr auto narrow = Width::narrow;
constexpr auto wide = Width::wide;

template <class Kind>
std::optional<Kind> parsed(const Block& block, Width width = narrow) {
    const auto command = parse_command(block, width);
    if (!command || !std::holds_alternative<Kind>(*command)) {
        return std::nullopt;
    }
    return std::get<Kind>(*command);
}

Block filled(Block beginning, std::size_t length) {
    beginning.resize(length, 0xFF);
    return beginning;
}

}  // namespace

TEST_CASE("each command of the table, with its length") {
    struct Row {
        Block begun;
        std::size_t narrow;
        std::size_t wide;
        std::size_t kind;
    };
    const std::vector<Row> rows{
        {{0x10}, 1, 1, 0},        {{0x12}, 1, 1, 1},          {{0x11, 0x00}, 6, 6, 2},    {{0x11, 0x01}, 6, 12, 3},
        {{0x13, 0x00}, 6, 8, 4},  {{0x13, 0x01}, 2, 2, 5},    {{0x13, 0x02}, 4, 4, 6},    {{0x13, 0x03}, 2, 2, 7},
        {{0x13, 0x04}, 2, 2, 8},  {{0x13, 0x05}, 6, 10, 9},   {{0x13, 0x06}, 6, 8, 10},   {{0x14, 0x00}, 2, 2, 11},
        {{0x14, 0x01}, 2, 2, 12}, {{0x14, 0x02}, 2, 2, 13},   {{0x14, 0x03}, 10, 10, 17}, {{0x15, 0x00}, 4, 6, 14},
        {{0x15, 0x01}, 2, 2, 14}, {{0x17, 0x00}, 31, 31, 15}, {{0x17, 0x03}, 12, 12, 17}, {{0x17, 0x04}, 6, 6, 16},
        {{0x60}, 1, 1, 0},        {{0x63, 0x01}, 2, 2, 5},
    };
    for (const Row& row : rows) {
        CAPTURE(static_cast<int>(row.begun.front()));
        CAPTURE(static_cast<int>(row.begun.back()));
        CHECK(command_length(row.begun, narrow) == row.narrow);
        CHECK(command_length(row.begun, wide) == row.wide);
        for (const Width width : {narrow, wide}) {
            const auto command = parse_command(filled(row.begun, width == wide ? row.wide : row.narrow), width);
            REQUIRE(command);
            CHECK(command->index() == row.kind);
        }
    }
}

TEST_CASE("the vectors") {
    CHECK(parsed<command::SetupConfig>({0x11, 0x00, 0x03, 0x10, 0x02, 0x01})->level == 3);
    CHECK(parsed<command::SetupConfig>({0x61, 0x00, 0x01, 0x00, 0x00, 0x00})->level == 1);
    CHECK(parsed<command::SetupPrices>({0x11, 0x01, 0x01, 0xF4, 0x00, 0x32}));

    const auto request = parsed<command::VendRequest>({0x13, 0x00, 0x00, 0x96, 0x00, 0x05});
    CHECK(request->price == 150);
    CHECK(request->item == 5);
    const auto wide_request = parsed<command::VendRequest>({0x13, 0x00, 0, 1, 0, 0x96, 0x01, 0x05}, wide);
    CHECK(wide_request->price == 65536 + 150);
    CHECK(wide_request->item == 0x0105);

    const auto sale = parsed<command::CashSale>({0x13, 0x05, 0x00, 0x96, 0x00, 0x05});
    CHECK(sale->price == 150);
    CHECK(sale->item == 5);
    CHECK_FALSE(sale->currency);
    const auto wide_sale = parsed<command::CashSale>({0x13, 0x05, 0, 0, 0, 0x96, 0, 5, 0x19, 0x78}, wide);
    CHECK(wide_sale->price == 150);
    CHECK(wide_sale->currency == 0x1978);

    CHECK(parsed<command::VendSuccess>({0x13, 0x02, 0x00, 0x05})->item == 5);
    CHECK(parsed<command::EnableOptions>({0x17, 0x04, 0x00, 0x00, 0x00, 0x22})->options == 0x22);
}

TEST_CASE("what machines shorten is understood, what is garbled is not") {
    CHECK_FALSE(parsed<command::VendSuccess>({0x13, 0x02})->item);
    CHECK(parsed<command::SetupPrices>({0x11, 0x01, 0xFF, 0xFF, 0x00, 0x00}, wide));
    CHECK_FALSE(parse_command(Block{}, narrow));
    CHECK_FALSE(parse_command(Block{0x13, 0x00, 0x00, 0x96}, narrow));
    CHECK_FALSE(parse_command(Block{0x13, 0x00, 0x00, 0x96, 0x00, 0x05}, wide));
    CHECK_FALSE(parse_command(Block{0x12, 0x12}, narrow));
}

TEST_CASE("what has no length of its own is known or unknown, and harmless") {
    for (const Block& known : {Block{0x17, 0x01, 0x00}, Block{0x17, 0x02, 0x00, 0x01, 0xAA}, Block{0x17, 0xFA},
                               Block{0x17, 0xFE, 1, 2, 3}, Block{0x17, 0xFF, 0x01}}) {
        CHECK_FALSE(command_length(known, narrow));
        CHECK(parsed<command::Unused>(known));
    }
    for (const Block& unknown : {Block{0x16}, Block{0x16, 0x00}, Block{0x13, 0x07}, Block{0x14, 0x04, 0x01},
                                 Block{0x11, 0x02}, Block{0x15, 0x02}, Block{0x17, 0x05}, Block{0x13}}) {
        CHECK_FALSE(command_length(unknown, narrow));
        CHECK(parsed<command::Unknown>(unknown));
    }
}
