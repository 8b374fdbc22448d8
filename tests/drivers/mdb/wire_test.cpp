#include "drivers/mdb/wire.hpp"

#include <doctest/doctest.h>

using namespace qrvend::mdb;

TEST_CASE("a peripheral marks its last byte, a master its first") {
    const Block approved{0x05, 0x00, 0x96};
    CHECK(answer_frame(approved) == Frame{{0x05, false}, {0x00, false}, {0x96, false}, {0x9B, true}});
    const Block request{0x13, 0x00, 0x00, 0x96, 0x00, 0x05};
    CHECK(command_frame(request) == Frame{{0x13, true},
                                          {0x00, false},
                                          {0x00, false},
                                          {0x96, false},
                                          {0x00, false},
                                          {0x05, false},
                                          {0xAE, false}});
    CHECK(lone(ack) == Frame{{0x00, true}});
}

TEST_CASE("the checksum is the sum, modulo 256") {
    CHECK(checksum(Block{}) == 0x00);
    CHECK(checksum(Block{0x34, 0x01, 0x2F, 0xFF, 0xFF}) == 0x62);
    CHECK(checksum(Block{0x06, 0x0A, 0x07, 0x04}) == 0x1B);
    CHECK(checksum(Block{0x0A, 0xC0}) == 0xCA);
    CHECK(checksum(Block{0x02, 0x00, 0x01, 0x05, 0x02, 0x00, 0x07, 0x01, 0x02, 0x05, 0x14, 0xFF}) == 0x2C);
}

TEST_CASE("one flipped bit turns no reply into another, two make noise at most") {
    CHECK(read_reply(ack) == Reply::ack);
    CHECK(read_reply(ret) == Reply::ret);
    CHECK(read_reply(nak) == Reply::nak);
    for (unsigned bit = 0; bit < 8; ++bit) {
        CHECK(read_reply(static_cast<std::uint8_t>(ack ^ 1U << bit)) == Reply::ack);
        CHECK(read_reply(static_cast<std::uint8_t>(ret ^ 1U << bit)) == Reply::ret);
        CHECK(read_reply(static_cast<std::uint8_t>(nak ^ 1U << bit)) == Reply::nak);
    }
    CHECK(read_reply(0x81) == Reply::noise);
    CHECK(read_reply(0x7E) == Reply::noise);
}
