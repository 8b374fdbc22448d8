#include "drivers/mdb/vmc/vmc.hpp"

#include <doctest/doctest.h>

#include "tests/drivers/mdb/vmc/reader_script.hpp"

using namespace qrvend;
using namespace qrvend::mdb::vmc;
using namespace qrvend::mdb::vmc::test;
using End = Vend::End;
using Report = Vend::Report;

namespace {

// fussy(), asked by a customer for item 5 at 1.50, the request acknowledged.
ReaderScript asked() {
    ReaderScript reader(fussy());
    reader.set_up_fussy();
    reader.vmc.press(Slot{5});
    reader.expect("13* 00 00 00 00 96 00 05 AE");
    REQUIRE(reader.vmc.stage() == Stage::asking);
    return reader;
}

// The same, approved.
ReaderScript approved() {
    ReaderScript reader = asked();
    reader.poll("05 00 00 00 96");
    REQUIRE(reader.vmc.stage() == Stage::vending);
    return reader;
}

}  // namespace

TEST_SUITE("a vending machine") {
    TEST_CASE("fussy sells without a session: request, approval, success, complete") {
        ReaderScript reader = asked();
        CHECK(reader.vmc.always_idle());
        reader.idle(2s);
        reader.poll("05 00 00 00 96");
        reader.eventually("13* 02 00 05 1A");
        reader.expect("13* 04 17");
        reader.poll("07");
        CHECK(reader.vmc.stage() == Stage::idle);
        const Vend& vend = reader.vmc.books().vends.at(0);
        CHECK(vend.approved == kroner(150));
        CHECK(vend.dropped);
        CHECK(vend.end == End::succeeded);
        CHECK(vend.report == Report::success);
        CHECK(vend.report_heard);
        CHECK(reader.vmc.books().drops() == 1);
        CHECK(reader.vmc.books().approvals() == 1);
        CHECK(reader.vmc.books().remarks.empty());
    }

    TEST_CASE("sloppy enables first, says all twice, names no item, and completes late and once more") {
        ReaderScript reader(sloppy());
        for (int copy = 0; copy < 2; ++copy) {
            reader.expect("10* 10");
        }
        reader.poll("00");
        reader.expect("14* 01 15");
        reader.expect("14* 01 15");
        reader.expect("11* 00 02 10 02 01 26", config_level_3);
        reader.expect("14* 01 15");
        reader.expect("14* 01 15");
        reader.poll("03 FF FF FF FF FF FF 00 00 00");
        reader.vmc.press(Slot{5});
        reader.expect("13* 00 00 96 00 05 AE");
        reader.expect("13* 00 00 96 00 05 AE");
        reader.poll("05 00 96");
        reader.eventually("13* 02 15");
        reader.expect("13* 02 15");
        const MonotonicTime told = reader.now;
        reader.eventually("13* 04 17");
        CHECK(reader.now - told >= 1s);
        reader.poll("07");
        reader.expect("13* 04 17");
        reader.poll();
        CHECK(reader.vmc.stage() == Stage::idle);
        CHECK(reader.vmc.books().vends.at(0).end == End::succeeded);
    }

    TEST_CASE("old sells in a session that the reader began, takes no coins in it, and numbers no items") {
        ReaderScript reader(old());
        reader.set_up_old();
        CHECK(reader.vmc.takes_coins());
        reader.poll("03 FF FF");
        CHECK(reader.vmc.session_open());
        CHECK_FALSE(reader.vmc.takes_coins());
        reader.vmc.pay_cash(Slot{5});
        reader.vmc.press(Slot{5});
        reader.expect("13* 00 00 96 FF FF A7");
        reader.poll("05 00 96");
        reader.eventually("13* 02 FF FF 13");
        reader.expect("13* 04 17", "07");
        CHECK(reader.vmc.takes_coins());
        CHECK(reader.vmc.books().cash_sales.empty());
        CHECK(reader.vmc.books().drops() == 1);
    }

    TEST_CASE("old refuses what the funds do not cover, and believes that FFFF covers all") {
        ReaderScript reader(old());
        reader.set_up_old();
        reader.poll("03 00 32");
        reader.vmc.press(Slot{5});
        reader.poll();
        CHECK(reader.vmc.books().vends.empty());
        CHECK(reader.vmc.books().remarks.back() == "the funds do not suffice");
        reader.vmc.press(Slot{7});
        reader.expect("13* 00 00 32 FF FF 43");
    }

    TEST_CASE("without Always Idle nothing is asked outside a session") {
        ReaderScript reader(old());
        reader.set_up_old();
        reader.vmc.press(Slot{5});
        reader.poll();
        reader.poll();
        CHECK(reader.vmc.books().vends.empty());
    }

    TEST_CASE("a session ends when the reader asks for it, and by the lever") {
        ReaderScript reader(old());
        reader.set_up_old();
        reader.poll("03 FF FF");
        SUBCASE("the reader") {
            reader.poll("04");
        }
        SUBCASE("the lever") {
            reader.vmc.pull_lever();
        }
        reader.expect("13* 04 17", "07");
        CHECK_FALSE(reader.vmc.session_open());
        CHECK(reader.vmc.stage() == Stage::idle);
    }

    TEST_CASE("a reader that offers no options gets none") {
        Habits habits = fussy();
        habits.breaks_first = false;
        ReaderScript reader(habits);
        reader.expect("10* 10");
        reader.poll("00");
        reader.expect("11* 00 03 10 02 01 27", config_level_3);
        reader.expect("11* 01 01 F4 00 32 39");
        reader.next();
        reader.say(
            "09 56 4E 44 30 30 30 30 30 30 30 30 30 30 34 32 51 52 56 45 4E 44 2D 31 20 20 20 20 01 00 00 00 00 "
            "00");
        reader.expect("14* 01 15");
        reader.poll();
        CHECK_FALSE(reader.vmc.always_idle());
    }

    TEST_CASE("cashless 2 has its own addresses") {
        VmcSettings settings = usual_settings();
        settings.address = 0x60;
        Habits habits = fussy();
        habits.breaks_first = false;
        habits.columns = 0;
        habits.rows = 0;
        ReaderScript reader(habits, settings);
        reader.expect("60* 60");
        reader.expect("62* 62", "00");
        reader.expect("61* 00 03 00 00 00 64", config_level_3);
    }

    TEST_CASE("a denial ends the sale") {
        ReaderScript reader = asked();
        SUBCASE("alone") {
            reader.poll("06");
        }
        SUBCASE("with the standard's example of several messages") {
            reader.poll("06 0A 07 04");
        }
        reader.expect("13* 04 17", "07");
        CHECK(reader.vmc.books().vends.at(0).end == End::denied);
        CHECK(reader.vmc.books().drops() == 0);
        CHECK(reader.vmc.stage() == Stage::idle);
    }

    TEST_CASE("the lever cancels the request, and what is approved all the same is a failure") {
        ReaderScript reader = asked();
        reader.vmc.pull_lever();
        CHECK(reader.next() == "13* 01 14");
        SUBCASE("denied") {
            reader.ack();
            reader.poll("06");
            reader.expect("13* 04 17", "07");
            CHECK(reader.vmc.books().vends.at(0).end == End::cancelled);
        }
        SUBCASE("approved in between, because the reader has not heard it") {
            reader.silence();
            reader.poll("05 00 00 00 96");
            reader.expect("13* 03 16");
            reader.poll();
            reader.expect("13* 04 17", "07");
            const Vend& vend = reader.vmc.books().vends.at(0);
            CHECK(vend.approved == kroner(150));
            CHECK(vend.report == Report::failure);
        }
        CHECK(reader.vmc.books().drops() == 0);
        CHECK_FALSE(reader.vmc.books().vends.at(0).motor_started);
    }

    TEST_CASE("another choice takes the first one back and is then asked for") {
        ReaderScript reader = asked();
        reader.vmc.press(Slot{6});
        reader.expect("13* 01 14", "06");
        reader.expect("13* 04 17", "07");
        reader.expect("13* 00 00 00 01 F4 00 06 0E");
        CHECK(reader.vmc.books().vends.size() == 2);
    }

    TEST_CASE("cash in place of the request: cancelled, sold, and told where the reader wants that") {
        ReaderScript reader = asked();
        reader.vmc.pay_cash(Slot{5});
        reader.expect("13* 01 14", "06");
        reader.expect("13* 04 17", "07");
        reader.eventually("13* 05 00 00 00 96 00 05 15 78 40");
        CHECK(reader.vmc.books().cash_sales.at(0).dropped);
        CHECK(reader.vmc.books().cash_sales.at(0).told);
        CHECK(reader.vmc.books().approvals() == 0);
    }

    TEST_CASE("a cash sale that the reader does not want to know of is not told") {
        ReaderScript reader(old());
        reader.set_up_old();
        reader.vmc.pay_cash(Slot{5});
        reader.idle(4s);
        CHECK(reader.vmc.books().cash_sales.at(0).dropped);
        CHECK_FALSE(reader.vmc.books().cash_sales.at(0).told);
    }

    TEST_CASE("a jam is a VEND FAILURE, and a poll follows it") {
        ReaderScript reader = asked();
        reader.vmc.mechanism().set_mood(Mood::jams);
        reader.poll("05 00 00 00 96");
        reader.eventually("13* 03 16");
        reader.poll("0A C0");
        reader.expect("13* 04 17", "07");
        CHECK(reader.vmc.books().vends.at(0).end == End::failed);
        CHECK(reader.vmc.books().malfunctions == 1);
        CHECK(reader.vmc.books().drops() == 0);
    }

    TEST_CASE("fussy does not vend for another amount, old does") {
        SUBCASE("fussy") {
            ReaderScript reader = asked();
            reader.poll("05 00 00 00 95");
            reader.expect("13* 03 16");
            CHECK(reader.vmc.books().vends.at(0).approved == kroner(149));
        }
        SUBCASE("old") {
            ReaderScript reader(old());
            reader.set_up_old();
            reader.poll("03 FF FF");
            reader.vmc.press(Slot{5});
            reader.expect("13* 00 00 96 FF FF A7", "05 00 95");
            CHECK(reader.vmc.stage() == Stage::vending);
        }
        SUBCASE("a token is the price itself") {
            ReaderScript reader = asked();
            reader.poll("05 FF FF FF FF");
            CHECK(reader.vmc.books().vends.at(0).approved == kroner(150));
            CHECK(reader.vmc.stage() == Stage::vending);
        }
    }

    TEST_CASE("an approval that nobody asked for turns no motor") {
        ReaderScript reader(fussy());
        reader.set_up_fussy();
        reader.poll("05 00 00 00 96");
        CHECK(reader.vmc.books().drops() == 0);
        CHECK(reader.vmc.stage() == Stage::setting_up);  // it is reset for that
        CHECK(reader.next() == "10* 10");
    }

    TEST_CASE("an approval said again, because our ACK was lost, is acknowledged and vends once") {
        ReaderScript reader = approved();
        reader.poll("05 00 00 00 96");
        reader.eventually("13* 02 00 05 1A");
        CHECK(reader.vmc.books().vends.size() == 1);
        CHECK(reader.vmc.books().remarks.empty());
    }

    TEST_CASE("a command without an answer is said again, with a poll between") {
        ReaderScript reader(fussy());
        reader.set_up_fussy();
        reader.vmc.press(Slot{5});
        CHECK(reader.next() == "13* 00 00 00 00 96 00 05 AE");
        reader.silence();
        reader.poll();
        CHECK(reader.next() == "13* 00 00 00 00 96 00 05 AE");
        CHECK_FALSE(reader.vmc.answer(mdb::lone(mdb::nak), reader.now));
        reader.poll();
        reader.expect("13* 00 00 00 00 96 00 05 AE");
        reader.poll();
        reader.poll();
        CHECK(reader.vmc.books().vends.size() == 1);
    }

    TEST_CASE("garbled answers: fussy asks again once, old says NAK") {
        mdb::Frame garbled = mdb::answer_frame(block_of("05 00 96"));
        garbled[1].value = 1;
        SUBCASE("fussy") {
            ReaderScript reader = asked();
            reader.next();
            CHECK(reader.vmc.answer(garbled, reader.now) == mdb::ret);
            SUBCASE("and hears it") {
                CHECK(reader.say("05 00 00 00 96") == mdb::ack);
            }
            SUBCASE("and gives up") {
                CHECK(reader.vmc.answer(garbled, reader.now) == mdb::nak);
            }
        }
        SUBCASE("old") {
            ReaderScript reader(old());
            reader.next();
            CHECK(reader.vmc.answer(garbled, reader.now) == mdb::nak);
        }
    }

    TEST_CASE("a block whose sum is right and whose lengths are not is not acknowledged") {
        ReaderScript reader(old());
        reader.set_up_old();
        reader.poll("03 FF FF");
        reader.vmc.press(Slot{5});
        reader.expect("13* 00 00 96 FF FF A7");
        reader.next();
        CHECK(reader.say("05 96") == mdb::nak);
        CHECK(reader.vmc.books().approvals() == 0);
        reader.poll("05 00 96");
        CHECK(reader.vmc.books().approvals() == 1);
    }

    TEST_CASE("whims: a good answer met with NAK or RET has not been heard") {
        ReaderScript reader = asked();
        reader.next();
        const mdb::Frame approval = mdb::answer_frame(block_of("05 00 00 00 96"));
        SUBCASE("NAK") {
            CHECK(reader.vmc.answer(approval, reader.now, Reply::nak) == mdb::nak);
            CHECK(reader.vmc.books().approvals() == 0);
        }
        SUBCASE("RET, and the same again") {
            CHECK(reader.vmc.answer(approval, reader.now, Reply::ret) == mdb::ret);
            CHECK(reader.vmc.books().approvals() == 0);
            CHECK(reader.vmc.answer(approval, reader.now) == mdb::ack);
            CHECK(reader.vmc.books().approvals() == 1);
        }
    }

    TEST_CASE("patience: fussy resets the reader, old cancels the request") {
        SUBCASE("fussy, by its own limit or the reader's, whichever is shorter") {
            ReaderScript reader = asked();
            const MonotonicTime began = reader.now;
            CHECK(reader.await_command() == "10* 10");
            CHECK(reader.now - began == 30s);
            CHECK(reader.vmc.books().vends.at(0).end == End::forgotten);
        }
        SUBCASE("old") {
            ReaderScript reader(old());
            reader.set_up_old();
            reader.poll("03 FF FF");
            reader.vmc.press(Slot{5});
            reader.expect("13* 00 00 96 FF FF A7");
            const MonotonicTime began = reader.now;
            reader.eventually("13* 01 14", "06");
            CHECK(reader.now - began == 30s);
            CHECK(reader.vmc.books().vends.at(0).end == End::cancelled);
        }
    }

    TEST_CASE("a session that is never ended has the reader reset") {
        ReaderScript reader = asked();
        reader.poll("06");
        reader.expect("13* 04 17");
        const MonotonicTime began = reader.now;
        CHECK(reader.await_command() == "10* 10");
        CHECK(reader.now - began == 5s);
    }

    TEST_CASE("a silent reader is reset after its time, again and again, until it answers") {
        ReaderScript reader(fussy());
        reader.set_up_fussy();
        const MonotonicTime began = reader.now;
        std::string sent;
        while ((sent = reader.next()) == "12* 12") {
            reader.silence();
        }
        CHECK(sent == "10* 10");
        CHECK(reader.now - began >= 5s);
        CHECK(reader.now - began < 5100ms);
        reader.silence();
        CHECK(reader.next() == "10* 10");
        reader.silence();
        reader.expect("10* 10");
        reader.poll("00");
        CHECK(reader.next() == "11* 00 03 10 02 01 27");
    }

    TEST_CASE("a reader that has restarted is set up again without a RESET, and its vend is forgotten") {
        ReaderScript reader = asked();
        reader.poll("00");
        CHECK(reader.vmc.books().vends.at(0).end == End::forgotten);
        CHECK_FALSE(reader.vmc.books().vends.at(0).reset_in_vend);
        CHECK(reader.next() == "11* 00 03 10 02 01 27");
    }

    TEST_CASE("out of sequence: reset by fussy and old, overlooked by sloppy") {
        ReaderScript reader = asked();
        reader.poll("0B 05");
        CHECK(reader.next() == "10* 10");
        CHECK(reader.vmc.books().vends.at(0).end == End::forgotten);
    }

    TEST_CASE("a RESET in the middle of a vend stops no motor, and the books remember it") {
        ReaderScript reader = approved();
        reader.vmc.reset_reader(reader.now, "at a whim");
        reader.expect("10* 10");
        reader.poll("00");
        reader.expect("11* 00 03 10 02 01 27", config_level_3);
        while (reader.vmc.mechanism().turns()) {
            reader.next();
            reader.ack();
        }
        const Vend& vend = reader.vmc.books().vends.at(0);
        CHECK(vend.dropped);
        CHECK(vend.reset_in_vend);
        CHECK(vend.report == Report::none);
        CHECK(vend.end == End::forgotten);
    }

    TEST_CASE("a bus reset is a break, and the power-up order after its time") {
        ReaderScript reader = asked();
        reader.vmc.reset_bus(reader.now);
        CHECK(reader.next() == "break");
        const MonotonicTime broke = reader.now;
        CHECK(reader.next() == "10* 10");
        CHECK(reader.now - broke >= 300ms);
    }

    TEST_CASE("a power cut stops the motor, and everything begins anew") {
        ReaderScript reader = approved();
        bool late = false;
        SUBCASE("early in its turn") {
            late = false;
        }
        SUBCASE("after the product has fallen") {
            late = true;
        }
        reader.idle(late ? 2500ms : 1000ms);
        reader.vmc.cut_power(reader.now, 2s);
        CHECK(reader.vmc.stage() == Stage::dark);
        CHECK_FALSE(reader.vmc.next(reader.now + 1s));
        const MonotonicTime cut = reader.now;
        CHECK(reader.next() == "break");
        CHECK(reader.now == cut + 2s);
        const Vend& vend = reader.vmc.books().vends.at(0);
        CHECK(vend.dropped == late);
        CHECK(vend.lost_power);
        CHECK(vend.report == Report::none);
    }

    TEST_CASE("what the reader writes on the display can be read") {
        Habits habits = fussy();
        habits.columns = 2;
        habits.rows = 1;
        ReaderScript reader(habits);
        CHECK(reader.next() == "break");
        reader.expect("10* 10");
        reader.poll("00");
        reader.next();
        reader.say(config_level_3);
        reader.next();
        reader.say("02 32 51 52");
        CHECK(reader.vmc.display() == "QR");
    }
}
