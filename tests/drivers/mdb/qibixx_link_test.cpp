#include "drivers/mdb/qibixx_link.hpp"

#include <doctest/doctest.h>

#include <boost/asio/co_spawn.hpp>

#include "drivers/mdb/machine.hpp"
#include "drivers/mdb/vmc/pseudo_terminal.hpp"
#include "drivers/system/temporary_folder.hpp"
#include "tests/drivers/mdb/pty.hpp"
#include "tests/support/recording_log.hpp"

using namespace qrvend;

namespace asio = boost::asio;
namespace vmc = qrvend::mdb::vmc;

namespace {

using namespace std::chrono_literals;
using Outcome = VendResult::Outcome;

Currency nok() {
    return *Currency::parse("NOK");
}

// A program that had the device open, and died.
class EarlierRun {
public:
    explicit EarlierRun(const std::string& device) : device_(*mdb::open_serial(device, mdb::Baud::b115200)) {}
    ~EarlierRun() { ::close(device_); }
    EarlierRun(const EarlierRun&) = delete;
    EarlierRun& operator=(const EarlierRun&) = delete;

    void say(std::string_view lines) const {
        REQUIRE(::write(device_, lines.data(), lines.size()) == static_cast<ssize_t>(lines.size()));
    }

private:
    int device_;
};

// A vending machine with a fake adapter on a pseudo-terminal, and the driver that uses it.
struct Fixture : test::PtyLoop {
    void plug_in() { adapter.emplace(*io, clock, fake, device()); }
    void unplug() {
        adapter.reset();
        fake.power_cycle();
    }
    void start_driver() {
        make_machine();
        selection = begin(machine->next_selection());
    }
    void make_machine() {
        const mdb::Settings settings{.device = device(), .reader = {.currency = nok(), .country_code = 0x1578}};
        machine = std::make_unique<mdb::Machine>(settings, std::make_unique<mdb::QibixxLink>(*io, clock, settings),
                                                 clock, log);
    }
    bool until_ready() {
        return until([this] { return machine->status().ready(); });
    }

    std::string device() const { return folder.file("adapter"); }
    std::string fault() const {
        const MachineStatus status = machine->status();
        return status.ready() ? "" : status.faults.front().code;
    }

    void press(Slot slot) {
        vending.press(slot);
        adapter->turn();
    }
    Selection chosen() {
        REQUIRE(until([this] { return selection->has_value(); }));
        const Selection result = **selection;
        selection = begin(machine->next_selection());
        return result;
    }
    VendTicket ticket_for(const Selection& selected) {
        const auto ticket = begin(machine->prepare(selected.request, selected.slot));
        REQUIRE(until([&] { return ticket->has_value(); }));
        REQUIRE(**ticket);
        return ***ticket;
    }

    template <class T>
    std::shared_ptr<std::optional<T>> begin(asio::awaitable<T> act) {
        auto outcome = std::make_shared<std::optional<T>>();
        asio::co_spawn(*io, std::move(act),
                       [outcome](const std::exception_ptr&, T value) { *outcome = std::move(value); });
        return outcome;
    }
    std::shared_ptr<bool> begin(asio::awaitable<void> act) {
        auto done = std::make_shared<bool>(false);
        asio::co_spawn(*io, std::move(act), [done](const std::exception_ptr&) { *done = true; });
        return done;
    }
    Outcome end_of(const std::shared_ptr<std::optional<VendResult>>& vend) {
        REQUIRE(until([&] { return vend->has_value(); }, 3min));
        return (*vend)->outcome;
    }

    TemporaryFolder folder;
    test::RecordingLog log;
    vmc::Vmc vending{vmc::fussy(),
                     {.currency = nok(),
                      .columns = {{.slot = Slot{5}, .price = {.minor = 150, .currency = nok()}},
                                  {.slot = Slot{6}, .price = {.minor = 200, .currency = nok()}}}},
                     clock.now().monotonic};
    vmc::FakeQibixx fake{vending};
    std::optional<vmc::PseudoTerminal> adapter;
    std::unique_ptr<mdb::Machine> machine;
    std::shared_ptr<std::optional<Selection>> selection;
};

}  // namespace

TEST_CASE_FIXTURE(Fixture, "a machine behind an adapter sells") {
    plug_in();
    start_driver();
    REQUIRE(until_ready());
    press(Slot{5});
    const Selection selected = chosen();
    CHECK(selected.slot == Slot{5});
    CHECK(selected.price == Money{.minor = 150, .currency = nok()});
    const auto vend = begin(machine->vend(ticket_for(selected)));
    CHECK(end_of(vend) == Outcome::vended);
    REQUIRE(vending.books().vends.size() == 1);
    CHECK(vending.books().vends.front().dropped);
    CHECK(vending.books().vends.front().approved == selected.price);
    REQUIRE(until([this] { return vending.stage() == vmc::Stage::idle; }));
    press(Slot{6});
    CHECK(chosen().slot == Slot{6});
}

TEST_CASE_FIXTURE(Fixture, "a spiral that jams is told, and nothing dropped") {
    plug_in();
    start_driver();
    REQUIRE(until_ready());
    vending.mechanism().set_mood(vmc::Mood::jams);
    press(Slot{5});
    CHECK(end_of(begin(machine->vend(ticket_for(chosen())))) == Outcome::failed);
    CHECK(vending.books().drops() == 0);
}

TEST_CASE_FIXTURE(Fixture, "a customer who pulls the lever gets nothing, and the next is served") {
    plug_in();
    start_driver();
    REQUIRE(until_ready());
    press(Slot{5});
    const Selection selected = chosen();
    const VendTicket ticket = ticket_for(selected);
    const auto withdrawn = begin(machine->withdrawn(selected.request));
    vending.pull_lever();
    REQUIRE(until([&] { return *withdrawn; }));
    CHECK(end_of(begin(machine->vend(ticket))) == Outcome::unsent);
    REQUIRE(until([this] { return vending.stage() == vmc::Stage::idle; }));
    press(Slot{6});
    CHECK(end_of(begin(machine->vend(ticket_for(chosen())))) == Outcome::vended);
    CHECK(vending.books().drops() == 1);
}

TEST_CASE_FIXTURE(Fixture, "a declined customer is told no") {
    plug_in();
    start_driver();
    REQUIRE(until_ready());
    press(Slot{5});
    const Selection selected = chosen();
    begin(machine->decline(selected.request, DeclineReason::not_paid));
    REQUIRE(until([this] { return vending.books().vends.front().end == vmc::Vend::End::denied; }));
    CHECK(vending.books().drops() == 0);
}

TEST_CASE_FIXTURE(Fixture, "an adapter that comes late, goes and comes again needs nobody's hand") {
    start_driver();
    CHECK(fault() == "no_device");
    plug_in();
    REQUIRE(until_ready());
    unplug();
    REQUIRE(until([this] { return !fault().empty(); }));
    plug_in();
    REQUIRE(until([this] { return fault() == "mdb_reader"; }));  // not ready before the machine has set it up anew
    REQUIRE(until_ready());
    press(Slot{5});
    CHECK(end_of(begin(machine->vend(ticket_for(chosen())))) == Outcome::vended);
}

TEST_CASE_FIXTURE(Fixture, "half a line of an adapter that went is no part of what the next one says") {
    test::Pty silent{device()};
    start_driver();
    const auto hears = [&](const std::string& line) {
        return until([&, heard = std::string()]() mutable { return (heard += silent.read()).contains(line); });
    };
    REQUIRE(hears("C,0\n"));
    silent.write("c,STATUS,VEN");
    pass(1s);
    silent.unplug();
    REQUIRE(until([this] { return fault() == "no_device"; }));
    silent.plug_in();
    REQUIRE(hears("C,0\n"));
    silent.write("c,0\r\n");
    CHECK(until([&] { return silent.read().contains("C,SETCONF,"); }, 900ms));  // at once, not by a repetition
}

TEST_CASE_FIXTURE(Fixture,
                  "the plug is pulled while the customer pays: the request is over and nothing is vended") {
    plug_in();
    start_driver();
    REQUIRE(until_ready());
    press(Slot{5});
    const Selection selected = chosen();
    const VendTicket ticket = ticket_for(selected);
    const auto withdrawn = begin(machine->withdrawn(selected.request));
    unplug();
    REQUIRE(until([&] { return *withdrawn; }));
    plug_in();
    REQUIRE(until_ready());
    CHECK(end_of(begin(machine->vend(ticket))) == Outcome::unsent);
    pass(10s);
    CHECK(vending.books().drops() == 0);
}

TEST_CASE_FIXTURE(Fixture, "the plug is pulled while the motor turns: nobody can tell") {
    plug_in();
    start_driver();
    REQUIRE(until_ready());
    press(Slot{5});
    const auto vend = begin(machine->vend(ticket_for(chosen())));
    REQUIRE(until([this] { return vending.stage() == vmc::Stage::vending; }));
    unplug();
    CHECK(end_of(vend) == Outcome::unknown);
}

TEST_CASE_FIXTURE(Fixture, "a daemon that starts again while the motor turns still hears how the vend ended") {
    plug_in();
    {
        const EarlierRun earlier(device());
        earlier.say("C,0\nC,SETCONF,mdb-currency-code=0x1578\nC,SETCONF,mdb-always-idle=1\nC,1\n");
        REQUIRE(until([this] { return vending.always_idle(); }));
        REQUIRE(until([this] { return vending.stage() == vmc::Stage::idle; }));
        press(Slot{5});
        REQUIRE(until([this] { return vending.stage() == vmc::Stage::asking; }));
        pass(1s);
        earlier.say("C,VEND,1.50\n");
        REQUIRE(until([this] { return vending.stage() == vmc::Stage::vending; }));
    }
    make_machine();
    const auto outcome =
        begin(machine->outcome_of({.request = RequestId{"mdb-1-1"}, .slot = Slot{5}, .state = ""}));
    selection = begin(machine->next_selection());
    REQUIRE(until([&] { return outcome->has_value(); }));
    REQUIRE(**outcome);
    CHECK((**outcome)->outcome == Outcome::vended);
    REQUIRE(until_ready());
    press(Slot{6});
    CHECK(end_of(begin(machine->vend(ticket_for(chosen())))) == Outcome::vended);
    CHECK(vending.books().drops() == 2);
}
