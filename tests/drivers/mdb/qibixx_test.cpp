#include "drivers/mdb/qibixx.hpp"

#include <doctest/doctest.h>

#include <chrono>

using namespace qrvend;
using namespace qrvend::mdb;
using namespace std::chrono_literals;

namespace {

Currency nok() {
    return *Currency::parse("NOK");
}

Money crowns(std::int64_t minor) {
    return {.minor = minor, .currency = nok()};
}

Settings settings() {
    return {.reader = {.currency = nok(), .country_code = 0x1578}};
}

/// The host's side of a conversation.
struct Talk {
    explicit Talk(Settings with = settings()) : adapter(std::move(with)) { adapter.opened(now); }

    /// What the adapter is told next; empty: nothing.
    std::string line() { return adapter.next_line().value_or(""); }

    void says(std::string_view text) { adapter.receive(text, now); }

    void pass(milliseconds time) {
        now += time;
        adapter.pass_time(now);
    }

    /// The next event, which must be of that type.
    template <class Wanted>
    Wanted told() {
        const auto event = adapter.next_event();
        REQUIRE(event);
        REQUIRE(std::holds_alternative<Wanted>(*event));
        return std::get<Wanted>(*event);
    }
    bool silent() { return !adapter.next_event(); }

    /// Through the power-up sequence, until the machine has enabled the reader.
    void power_up() {
        adapter.opened(now);
        adapter.begin_fresh();
        for (std::string sent = line(); !sent.empty(); sent = line()) {
            says(sent == "C,0" ? "c,0" : sent == "C,1" ? "c,1" : "c,SET,OK");
        }
        says("c,STATUS,ENABLED");
        CHECK(told<event::Readiness>().ready);
    }

    void request(std::string_view figures = "1.50,5") {
        says("c,STATUS,VEND," + std::string(figures));
        told<event::VendRequested>();
    }

    /// The approval leaves for the adapter.
    void approve() {
        adapter.approve(crowns(150));
        CHECK(line() == "C,VEND,1.50");
        told<event::ApprovalTaken>();
    }

    MonotonicTime now{1h};
    Qibixx adapter;
};

}  // namespace

TEST_CASE("amounts are written in the currency's units, and read with as many decimals or fewer") {
    CHECK(write_amount(crowns(150)) == "1.50");
    CHECK(write_amount(crowns(5)) == "0.05");
    CHECK(parse_amount("1.50", nok()) == crowns(150));
    CHECK(parse_amount("1.5", nok()) == crowns(150));
    CHECK(parse_amount("99.20", nok()) == crowns(9920));
    CHECK(parse_amount("7", nok()) == crowns(700));
    CHECK(parse_amount("7.000", nok()) == crowns(700));
    for (const char* bad : {"", ".", "-1", "1.505", "1,50", "1.5x", "99999999999999999999", "1.-5"}) {
        CAPTURE(bad);
        CHECK_FALSE(parse_amount(bad, nok()));
    }
}

TEST_CASE("the parameters are set one by one while the reader is off, at every power-up") {
    Talk talk;
    CHECK(talk.line().empty());  // first it listens
    talk.adapter.begin_fresh();
    for (int power_up = 0; power_up < 2; ++power_up) {
        CHECK(talk.line() == "C,0");
        CHECK(talk.line().empty());
        talk.says("c,STATUS,INACTIVE");
        CHECK(talk.line().empty());
        talk.says("c,0");
        for (const char* set :
             {"mdb-addr=0x10", "mdb-currency-code=0x1578", "mdb-decimal-places=2", "mdb-scale-factor=1",
              "mdb-timeout=255", "mdb-always-idle=1", "mdb-cashsale-enabled=1"}) {
            CHECK(talk.line() == "C,SETCONF," + std::string(set));
            talk.says("c,SET,OK");
        }
        CHECK(talk.line() == "C,1");
        talk.says("c,1");
        CHECK(talk.line().empty());
        CHECK_FALSE(talk.adapter.next_deadline());
        talk.adapter.closed();
        talk.adapter.opened(talk.now);
    }
}

TEST_CASE("a parameter that the adapter refuses is told, and no reason to stop") {
    Talk talk;
    talk.adapter.begin_fresh();
    talk.line();
    talk.says("c,0");
    CHECK(talk.line() == "C,SETCONF,mdb-addr=0x10");
    SUBCASE("as an answer to it") {
        talk.says("c,SET,ERR");
        CHECK(talk.told<event::Oddity>().what == "the adapter answers c,SET,ERR to C,SETCONF,mdb-addr=0x10");
    }
    SUBCASE("as an error") {
        talk.says("c,ERR,\"-1\"");
        CHECK(talk.told<event::Oddity>().what == "the adapter answers c,ERR,\"-1\" to C,SETCONF,mdb-addr=0x10");
    }
    SUBCASE("by silence") {
        for (int again = 0; again < 4; ++again) {
            talk.pass(10s);
            CHECK(talk.line() == "C,SETCONF,mdb-addr=0x10");
        }
        talk.pass(10s);
        CHECK(talk.told<event::Oddity>().what == "the adapter does not answer C,SETCONF,mdb-addr=0x10");
    }
    CHECK(talk.line() == "C,SETCONF,mdb-currency-code=0x1578");
}

TEST_CASE("an adapter that does not answer is asked again, and the technician is told") {
    Talk talk;
    talk.adapter.begin_fresh();
    CHECK(talk.line() == "C,0");
    talk.pass(500ms);
    CHECK(talk.line().empty());
    for (int again = 0; again < 6; ++again) {
        talk.pass(10s);
        CHECK(talk.line() == "C,0");
    }
    const auto readiness = talk.told<event::Readiness>();
    CHECK_FALSE(readiness.ready);
    CHECK(readiness.why == "the adapter does not answer C,0");
    talk.says("c,0");
    CHECK(talk.line() == "C,SETCONF,mdb-addr=0x10");
}

TEST_CASE("the machine asks, is told yes, and vends") {
    Talk talk;
    talk.power_up();
    talk.says("c,STATUS,VEND,1.50,5");
    const auto request = talk.told<event::VendRequested>();
    CHECK(request.price == crowns(150));
    CHECK(request.item == 5);
    talk.adapter.approve(crowns(150));
    CHECK(talk.line() == "C,VEND,1.50");
    talk.told<event::ApprovalTaken>();
    talk.says("r,ACK");
    CHECK(talk.silent());
    talk.says("c,VEND,SUCCESS");
    CHECK(talk.told<event::Vended>().proof == "VEND SUCCESS");
    talk.says("c,STATUS,IDLE");
    CHECK(talk.told<event::Session>().open);
    talk.says("c,STATUS,ENABLED");
    CHECK_FALSE(talk.told<event::Session>().open);
    CHECK(talk.silent());
}

TEST_CASE("the item may be missing") {
    Talk talk;
    talk.power_up();
    talk.says("c,STATUS,VEND,1.50");
    CHECK(talk.told<event::VendRequested>().item == no_item);
}

TEST_CASE("a vend that fails is told as such, in each form of the words") {
    Talk talk;
    talk.power_up();
    talk.request();
    talk.approve();
    SUBCASE("in quotation marks") {
        talk.says(R"(c,ERR,"VEND 3")");
    }
    SUBCASE("without") {
        talk.says("c,ERR,VEND 3");
    }
    talk.told<event::VendFailed>();
    talk.says("c,STATUS,IDLE");
    talk.told<event::Session>();
    CHECK(talk.silent());
}

TEST_CASE("no has two forms, because sources disagree") {
    Settings with = settings();
    const char* form = "C,VEND,-1";
    SUBCASE("as a vend of less than nothing") {}
    SUBCASE("as a stop") {
        with.deny_form = DenyForm::stop;
        form = "C,STOP";
    }
    Talk talk(with);
    talk.power_up();
    talk.request();
    talk.adapter.deny();
    CHECK(talk.line() == form);
    talk.says("c,STATUS,IDLE");
    talk.told<event::Session>();
    CHECK(talk.silent());
    talk.adapter.deny();
    CHECK(talk.line().empty());
}

TEST_CASE("a machine that goes on no longer waits, and is not approved afterwards") {
    Talk talk;
    talk.power_up();
    talk.request();
    SUBCASE("by a status") {
        talk.says("c,STATUS,IDLE");
        talk.told<event::Withdrawn>();
        talk.told<event::Session>();
    }
    SUBCASE("by a cancellation that is told as an error") {
        talk.says("c,ERR,VEND 1");
        CHECK(talk.told<event::Oddity>().what == "the adapter says VEND 1");
        talk.told<event::Withdrawn>();
    }
    SUBCASE("by a vend that nobody has approved") {
        talk.says("c,VEND,SUCCESS");
        talk.told<event::Withdrawn>();
        talk.told<event::Oddity>();
    }
    SUBCASE("by a lost adapter") {
        talk.adapter.closed();
        talk.told<event::Withdrawn>();
        talk.told<event::Readiness>();
    }
    talk.adapter.approve(crowns(150));
    talk.told<event::ApprovalDropped>();
    CHECK(talk.line().empty());
}

TEST_CASE("another request takes the place of the first") {
    Talk talk;
    talk.power_up();
    talk.request("1.50,5");
    talk.says("c,STATUS,VEND,2.00,6");
    talk.told<event::Withdrawn>();
    SUBCASE("and an answer to the first that was on its way does not meet it") {
        talk.adapter.approve(crowns(150));
        talk.adapter.deny();
        CHECK(talk.line().empty());
        CHECK(talk.told<event::VendRequested>().item == 6);
        talk.told<event::ApprovalDropped>();
    }
    SUBCASE("and is answered like any other") {
        CHECK(talk.told<event::VendRequested>().item == 6);
        talk.adapter.approve(crowns(200));
        CHECK(talk.line() == "C,VEND,2.00");
    }
}

TEST_CASE("an approval that has not left yet is taken back") {
    Talk talk;
    talk.power_up();
    talk.request();
    talk.adapter.approve(crowns(150));
    SUBCASE("by us") {
        talk.adapter.deny();
        talk.told<event::ApprovalDropped>();
        CHECK(talk.line() == "C,VEND,-1");
    }
    SUBCASE("by the machine") {
        talk.says("c,STATUS,IDLE");
        talk.told<event::ApprovalDropped>();
        talk.told<event::Session>();
    }
    SUBCASE("by a lost adapter") {
        talk.adapter.closed();
        talk.told<event::ApprovalDropped>();
        talk.told<event::Readiness>();
    }
    CHECK(talk.line().empty());
    CHECK(talk.silent());
}

TEST_CASE("an approval whose end is not told stays in doubt") {
    Talk talk;
    talk.power_up();
    talk.request();
    talk.approve();
    SUBCASE("the machine goes on") {
        talk.says("c,STATUS,ENABLED");
    }
    SUBCASE("the adapter is gone") {
        talk.adapter.closed();
    }
    talk.told<event::ApprovalInDoubt>();
}

TEST_CASE("what the machine says of a doubtful vend before it asks for another still counts") {
    Talk talk;
    talk.power_up();
    talk.request();
    talk.approve();
    talk.says("c,STATUS,ENABLED");
    talk.told<event::ApprovalInDoubt>();
    SUBCASE("success") {
        talk.says("c,VEND,SUCCESS");
        talk.told<event::Vended>();
        talk.says("c,VEND,SUCCESS");
        talk.told<event::Oddity>();
    }
    SUBCASE("failure") {
        talk.says("c,ERR,VEND 3");
        talk.told<event::VendFailed>();
    }
    SUBCASE("too late") {
        talk.request();
        talk.says("c,VEND,SUCCESS");
        talk.told<event::Withdrawn>();
        talk.told<event::Oddity>();
    }
    CHECK(talk.silent());
}

TEST_CASE("before it begins, it hears nothing but the end of an earlier vend") {
    Talk talk;
    talk.says("c,STATUS,VEND,1.50,5");
    talk.says("c,STATUS,DISABLED");
    CHECK(talk.silent());
    talk.says("c,VEND,SUCCESS");
    talk.told<event::Vended>();
    CHECK(talk.line().empty());
}

TEST_CASE("what it heard while it listened is told anew once it begins") {
    Talk talk;
    talk.says("c,STATUS,ENABLED");
    talk.says("c,STATUS,IDLE");
    CHECK(talk.silent());
    talk.power_up();
    talk.says("c,STATUS,IDLE");
    CHECK(talk.told<event::Session>().open);
}

TEST_CASE("a request that cannot be read is denied and told") {
    Talk talk;
    talk.power_up();
    for (const char* bad : {"x,5", "1.50,x", "1.50,70000", "-1,5"}) {
        CAPTURE(bad);
        talk.says("c,STATUS,VEND," + std::string(bad));
        talk.told<event::Oddity>();
        CHECK(talk.line() == "C,VEND,-1");
        CHECK(talk.silent());
    }
}

TEST_CASE("what it does not know it passes over") {
    Talk talk;
    talk.power_up();
    for (const char* strange : {"", "c", "c,", "c,STATUS", "r,ACK", "v,4.0.2.0,1234", "x,80,0000000001,12,ACK",
                                "c,1", "c,SET,OK", "\xff\xfe"}) {
        talk.says(strange);
    }
    CHECK(talk.silent());
    CHECK(talk.line().empty());
}

TEST_CASE("a session is begun and ended for machines that want one") {
    Talk talk;
    talk.power_up();
    talk.adapter.begin_session();
    CHECK(talk.line() == "C,START,100.00");
    talk.says("c,STATUS,IDLE");
    CHECK(talk.told<event::Session>().open);
    talk.adapter.end_session();
    CHECK(talk.line() == "C,STOP");
    talk.says("c,STATUS,ENABLED");
    CHECK_FALSE(talk.told<event::Session>().open);
}

TEST_CASE("no session is begun where the machine does not want the reader") {
    Talk talk;
    talk.power_up();
    talk.says("c,STATUS,DISABLED");
    CHECK(talk.told<event::Readiness>().why == "the machine has disabled the reader");
    talk.adapter.begin_session();
    CHECK_FALSE(talk.told<event::Session>().open);
    CHECK(talk.line().empty());
}

TEST_CASE("a reader whose adapter was gone is not ready until the machine has set it up again") {
    Talk talk;
    talk.power_up();
    talk.adapter.closed();
    CHECK_FALSE(talk.told<event::Readiness>().ready);
    talk.power_up();
}

TEST_CASE("each reason why the reader is not wanted is told once") {
    Talk talk;
    talk.power_up();
    talk.says("c,STATUS,DISABLED");
    CHECK(talk.told<event::Readiness>().why == "the machine has disabled the reader");
    talk.says("c,STATUS,DISABLED");
    CHECK(talk.silent());
    talk.says("c,STATUS,INACTIVE");
    CHECK(talk.told<event::Readiness>().why == "the machine has not set up the reader");
    talk.says("c,STATUS,ENABLED");
    CHECK(talk.told<event::Readiness>().ready);
}
