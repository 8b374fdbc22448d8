#include "drivers/mdb/messages.hpp"

#include <doctest/doctest.h>

using namespace qrvend::mdb;

namespace {

constexpr Layout level_1{.level = 1};
constexpr Layout level_2{.level = 2};
constexpr Layout level_3{.level = 3};
constexpr Layout expanded{.level = 3, .width = Width::wide};

Block sent(const Message& message, Layout layout) {
    Block bytes;
    for (const Byte byte : answer_frame(encode(message, layout))) {
        bytes.push_back(byte.value);
    }
    return bytes;
}

}  // namespace

TEST_CASE("each message has its length at each level") {
    struct Row {
        Message message;
        std::size_t at_1;
        std::size_t at_2;
        std::size_t at_3;
        std::size_t expanded;
    };
    const std::vector<Row> rows{
        {message::JustReset{}, 1, 1, 1, 1},        {message::ReaderConfig{}, 8, 8, 8, 8},
        {message::BeginSession{}, 3, 10, 10, 17},  {message::SessionCancelRequest{}, 1, 1, 1, 1},
        {message::VendApproved{}, 3, 3, 3, 5},     {message::VendDenied{}, 1, 1, 1, 1},
        {message::EndSession{}, 1, 1, 1, 1},       {message::Cancelled{}, 1, 1, 1, 1},
        {message::PeripheralId{}, 30, 30, 34, 34}, {message::OutOfSequence{}, 1, 2, 2, 2},
        {message::RevalueDenied{}, 1, 1, 1, 1},
    };
    CHECK(rows.size() == std::variant_size_v<Message>);
    for (const Row& row : rows) {
        CAPTURE(row.message.index());
        CHECK(encode(row.message, level_1).size() == row.at_1);
        CHECK(encode(row.message, level_2).size() == row.at_2);
        CHECK(encode(row.message, level_3).size() == row.at_3);
        CHECK(encode(row.message, expanded).size() == row.expanded);
    }
}

TEST_CASE("the vectors: READER CONFIG") {
    message::ReaderConfig config{.country_code = 0x1978, .answer_limit_s = 5, .miscellaneous = 0x01};
    CHECK(sent(config, level_3) == Block{0x01, 0x03, 0x19, 0x78, 0x01, 0x02, 0x05, 0x01, 0x9E});
    config.answer_limit_s = 30;
    config.miscellaneous = 0x0B;
    CHECK(sent(config, level_3) == Block{0x01, 0x03, 0x19, 0x78, 0x01, 0x02, 0x1E, 0x0B, 0xC1});
    config = {.level = 1, .country_code = 0x1978, .answer_limit_s = 5, .miscellaneous = 0x00};
    CHECK(sent(config, level_1) == Block{0x01, 0x01, 0x19, 0x78, 0x01, 0x02, 0x05, 0x00, 0x9B});
}

TEST_CASE("the vectors: PERIPHERAL ID") {
    const message::PeripheralId id{.manufacturer = "VND",
                                   .serial_number = "000000000042",
                                   .model = "QRVEND-1    ",
                                   .version = 0x0100,
                                   .options = option_always_idle};
    Block wanted{0x09, 0x56, 0x4E, 0x44, 0x30, 0x30, 0x30, 0x30, 0x30, 0x30, 0x30, 0x30,
                 0x30, 0x30, 0x34, 0x32, 0x51, 0x52, 0x56, 0x45, 0x4E, 0x44, 0x2D, 0x31,
                 0x20, 0x20, 0x20, 0x20, 0x01, 0x00, 0x00, 0x00, 0x00, 0x20, 0x06};
    CHECK(sent(id, level_3) == wanted);
    wanted.resize(30);
    CHECK(encode(id, level_2) == wanted);

    const message::PeripheralId sloppy{.manufacturer = "V", .serial_number = "0123456789ABCDEF", .model = ""};
    const Block bytes = encode(sloppy, level_1);
    CHECK(std::string(bytes.begin() + 1, bytes.begin() + 28) == "V  0123456789AB            ");
}

TEST_CASE("the vectors: BEGIN SESSION") {
    CHECK(sent(message::BeginSession{.funds = 1000}, level_1) == Block{0x03, 0x03, 0xE8, 0xEE});
    CHECK(sent(message::BeginSession{}, level_1) == Block{0x03, 0xFF, 0xFF, 0x01});
    CHECK(sent(message::BeginSession{}, level_2) ==
          Block{0x03, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x00, 0x00, 0x00, 0xFD});
    CHECK(sent(message::BeginSession{}, level_3) == sent(message::BeginSession{}, level_2));
    CHECK(encode(message::BeginSession{.country_code = 0x1978}, expanded) ==
          Block{0x03, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x00, 0x00, 0x00, 0x65, 0x6E, 0x19, 0x78,
                0x00});
}

TEST_CASE("the vectors: the short ones") {
    CHECK(sent(message::JustReset{}, level_1) == Block{0x00, 0x00});
    CHECK(sent(message::VendApproved{150}, level_3) == Block{0x05, 0x00, 0x96, 0x9B});
    CHECK(sent(message::VendApproved{150}, expanded) == Block{0x05, 0x00, 0x00, 0x00, 0x96, 0x9B});
    CHECK(sent(message::VendDenied{}, level_3) == Block{0x06, 0x06});
    CHECK(sent(message::EndSession{}, level_3) == Block{0x07, 0x07});
    CHECK(sent(message::Cancelled{}, level_3) == Block{0x08, 0x08});
    CHECK(sent(message::SessionCancelRequest{}, level_3) == Block{0x04, 0x04});
    CHECK(sent(message::OutOfSequence{StateNumber::vend}, level_1) == Block{0x0B, 0x0B});
    CHECK(sent(message::OutOfSequence{StateNumber::vend}, level_3) == Block{0x0B, 0x05, 0x10});
    CHECK(sent(message::RevalueDenied{}, level_3) == Block{0x0E, 0x0E});
}
