#include "drivers/mdb/vmc/answers.hpp"

#include <doctest/doctest.h>

#include "drivers/mdb/vmc/faults.hpp"
#include "tests/drivers/mdb/vmc/reader_script.hpp"

using namespace qrvend::mdb;
using namespace qrvend::mdb::vmc;
using namespace qrvend::mdb::vmc::test;
using Kind = Answer::Kind;

namespace {

std::vector<std::uint8_t> codes(std::string_view block, const Layout& layout) {
    std::vector<std::uint8_t> codes;
    for (const Message& message : split(block_of(block), layout).value_or(std::vector<Message>{})) {
        codes.push_back(std::to_underlying(message.code));
    }
    return codes;
}

using Codes = std::vector<std::uint8_t>;

}  // namespace

TEST_SUITE("answers of a reader") {
    TEST_CASE("JUST RESET and ACK differ in length alone") {
        CHECK(read_answer({{.value = 0x00, .mode = true}}).kind == Kind::ack);
        const Answer reset = read_answer({{.value = 0x00}, {.value = 0x00, .mode = true}});
        CHECK(reset.kind == Kind::block);
        CHECK(reset.block == Block{0x00});
    }

    TEST_CASE("silence, NAK, and what has no end or a wrong sum") {
        CHECK(read_answer({}).kind == Kind::silence);
        CHECK(read_answer(lone(nak)).kind == Kind::nak);
        CHECK(read_answer({{.value = 0x05}, {.value = 0x00}}).kind == Kind::garbled);
        CHECK(read_answer({{.value = 0x06}, {.value = 0x07, .mode = true}}).kind == Kind::garbled);
        CHECK(read_answer({{.value = 0x55, .mode = true}}).kind == Kind::garbled);
        CHECK(read_answer(Frame(40, Byte{.value = 0})).kind == Kind::garbled);
    }

    TEST_CASE("one flipped bit changes no lone answer into another, and no block into another block") {
        for (std::uint8_t bit = 0; bit < 9; ++bit) {
            const auto flipped = [bit](const Frame& frame, std::uint8_t place) {
                return read_answer(damaged(frame, {.way = Damage::Way::flip, .place = place, .bit = bit})).kind;
            };
            CHECK(flipped(lone(ack), 0) == (bit == 8 ? Kind::garbled : Kind::ack));
            CHECK(flipped(lone(nak), 0) == (bit == 8 ? Kind::garbled : Kind::nak));
            const Frame approval = answer_frame(block_of("05 00 96"));
            for (std::uint8_t place = 0; place < approval.size(); ++place) {
                CHECK(flipped(approval, place) != Kind::block);
            }
        }
    }

    TEST_CASE("a byte lost or doubled is found") {
        const Frame approval = answer_frame(block_of("05 00 96"));
        for (std::uint8_t place = 0; place < approval.size(); ++place) {
            if (place != 1) {  // the zero does not count in the sum: the length must tell
                CHECK(read_answer(damaged(approval, {.way = Damage::Way::drop, .place = place})).kind ==
                      Kind::garbled);
            }
        }
        CHECK_FALSE(split(read_answer(damaged(approval, {.way = Damage::Way::drop, .place = 1})).block, {}));
        CHECK(read_answer(damaged(approval, {.way = Damage::Way::twice, .place = 2})).kind == Kind::garbled);
        CHECK_FALSE(split(read_answer(damaged(approval, {.way = Damage::Way::twice, .place = 1})).block, {}));
        CHECK(damaged({}, {}).empty());
    }

    TEST_CASE("several messages in one block, the standard's example") {
        CHECK(codes("06 0A 07 04", {}) == Codes{0x06, 0x0A, 0x04});
    }

    TEST_CASE("lengths go by what was agreed on") {
        const Layout level_1{.said_level = 1, .level = 1};
        const Layout level_3{.said_level = 3, .level = 3, .display_cells = 2};
        const Layout wide{.said_level = 3, .level = 3, .wide_money = true};
        CHECK(codes("03 FF FF 06", level_1) == Codes{0x03, 0x06});
        CHECK(codes("03 FF FF FF FF FF FF 00 00 00 06", level_3) == Codes{0x03, 0x06});
        CHECK(codes("03 FF FF FF FF FF FF FF FF 00 00 00 65 6E 15 78 00 06", wide) == Codes{0x03, 0x06});
        CHECK(codes("05 00 96 07", level_3) == Codes{0x05, 0x07});
        CHECK(codes("05 00 00 00 96 07", wide) == Codes{0x05, 0x07});
        CHECK(codes("0B 07", level_1) == Codes{0x0B, 0x07});
        CHECK(codes("0B 07 08", level_3) == Codes{0x0B, 0x08});
        CHECK(codes("0B", level_3) == Codes{0x0B});
        CHECK(codes("02 32 41 42 11 12 01 13", level_3) == Codes{0x02, 0x11, 0x12, 0x13});
        CHECK(codes("FF 01 02 03", level_3) == Codes{0xFF});
    }

    TEST_CASE("PERIPHERAL ID has its option bytes where the machine said level 3") {
        Block id(30, 0x20);
        id[0] = 0x09;
        CHECK(split(id, {.said_level = 2, .level = 2})->size() == 1);
        id.resize(34, 0x00);
        CHECK(split(id, {.said_level = 3, .level = 2})->size() == 1);
        CHECK(split(id, {.said_level = 3, .level = 2})->at(0).data.size() == 33);
    }

    TEST_CASE("what is unknown or cut short is nothing") {
        CHECK_FALSE(split(block_of("05 00"), {}));
        CHECK_FALSE(split(block_of("07 40"), {}));
    }

    TEST_CASE("numbers are big endian") {
        CHECK(number_at(block_of("05 01 F4"), 1, 2) == 500);
        CHECK(number_at(block_of("00 01 02 03 04"), 1, 4) == 0x01020304);
    }
}
