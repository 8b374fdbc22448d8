#include "drivers/mdb/machine.hpp"

#include <doctest/doctest.h>

#include <boost/asio/co_spawn.hpp>
#include <deque>

#include "drivers/simulated/clock.hpp"
#include "tests/support/recording_log.hpp"

using namespace qrvend;
using simulated::SimulatedClock;

namespace asio = boost::asio;
namespace event = qrvend::mdb::event;

namespace {

using namespace std::chrono_literals;
using Outcome = VendResult::Outcome;
using Calls = std::vector<std::string>;

Currency nok() {
    return *Currency::parse("NOK");
}

Money crowns(std::int64_t minor) {
    return {.minor = minor, .currency = nok()};
}

// A reader that says what the test puts into its mouth, and writes down what it is told.
class ScriptedReader final : public mdb::Reader {
public:
    void begin_fresh() override { calls.emplace_back("fresh"); }
    void approve(Money amount) override {
        calls.push_back("approve " + to_string(amount));
        if (on_approve) {
            events.push_back(*on_approve);
        }
    }
    void deny() override {
        calls.emplace_back("deny");
        if (on_deny) {
            events.push_back(*on_deny);
        }
    }
    void begin_session() override { calls.emplace_back("begin session"); }
    void end_session() override { calls.emplace_back("end session"); }
    bool always_idle() const override { return is_always_idle; }
    std::optional<mdb::Event> next_event() override {
        if (events.empty()) {
            return std::nullopt;
        }
        mdb::Event event = std::move(events.front());
        events.pop_front();
        return event;
    }

    Calls calls;
    std::deque<mdb::Event> events;
    std::optional<mdb::Event> on_approve{event::ApprovalTaken{}};
    std::optional<mdb::Event> on_deny;
    bool is_always_idle = true;
};

// What the machine uses the reader through; the test is the other end.
class ScriptedLink final : public mdb::Link {
public:
    mdb::Reader& reader() override { return script; }
    void begin(User& its_user) override { user = &its_user; }
    void reader_told() override { ++told; }

    ScriptedReader script;
    User* user = nullptr;
    int told = 0;
};

struct Fixture {
    ~Fixture() { clock.abandon(std::move(io)); }

    // A machine that is ready, whose kiosk waits for customers.
    void open() {
        link.user->link_opened();
        selection = begin(machine.next_selection());
        run();
        reader.calls.clear();
        link.told = 0;
        say(event::Readiness{.ready = true, .why = {}});
    }

    void say(mdb::Event event) {
        reader.events.push_back(std::move(event));
        link.user->reader_spoke();
        run();
    }
    void lose_link() {
        link.user->link_closed({.code = "unplugged", .detail = "the adapter was unplugged"});
        run();
    }
    Selection request(std::int64_t price = 150, std::uint16_t item = 5) {
        say(event::VendRequested{.price = crowns(price), .item = item});
        REQUIRE(*selection);
        const Selection chosen = **selection;
        selection = begin(machine.next_selection());
        run();
        return chosen;
    }
    VendTicket ticket_for(const Selection& chosen) {
        const auto ticket = finish(machine.prepare(chosen.request, chosen.slot));
        REQUIRE(ticket);
        return *ticket;
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
    template <class T>
    T finish(asio::awaitable<T> act) {
        const auto outcome = begin(std::move(act));
        REQUIRE(clock.run_until(*io, [&] { return outcome->has_value(); }));
        return std::move(**outcome);
    }
    void decline(const Selection& chosen) {
        begin(machine.decline(chosen.request, DeclineReason::not_paid));
        run();
    }
    void run() { pass(0s); }
    void pass(milliseconds time) { clock.run_for(*io, time); }
    std::string fault() const {
        const MachineStatus status = machine.status();
        return status.ready() ? "" : status.faults.front().code + ": " + status.faults.front().detail;
    }

    SimulatedClock clock;
    std::unique_ptr<asio::io_context> io = std::make_unique<asio::io_context>();
    test::RecordingLog log;
    mdb::Settings settings{.reader = {.currency = nok(), .answer_limit = 90s},
                           .session = 60s,
                           .vend_limit = 120s,
                           .items = {{11, Slot{42}}, {mdb::no_item, Slot{7}}}};
    std::unique_ptr<ScriptedLink> made = std::make_unique<ScriptedLink>();
    ScriptedLink& link = *made;
    ScriptedReader& reader = link.script;
    mdb::Machine machine{settings, std::move(made), clock, log};
    std::shared_ptr<std::optional<Selection>> selection;
};

}  // namespace

// ---- requests

TEST_CASE_FIXTURE(Fixture, "customers choose on the machine, which names the price and waits so long") {
    open();
    CHECK(machine.traits().own_keypad);
    CHECK(machine.traits().confirms_product);
    CHECK(machine.traits().answer_limit == milliseconds(90s));
    const Selection chosen = request(150, 5);
    CHECK(chosen.slot == Slot{5});
    CHECK(chosen.price == crowns(150));
    CHECK(machine.select(Slot{5}).error().world == World::refused);
}

TEST_CASE_FIXTURE(Fixture, "the item table says which slot an item stands for") {
    open();
    CHECK(request(150, 11).slot == Slot{42});
    say(event::Withdrawn{.why = "lever"});
    CHECK(request(150, mdb::no_item).slot == Slot{7});
}

TEST_CASE_FIXTURE(Fixture, "price 0 is not sold, nor an item that names nothing") {
    open();
    SUBCASE("price 0") {
        say(event::VendRequested{.price = crowns(0), .item = 5});
    }
    SUBCASE("item 0") {
        say(event::VendRequested{.price = crowns(150), .item = 0});
    }
    CHECK(reader.calls == Calls{"deny"});
    CHECK(link.told == 1);
    CHECK_FALSE(*selection);
    CHECK(log.has("the machine asks for what is not sold"));
}

TEST_CASE_FIXTURE(Fixture, "item FFFF is not sold where the item table does not know it") {
    settings.items.clear();
    auto other_link = std::make_unique<ScriptedLink>();
    ScriptedLink& other = *other_link;
    mdb::Machine without_table{settings, std::move(other_link), clock, log};
    const auto chosen = begin(without_table.next_selection());
    run();
    other.script.events.emplace_back(event::VendRequested{.price = crowns(150), .item = mdb::no_item});
    other.user->reader_spoke();
    run();
    CHECK(other.script.calls == Calls{"fresh", "deny"});
    CHECK_FALSE(*chosen);
}

TEST_CASE_FIXTURE(Fixture, "the machine is always answered before its own limit, and not paid for afterwards") {
    open();
    const Selection chosen = request();
    const VendTicket ticket = ticket_for(chosen);
    const auto withdrawn = begin(machine.withdrawn(chosen.request));
    pass(87s);
    CHECK(reader.calls.empty());
    CHECK_FALSE(*withdrawn);
    pass(2s);
    CHECK(reader.calls == Calls{"deny"});
    CHECK(*withdrawn);
    CHECK(finish(machine.vend(ticket)).outcome == Outcome::unsent);
    CHECK(reader.calls == Calls{"deny"});
}

TEST_CASE_FIXTURE(Fixture, "a declined request is denied once, and ends") {
    open();
    const Selection chosen = request();
    const auto withdrawn = begin(machine.withdrawn(chosen.request));
    run();
    CHECK_FALSE(*withdrawn);
    decline(chosen);
    CHECK(*withdrawn);
    decline(chosen);
    CHECK(reader.calls == Calls{"deny"});
    pass(2min);
    CHECK(reader.calls == Calls{"deny"});
}

TEST_CASE_FIXTURE(Fixture, "a request that the machine took back is never approved") {
    open();
    const Selection chosen = request();
    const auto withdrawn = begin(machine.withdrawn(chosen.request));
    SUBCASE("before the vend was prepared") {
        say(event::Withdrawn{.why = "lever"});
        CHECK(finish(machine.prepare(chosen.request, chosen.slot)).error().world == World::unsent);
    }
    SUBCASE("between prepare and vend") {
        const VendTicket ticket = ticket_for(chosen);
        say(event::Withdrawn{.why = "lever"});
        CHECK(finish(machine.vend(ticket)).outcome == Outcome::unsent);
    }
    run();
    CHECK(*withdrawn);
    CHECK(reader.calls.empty());
    decline(chosen);
    CHECK(reader.calls.empty());
}

TEST_CASE_FIXTURE(Fixture, "the next customer never gets the approval of the one before") {
    open();
    const Selection first = request(150, 5);
    const VendTicket ticket = ticket_for(first);
    const auto withdrawn = begin(machine.withdrawn(first.request));
    SUBCASE("who has taken the request back") {
        say(event::Withdrawn{.why = "lever"});
    }
    SUBCASE("whose end the reader forgot to tell") {}
    const Selection second = request(200, 6);
    CHECK(*withdrawn);
    CHECK(second.request != first.request);
    CHECK(finish(machine.vend(ticket)).outcome == Outcome::unsent);
    decline(first);
    CHECK(reader.calls.empty());
    begin(machine.vend(ticket_for(second)));
    run();
    CHECK(reader.calls == Calls{"approve 2.00 NOK"});
}

TEST_CASE_FIXTURE(Fixture, "a selection that was taken back before anybody looked is not handed out") {
    open();
    reader.events.emplace_back(event::VendRequested{.price = crowns(150), .item = 5});
    reader.events.emplace_back(event::Withdrawn{.why = "lever"});
    link.user->reader_spoke();
    run();
    CHECK_FALSE(*selection);
}

TEST_CASE_FIXTURE(Fixture, "requests of two runs have different names") {
    open();
    const Selection before = request();
    clock.run_for(*io, 1s);
    auto new_link = std::make_unique<ScriptedLink>();
    ScriptedLink& renewed = *new_link;
    mdb::Machine restarted{settings, std::move(new_link), clock, log};
    const auto chosen = begin(restarted.next_selection());
    run();
    renewed.script.events.emplace_back(event::VendRequested{.price = crowns(150), .item = 5});
    renewed.user->reader_spoke();
    run();
    REQUIRE(*chosen);
    CHECK((*chosen)->request != before.request);
}

// ---- vends

TEST_CASE_FIXTURE(Fixture, "an approved request is vended, and the machine's word is the outcome") {
    open();
    const Selection chosen = request();
    const VendTicket ticket = ticket_for(chosen);
    const auto withdrawn = begin(machine.withdrawn(chosen.request));
    const auto vend = begin(machine.vend(ticket));
    run();
    CHECK(reader.calls == Calls{"approve 1.50 NOK"});
    CHECK(*withdrawn);
    pass(5s);
    CHECK_FALSE(*vend);
    SUBCASE("success") {
        say(event::Vended{.proof = "VEND SUCCESS"});
        CHECK(**vend == VendResult{.outcome = Outcome::vended, .reason = "VEND SUCCESS"});
    }
    SUBCASE("failure") {
        say(event::VendFailed{.reason = "VEND FAILURE"});
        CHECK(**vend == VendResult{.outcome = Outcome::failed, .reason = "VEND FAILURE"});
    }
    CHECK(finish(machine.vend(ticket)).outcome == Outcome::unsent);  // never twice
    CHECK(reader.calls == Calls{"approve 1.50 NOK"});
}

TEST_CASE_FIXTURE(Fixture, "an approval that never reached the bus was not sent") {
    open();
    reader.on_approve.reset();
    const VendTicket ticket = ticket_for(request());
    SUBCASE("told by the reader") {
        reader.on_approve = event::ApprovalDropped{.why = "no longer waits"};
        CHECK(finish(machine.vend(ticket)) == VendResult{.outcome = Outcome::unsent, .reason = "no longer waits"});
        CHECK(reader.calls == Calls{"approve 1.50 NOK"});
    }
    SUBCASE("taken back because nobody polled") {
        reader.on_deny = event::ApprovalDropped{.why = "taken back"};
        CHECK(finish(machine.vend(ticket)) == VendResult{.outcome = Outcome::unsent, .reason = "taken back"});
        CHECK(reader.calls == Calls{"approve 1.50 NOK", "deny"});
    }
}

TEST_CASE_FIXTURE(Fixture, "an approval on the bus that nobody acknowledged is unknown") {
    open();
    reader.on_approve.reset();
    const VendTicket ticket = ticket_for(request());
    SUBCASE("told by the reader") {
        reader.on_approve = event::ApprovalInDoubt{.why = "reset"};
        CHECK(finish(machine.vend(ticket)) == VendResult{.outcome = Outcome::unknown, .reason = "reset"});
    }
    SUBCASE("told when it is taken back") {
        reader.on_deny = event::ApprovalInDoubt{.why = "was on the bus"};
        CHECK(finish(machine.vend(ticket)) == VendResult{.outcome = Outcome::unknown, .reason = "was on the bus"});
    }
    SUBCASE("and the reader says nothing more") {
        const MonotonicTime before = clock.now().monotonic;
        CHECK(finish(machine.vend(ticket)).outcome == Outcome::unknown);
        CHECK(clock.now().monotonic == before + 10s + 120s);
    }
}

TEST_CASE_FIXTURE(Fixture, "an approval that is acknowledged while it is being taken back is vended as any other") {
    open();
    reader.on_approve.reset();
    reader.on_deny = event::ApprovalTaken{};
    const auto vend = begin(machine.vend(ticket_for(request())));
    pass(15s);
    CHECK_FALSE(*vend);
    say(event::Vended{.proof = "VEND SUCCESS"});
    CHECK((*vend)->outcome == Outcome::vended);
}

TEST_CASE_FIXTURE(Fixture, "a machine that has taken the approval and says nothing more leaves the vend unknown") {
    open();
    const VendTicket ticket = ticket_for(request());
    const MonotonicTime before = clock.now().monotonic;
    const VendResult end = finish(machine.vend(ticket));
    CHECK(end.outcome == Outcome::unknown);
    CHECK(clock.now().monotonic == before + 120s);
    say(event::Vended{.proof = "VEND SUCCESS"});  // too late for that vend, and not of the next
    const auto next = begin(machine.vend(ticket_for(request(200, 6))));
    run();
    CHECK_FALSE(*next);
    say(event::VendFailed{.reason = "jam"});
    CHECK((*next)->outcome == Outcome::failed);
}

TEST_CASE_FIXTURE(Fixture, "proof outweighs a doubt that came just before") {
    open();
    const auto vend = begin(machine.vend(ticket_for(request())));
    run();
    reader.events.emplace_back(event::ApprovalInDoubt{.why = "went on"});
    reader.events.emplace_back(event::Vended{.proof = "VEND SUCCESS"});
    link.user->reader_spoke();
    run();
    CHECK((*vend)->outcome == Outcome::vended);
}

TEST_CASE_FIXTURE(Fixture, "a request right behind the end of a vend hides neither") {
    open();
    const auto vend = begin(machine.vend(ticket_for(request(150, 5))));
    run();
    reader.events.emplace_back(event::ApprovalInDoubt{.why = "asks for something else"});
    reader.events.emplace_back(event::VendRequested{.price = crowns(200), .item = 6});
    link.user->reader_spoke();
    run();
    CHECK((*vend)->outcome == Outcome::unknown);
    REQUIRE(*selection);
    CHECK(finish(machine.prepare((*selection)->request, Slot{6})));
}

// ---- the link

TEST_CASE_FIXTURE(Fixture, "without a link, or with a reader that the machine does not want, nothing is sold") {
    CHECK(fault() == "starting: the way to the machine was not opened yet");
    link.user->link_opened();
    CHECK(fault() == "mdb_reader: the machine has not set up the reader yet");
    auto changed = begin(machine.status_changed());
    run();
    CHECK(*changed);
    changed = begin(machine.status_changed());
    run();
    CHECK_FALSE(*changed);
    say(event::Readiness{.ready = true, .why = {}});
    CHECK(fault().empty());
    CHECK(*changed);
    changed = begin(machine.status_changed());
    run();
    CHECK_FALSE(*changed);
    SUBCASE("disabled") {
        say(event::Readiness{.ready = false, .why = "disabled"});
        CHECK(fault() == "mdb_reader: disabled");
    }
    SUBCASE("unplugged") {
        lose_link();
        CHECK(fault() == "unplugged: the adapter was unplugged");
        link.user->link_opened();
        CHECK(fault().empty());
    }
    run();
    CHECK(*changed);
}

TEST_CASE_FIXTURE(Fixture, "a link that is lost before the approval costs the customer nothing") {
    open();
    const Selection chosen = request();
    const VendTicket ticket = ticket_for(chosen);
    const auto withdrawn = begin(machine.withdrawn(chosen.request));
    lose_link();
    CHECK(*withdrawn);
    CHECK(finish(machine.prepare(chosen.request, chosen.slot)).error().code == "withdrawn");
    CHECK(finish(machine.vend(ticket)).outcome == Outcome::unsent);
    CHECK(reader.calls.empty());
}

TEST_CASE_FIXTURE(Fixture,
                  "a link that is lost after the approval leaves the vend unknown, unless more was known") {
    open();
    reader.on_approve.reset();
    const auto vend = begin(machine.vend(ticket_for(request())));
    run();
    SUBCASE("nobody knows") {
        lose_link();
        CHECK(**vend == VendResult{.outcome = Outcome::unknown,
                                   .reason = "the link to the machine was lost: the adapter was unplugged"});
    }
    SUBCASE("acknowledged") {
        say(event::ApprovalTaken{});
        lose_link();
        CHECK((*vend)->outcome == Outcome::unknown);
    }
    SUBCASE("the reader knows that it never left") {
        reader.events.emplace_back(event::ApprovalDropped{.why = "never left"});
        link.user->reader_spoke();
        lose_link();
        CHECK((*vend)->outcome == Outcome::unsent);
    }
    SUBCASE("the vend had ended") {
        reader.events.emplace_back(event::Vended{.proof = "VEND SUCCESS"});
        link.user->reader_spoke();
        lose_link();
        CHECK((*vend)->outcome == Outcome::vended);
    }
}

TEST_CASE_FIXTURE(Fixture, "a paid product is not vended on a machine that is not ready") {
    open();
    const Selection chosen = request();
    say(event::Readiness{.ready = false, .why = "disabled"});
    const auto ticket = finish(machine.prepare(chosen.request, chosen.slot));
    CHECK(ticket.error().world == World::unsent);
    CHECK(ticket.error().code == "mdb_reader");
}

// ---- after a restart

TEST_CASE_FIXTURE(Fixture, "without a vend of an earlier run the machine is told JUST RESET at once") {
    link.user->link_opened();
    CHECK(reader.calls.empty());
    begin(machine.next_selection());
    run();
    CHECK(reader.calls == Calls{"fresh"});
    CHECK(link.told == 1);
    CHECK_FALSE(finish(machine.outcome_of({.request = RequestId{"mdb-1-1"}, .slot = Slot{5}, .state = ""})));
    CHECK(reader.calls == Calls{"fresh"});
}

TEST_CASE_FIXTURE(Fixture,
                  "what the machine says within the non-response time is the outcome of the earlier vend") {
    const VendTicket earlier{.request = RequestId{"mdb-1-1"}, .slot = Slot{5}, .state = ""};
    const auto outcome = begin(machine.outcome_of(earlier));
    const auto chosen = begin(machine.next_selection());
    run();
    link.user->link_opened();
    pass(3s);
    CHECK(reader.calls.empty());  // nothing yet that would make the machine forget
    CHECK_FALSE(*outcome);
    SUBCASE("success") {
        say(event::Vended{.proof = "VEND SUCCESS"});
        REQUIRE(*outcome);
        CHECK((**outcome)->outcome == Outcome::vended);
    }
    SUBCASE("failure") {
        say(event::VendFailed{.reason = "VEND FAILURE"});
        REQUIRE(*outcome);
        CHECK((**outcome)->outcome == Outcome::failed);
    }
    SUBCASE("nothing") {
        pass(1999ms);
        CHECK_FALSE(*outcome);
        pass(1ms);
        REQUIRE(*outcome);
        CHECK_FALSE(**outcome);
    }
    SUBCASE("nothing, because the adapter is not there") {
        lose_link();
        pass(2s);
        REQUIRE(*outcome);
        CHECK_FALSE(**outcome);
    }
    CHECK(reader.calls == Calls{"fresh"});
    CHECK_FALSE(*chosen);
    say(event::VendRequested{.price = crowns(150), .item = 5});
    CHECK(*chosen);
}

TEST_CASE_FIXTURE(Fixture, "of two earlier vends the machine's word is about the one that was asked for first") {
    const auto first = begin(machine.outcome_of({.request = RequestId{"mdb-1-1"}, .slot = Slot{5}, .state = ""}));
    run();
    CHECK_FALSE(finish(machine.outcome_of({.request = RequestId{"mdb-1-2"}, .slot = Slot{6}, .state = ""})));
    CHECK_FALSE(*first);
    say(event::Vended{.proof = "VEND SUCCESS"});
    CHECK(**first);
}

// ---- sessions

TEST_CASE_FIXTURE(Fixture, "a session in which nothing is chosen is closed after a while") {
    open();
    say(event::Session{.open = true});
    pass(59s);
    CHECK(reader.calls.empty());
    SUBCASE("nothing is chosen") {
        pass(1s);
        CHECK(reader.calls == Calls{"end session"});
        CHECK(link.told == 1);
    }
    SUBCASE("the machine closes it by itself") {
        say(event::Session{.open = false});
        pass(2min);
        CHECK(reader.calls.empty());
    }
    SUBCASE("the link is lost") {
        lose_link();
        pass(2min);
        CHECK(reader.calls.empty());
    }
    SUBCASE("something is chosen: its time begins anew after the vend") {
        const auto vend = begin(machine.vend(ticket_for(request())));
        pass(59s);
        say(event::Vended{.proof = "VEND SUCCESS"});
        CHECK(*vend);
        pass(59s);
        CHECK(reader.calls == Calls{"approve 1.50 NOK"});
        pass(1s);
        CHECK(reader.calls == Calls{"approve 1.50 NOK", "end session"});
    }
}

TEST_CASE_FIXTURE(Fixture, "a machine without Always Idle wants a touch before each choice") {
    reader.is_always_idle = false;
    open();
    CHECK(machine.status().wants_begin);
    machine.begin();
    CHECK(reader.calls == Calls{"begin session"});
    CHECK(link.told == 1);
    begin(machine.status_changed());
    run();
    auto changed = begin(machine.status_changed());
    say(event::Session{.open = true});
    CHECK(*changed);
    CHECK_FALSE(machine.status().wants_begin);
    machine.begin();
    CHECK(reader.calls.size() == 1);
    const Selection chosen = request();
    say(event::Session{.open = false});
    CHECK_FALSE(machine.status().wants_begin);  // there is a request
    changed = begin(machine.status_changed());
    run();
    CHECK_FALSE(*changed);
    decline(chosen);
    CHECK(machine.status().wants_begin);
    CHECK(*changed);
}

TEST_CASE_FIXTURE(Fixture, "no session is begun where there is nobody to sell, or no need") {
    SUBCASE("the reader is not wanted") {
        reader.is_always_idle = false;
        open();
        say(event::Readiness{.ready = false, .why = "disabled"});
    }
    SUBCASE("the machine takes a selection at any time") {
        open();
    }
    CHECK_FALSE(machine.status().wants_begin);
    machine.begin();
    CHECK(reader.calls.empty());
}

// ---- the rest

TEST_CASE_FIXTURE(Fixture, "what is unusual on the bus is logged") {
    open();
    say(event::Oddity{.what = "the adapter says VEND 1"});
    CHECK(log.has("unusual on the bus what=the adapter says VEND 1"));
}

TEST_CASE_FIXTURE(Fixture, "a crash while somebody waits for the machine leaves nothing behind") {
    open();
    const Selection chosen = request();
    begin(machine.withdrawn(chosen.request));
    begin(machine.status_changed());
    run();
    CHECK(clock.waiting() > 0);
    clock.abandon(std::move(io));
    CHECK(clock.waiting() == 0);
    io = std::make_unique<asio::io_context>();
}
