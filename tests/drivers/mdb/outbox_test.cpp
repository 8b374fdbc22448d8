#include "drivers/mdb/outbox.hpp"

#include <doctest/doctest.h>

using namespace qrvend::mdb;

namespace {

constexpr Layout layout{.level = 3};

}  // namespace

TEST_CASE("a message stays until it is acknowledged, and one goes at a time") {
    Outbox outbox;
    CHECK(outbox.answer(layout).empty());
    outbox.put(message::JustReset{});
    outbox.put(message::VendDenied{});
    CHECK_FALSE(outbox.was_sent<message::JustReset>());
    CHECK(outbox.answer(layout) == Block{0x00});
    CHECK(outbox.was_sent<message::JustReset>());
    CHECK_FALSE(outbox.was_sent<message::VendDenied>());
    CHECK(outbox.answer(layout) == Block{0x00});
    CHECK(outbox.acknowledged().size() == 1);
    CHECK(outbox.answer(layout) == Block{0x06});
    outbox.unheard();
    CHECK(outbox.acknowledged().empty());
    CHECK(outbox.answer(layout) == Block{0x06});
    CHECK(outbox.acknowledged().size() == 1);
    CHECK(outbox.answer(layout).empty());
}

TEST_CASE("only a denial and the wish to end the session go together") {
    Outbox outbox;
    outbox.put(message::VendDenied{});
    outbox.put(message::SessionCancelRequest{});
    outbox.put(message::EndSession{});
    CHECK(outbox.answer(layout) == Block{0x06, 0x04});
    CHECK(outbox.acknowledged().size() == 2);
    CHECK(outbox.answer(layout) == Block{0x07});
}

TEST_CASE("out of sequence comes first") {
    Outbox outbox;
    outbox.put(message::VendDenied{});
    outbox.put(message::OutOfSequence{StateNumber::vend});
    CHECK(outbox.answer(layout) == Block{0x0B, 0x05});
}

TEST_CASE("an ACK is for the last answer alone") {
    Outbox outbox;
    outbox.put(message::VendDenied{});
    outbox.answer(layout);
    outbox.put(message::OutOfSequence{StateNumber::vend});
    outbox.answer(layout);
    CHECK(outbox.answer_stands());
    CHECK(outbox.acknowledged().size() == 1);
    CHECK(outbox.holds<message::VendDenied>());
}

TEST_CASE("of one kind there is one, the newest") {
    Outbox outbox;
    outbox.put(message::VendApproved{100});
    outbox.put(message::VendApproved{200});
    CHECK(outbox.size() == 1);
    CHECK(outbox.answer(layout) == Block{0x05, 0x00, 0xC8});
}

TEST_CASE("what is taken back while on its way is neither heard nor said again") {
    Outbox outbox;
    outbox.put(message::VendApproved{100});
    CHECK(outbox.answer_stands());
    outbox.answer(layout);
    CHECK(outbox.answer_stands());
    CHECK(outbox.drop<message::VendApproved>());
    outbox.put(message::VendDenied{});
    CHECK_FALSE(outbox.answer_stands());
    CHECK(outbox.acknowledged().empty());
    CHECK(outbox.holds<message::VendDenied>());
    CHECK_FALSE(outbox.drop<message::VendApproved>());
}
