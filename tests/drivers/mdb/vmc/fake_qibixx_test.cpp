#include "drivers/mdb/vmc/fake_qibixx.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "drivers/mdb/qibixx.hpp"
#include "tests/drivers/mdb/vmc/reader_script.hpp"

using namespace qrvend;
using namespace qrvend::mdb;
using namespace qrvend::mdb::vmc;
using namespace qrvend::mdb::vmc::test;

namespace {

using Lines = std::vector<std::string>;

// Somebody at the adapter's serial line.
class Terminal {
public:
    explicit Terminal(Habits habits = fussy(), AdapterQuirks quirks = {})
        : vmc(std::move(habits), usual_settings(), now), adapter(vmc, std::move(quirks)) {}

    /// Everything that comes within a tenth of a second of the line.
    Lines send(std::string_view line) {
        adapter.receive(line, now);
        return run(0ms);
    }
    Lines run(milliseconds time) {
        const MonotonicTime end = now + time;
        for (now = std::max(now, adapter.next_deadline()); now <= end;
             now = std::max(now, adapter.next_deadline())) {
            adapter.pass_time(now);
        }
        now = end;
        Lines lines;
        while (auto line = adapter.next_line()) {
            lines.push_back(*std::move(line));
        }
        return lines;
    }

    /// The parameters of a usual set-up, and the reader on; until the machine has enabled it.
    void set_up(bool always_idle) {
        CHECK(send("C,0") == Lines{"c,0"});
        CHECK(send("C,SETCONF,mdb-addr=0x10") == Lines{"c,SET,OK"});
        CHECK(send("C,SETCONF,mdb-currency-code=0x1578") == Lines{"c,SET,OK"});
        CHECK(send("C,SETCONF,mdb-timeout=30") == Lines{"c,SET,OK"});
        CHECK(send(always_idle ? "C,SETCONF,mdb-always-idle=1" : "C,SETCONF,mdb-always-idle=0") ==
              Lines{"c,SET,OK"});
        CHECK(send("C,1") == Lines{"c,STATUS,INACTIVE", "c,1"});
        CHECK(run(9s) == Lines{"c,STATUS,DISABLED", "c,STATUS,ENABLED"});
    }

    MonotonicTime now = ReaderScript::start;
    Vmc vmc;
    FakeQibixx adapter;
};

// Our own driver at the line, which approves what is asked for.
struct Driven {
    Driven(Habits habits, AdapterQuirks quirks, mdb::Settings settings)
        : terminal(std::move(habits), std::move(quirks)), driver(std::move(settings)) {
        driver.opened(terminal.now);
        driver.begin_fresh();
    }

    static mdb::Settings settings() {
        return {.reader = {.currency = nok, .country_code = 0x1578, .answer_limit = 30s}};
    }

    void run(milliseconds time) {
        for (const MonotonicTime end = terminal.now + time; terminal.now < end;) {
            driver.pass_time(terminal.now);
            while (auto line = driver.next_line()) {
                terminal.adapter.receive(*line, terminal.now);
            }
            for (const std::string& line : terminal.run(20ms)) {
                driver.receive(line, terminal.now);
            }
            while (auto event = driver.next_event()) {
                if (const auto* request = std::get_if<event::VendRequested>(&*event)) {
                    driver.approve(request->price);
                }
                events.push_back(*std::move(event));
            }
        }
    }
    bool saw(const Event& event) const { return std::ranges::find(events, event) != events.end(); }

    Terminal terminal;
    Qibixx driver;
    std::vector<Event> events;
};

}  // namespace

TEST_SUITE("a fake Qibixx adapter") {
    TEST_CASE("says what it is") {
        Terminal terminal;
        CHECK(terminal.send("V").at(0).starts_with("v,4."));
        CHECK(terminal.send("H").at(0).starts_with("h,"));
        CHECK(terminal.send("").empty());
        CHECK(terminal.send("nonsense") == Lines{"c,ERR,\"unknown command\""});
        CHECK(terminal.send("C,1").back() == "c,1");
        CHECK(terminal.send("C,nonsense") == Lines{"c,ERR,\"unknown command\""});
        CHECK(terminal.send("C,DISPLAY,hello").empty());
    }

    TEST_CASE("a sale with Always Idle, as the vendor's transcript has it") {
        Terminal terminal;
        terminal.set_up(true);
        CHECK(terminal.vmc.always_idle());
        terminal.vmc.press(Slot{5});
        CHECK(terminal.run(1s) == Lines{"c,STATUS,VEND,1.50,5"});
        CHECK(terminal.send("C,VEND,1.50").empty());
        CHECK(terminal.run(5s) == Lines{"r,ACK", "c,VEND,SUCCESS", "c,STATUS,IDLE", "c,STATUS,ENABLED"});
        CHECK(terminal.vmc.books().drops() == 1);
        CHECK(terminal.vmc.books().vends.at(0).approved == kroner(150));
    }

    TEST_CASE("a sale in a session that the computer begins") {
        Terminal terminal(old());
        terminal.set_up(false);
        CHECK(terminal.send("C,START,100.00").empty());
        CHECK(terminal.run(1s) == Lines{"c,STATUS,IDLE"});
        CHECK(terminal.vmc.session_open());
        terminal.vmc.press(Slot{5});
        CHECK(terminal.run(1s) == Lines{"c,STATUS,VEND,1.50,65535"});
        terminal.send("C,VEND,1.50,5");
        const Lines lines = terminal.run(6s);
        CHECK(std::ranges::find(lines, "c,VEND,SUCCESS") != lines.end());
        CHECK(lines.back() == "c,STATUS,ENABLED");
        CHECK(terminal.vmc.books().drops() == 1);
    }

    TEST_CASE("a session that the computer ends") {
        Terminal terminal(old());
        terminal.set_up(false);
        CHECK(terminal.send("C,STOP") == Lines{"c,ERR,\"STOP -1\""});
        terminal.send("C,START,100.00");
        terminal.run(1s);
        CHECK(terminal.send("C,STOP").empty());
        CHECK(terminal.run(1s) == Lines{"c,STATUS,ENABLED"});
        CHECK_FALSE(terminal.vmc.session_open());
    }

    TEST_CASE("a jam is an error, quoted or not") {
        for (const bool quotes : {false, true}) {
            Terminal terminal(fussy(), {.quotes_errors = quotes});
            terminal.set_up(true);
            terminal.vmc.mechanism().set_mood(Mood::jams);
            terminal.vmc.press(Slot{5});
            terminal.run(1s);
            terminal.send("C,VEND,1.50");
            const Lines lines = terminal.run(5s);
            CHECK(std::ranges::count(lines, quotes ? "c,ERR,\"VEND 3\"" : "c,ERR,VEND 3") == 1);
            CHECK(std::ranges::count(lines, "c,VEND,SUCCESS") == 0);
            CHECK(terminal.vmc.books().drops() == 0);
        }
    }

    TEST_CASE("cancelled at the machine: a status without success, and an approval is too late") {
        Terminal terminal;
        terminal.set_up(true);
        terminal.vmc.press(Slot{5});
        terminal.run(1s);
        terminal.vmc.pull_lever();
        CHECK(terminal.run(1s) == Lines{"c,STATUS,IDLE", "c,STATUS,ENABLED"});
        CHECK(terminal.send("C,VEND,1.50") == Lines{"c,ERR,VEND 1"});
        CHECK(terminal.vmc.books().approvals() == 0);
    }

    TEST_CASE("told no, in the form that it understands") {
        for (const DenyForm form : {DenyForm::vend_minus_one, DenyForm::stop}) {
            const bool stops = form == DenyForm::stop;
            Terminal terminal(fussy(), {.deny_form = form});
            terminal.set_up(true);
            terminal.vmc.press(Slot{5});
            terminal.run(1s);
            CHECK(terminal.send(stops ? "C,VEND,-1" : "C,STOP").size() == 1);
            CHECK(terminal.vmc.stage() == Stage::asking);
            CHECK(terminal.send(stops ? "C,STOP" : "C,VEND,-1").empty());
            CHECK(terminal.run(1s) == Lines{"c,STATUS,IDLE", "c,STATUS,ENABLED"});
            CHECK(terminal.vmc.books().vends.at(0).end == Vend::End::denied);
        }
    }

    TEST_CASE("parameters are taken while the reader is off, and only good ones") {
        Terminal terminal;
        CHECK(terminal.send("C,SETCONF,mdb-scale-factor=5") == Lines{"c,SET,OK"});
        CHECK(terminal.send("C,SETCONF,mdb-decimal-places=2") == Lines{"c,SET,OK"});
        CHECK(terminal.send("C,SETCONF,mdb-cashsale-enabled=1") == Lines{"c,SET,OK"});
        CHECK(terminal.send("C,SETCONF,mdb-ftl-enabled=0") == Lines{"c,SET,OK"});
        const Lines invalid{"c,ERR,\"invalid parameter\""};
        CHECK(terminal.send("C,SETCONF,mdb-address=0x10") == invalid);
        CHECK(terminal.send("C,SETCONF,mdb-addr=0x20") == invalid);
        CHECK(terminal.send("C,SETCONF,mdb-scale-factor=0") == invalid);
        CHECK(terminal.send("C,SETCONF,mdb-decimal-places=9") == invalid);
        CHECK(terminal.send("C,SETCONF,mdb-always-idle=yes") == invalid);
        CHECK(terminal.send("C,SETCONF,mdb-always-idle") == invalid);
        CHECK(terminal.send("C,VEND,1.00") == Lines{"c,ERR,\"cashless is off\""});
        terminal.send("C,1");
        CHECK(terminal.send("C,SETCONF,mdb-scale-factor=5") == Lines{"c,ERR,\"cashless is on\""});
        CHECK(terminal.send("C,1") == Lines{"c,ERR,\"cashless is on\""});
    }

    TEST_CASE("the other name of the address, and cashless 2") {
        VmcSettings settings = usual_settings();
        settings.address = 0x60;
        Vmc vmc(fussy(), settings, ReaderScript::start);
        FakeQibixx adapter(vmc, {.address_key = "mdb-address"});
        MonotonicTime now = ReaderScript::start;
        for (const auto* line : {"C,SETCONF,mdb-address=0x60", "C,1"}) {
            adapter.receive(line, now);
        }
        now += 3s;
        adapter.pass_time(now);
        CHECK(vmc.stage() == Stage::idle);
    }

    TEST_CASE("without power it forgets its parameters and is off") {
        Terminal terminal;
        terminal.set_up(true);
        terminal.adapter.power_cycle();
        CHECK(terminal.run(20s).empty());
        CHECK(terminal.vmc.stage() == Stage::setting_up);  // nobody answers the machine
        CHECK(terminal.send("C,1") == Lines{"c,STATUS,INACTIVE", "c,1"});
        terminal.run(5s);
        CHECK(terminal.vmc.stage() == Stage::idle);
        CHECK_FALSE(terminal.vmc.always_idle());
    }

    TEST_CASE("a machine that resets the reader in the middle takes its request back") {
        Terminal terminal;
        terminal.set_up(true);
        terminal.vmc.press(Slot{5});
        terminal.run(1s);
        terminal.vmc.reset_reader(terminal.now, "at a whim");
        CHECK(terminal.run(2s) ==
              Lines{"c,STATUS,IDLE", "c,STATUS,INACTIVE", "c,STATUS,DISABLED", "c,STATUS,ENABLED"});
        CHECK(terminal.send("C,VEND,1.50") == Lines{"c,ERR,VEND 1"});
    }

    TEST_CASE("a machine that has no power says nothing, and the reader is disabled") {
        Terminal terminal;
        terminal.set_up(true);
        terminal.vmc.cut_power(terminal.now, 20s);
        CHECK(terminal.run(10s) == Lines{"c,STATUS,DISABLED"});
        CHECK(terminal.run(15s).back() == "c,STATUS,ENABLED");
    }

    TEST_CASE("our own driver sells through it") {
        Driven driven(fussy(), {}, Driven::settings());
        driven.run(3s);
        CHECK(driven.saw(event::Readiness{.ready = true}));
        driven.terminal.vmc.press(Slot{5});
        driven.run(6s);
        CHECK(driven.saw(event::VendRequested{.price = kroner(150), .item = 5}));
        CHECK(driven.saw(event::Vended{.proof = "VEND SUCCESS"}));
        CHECK(driven.terminal.vmc.books().drops() == 1);
    }

    TEST_CASE("our own driver and a session") {
        Driven driven(old(), {}, Driven::settings());
        driven.run(3s);
        driven.driver.begin_session();
        driven.run(1s);
        CHECK(driven.saw(event::Session{.open = true}));
        driven.terminal.vmc.press(Slot{5});
        driven.run(6s);
        CHECK(driven.saw(event::Vended{.proof = "VEND SUCCESS"}));
        CHECK(driven.terminal.vmc.books().drops() == 1);
    }

    TEST_CASE("our own driver goes on where a parameter is refused") {
        Driven driven(fussy(), {.address_key = "mdb-address"}, Driven::settings());
        driven.run(10s);
        CHECK(driven.saw(event::Readiness{.ready = true}));
    }
}
