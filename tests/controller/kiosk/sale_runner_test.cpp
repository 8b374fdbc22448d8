// One sale at a time, without a kiosk around it: what is written, what is sent, and in which order.

#include "controller/kiosk/sale_runner.hpp"

#include <doctest/doctest.h>

#include <boost/asio/co_spawn.hpp>
#include <memory>

#include "controller/kiosk/describe.hpp"
#include "drivers/simulated/memory_journal.hpp"
#include "tests/support/judge.hpp"
#include "tests/support/vending_world.hpp"

using namespace qrvend;
using namespace qrvend::test;

namespace asio = boost::asio;

namespace {

using Fault = simulated::MemoryDisk::Fault;
using Names = std::vector<std::string_view>;
using Will = Customer::Will;
using Gaps = std::vector<milliseconds>;

struct Fixture : SaleObserver {
    Fixture() {
        provider.on_call = [this](const PaymentCall& call) { expect_intended(call); };
    }
    ~Fixture() override { clock.abandon(std::move(io)); }
    Fixture(const Fixture&) = delete;
    Fixture& operator=(const Fixture&) = delete;

    void sale_decided(const SaleRunner&, const Step& step) override {
        ++decisions;
        if (on_decision) {
            on_decision(step);
        }
    }

    /// Opens a sale as a kiosk does, and runs it.
    void begin() {
        asio::co_spawn(*io, run(this), [](const std::exception_ptr& error) {
            if (error) {
                std::rethrow_exception(error);
            }
        });
    }
    static asio::awaitable<void> run(Fixture* self) {
        const Selection selection = self->machine.select(Slot{12}).value();
        const fact::Opened opened{
            .selection = selection,
            .product = {.slot = Slot{12}, .name = "Cola", .price = crowns(3500)},
            .amount = crowns(3500),
            .policy = self->policy,
            .provider = "scripted",
            .account = "123456",
        };
        std::vector<Fact> first{opened};
        const auto written = co_await self->journal.append(SaleId{"SALE"}, self->clock.now(), std::move(first));
        Sale sale = open_sale(SaleId{"SALE"}, opened, written->front().stamp);
        if (self->on_open) {
            self->on_open(sale);
        }
        self->runner = std::make_shared<SaleRunner>(self->ports, "vm-0042", std::move(sale), *self);
        self->end = co_await self->runner->run();
    }

    template <std::predicate Done>
    bool until(Done done, milliseconds patience = std::chrono::hours(72)) {
        return clock.run_until(*io, std::move(done), clock.now().monotonic + patience);
    }
    bool until_fact(std::string_view name) {
        return until([&] { return count(name) > 0; });
    }
    bool until_call(Operation operation, std::size_t times = 1) {
        return until([&] { return provider.calls(operation).size() == times; });
    }
    /// Runs to the end and judges it.
    void finish(SaleResult result) {
        REQUIRE(until([this] { return end.has_value(); }));
        CHECK(end == SaleRunner::End::closed);
        CHECK(runner->sale().result == result);
        expect_all_promises_kept();
    }
    void expect_all_promises_kept() {
        for (const std::string& broken : Judge(book, disk.records(), record.path()).verdict()) {
            FAIL_CHECK(broken);
        }
    }

    Names names() const {
        Names found;
        for (const Record& each : disk.records()) {
            found.push_back(name_of(each.fact));
        }
        return found;
    }
    std::size_t count(std::string_view name) const {
        return static_cast<std::size_t>(std::ranges::count(names(), name));
    }

    /// Invariant 4: nothing leaves before its intent, with this key and these bytes, is on the disk.
    void expect_intended(const PaymentCall& call) const {
        const auto records = disk.records();
        const auto* intended = std::get_if<fact::Intended>(&records.back().fact);
        REQUIRE(intended != nullptr);
        CHECK(intended->operation == call.operation);
        CHECK(intended->reference == call.reference);
        CHECK(intended->key == call.key);
        CHECK(intended->amount == call.amount);
        CHECK(intended->body == call.body);
    }

    TemporaryRecord record;
    simulated::SimulatedClock clock;
    std::unique_ptr<asio::io_context> io = std::make_unique<asio::io_context>();
    simulated::MemoryDisk disk;
    simulated::MemoryJournal journal{*io, disk};
    PaymentBook book;
    SeededRandom random{1};
    ScriptedProvider provider{clock, book};
    simulated::Machine machine{clock, {.look_time = 300ms, .vend_time = 3s, .record = record.path()}};
    RecordingScreen screen{clock};
    RecordingLog log;
    Policy policy;
    Ports ports{.clock = clock,
                .random = random,
                .journal = journal,
                .provider = provider,
                .machine = machine,
                .screen = screen,
                .log = log};
    std::shared_ptr<SaleRunner> runner;
    std::optional<SaleRunner::End> end;
    int decisions = 0;
    std::function<void(const Step&)> on_decision;
    std::function<void(Sale&)> on_open;  ///< before the sale runs
};

Gaps gaps(const std::vector<milliseconds>& times, std::size_t first = 0) {
    Gaps found;
    for (std::size_t index = first + 1; index < times.size(); ++index) {
        found.push_back(times[index] - times[index - 1]);
    }
    return found;
}

}  // namespace

TEST_CASE_FIXTURE(Fixture, "the usual way, captured first: every fact in its order") {
    begin();
    finish(SaleResult::sold);
    CHECK(names() == Names{"Opened", "Intended", "Requested", "Authorized", "Asked", "Intended", "Captured",
                           "VendStarted", "Vended", "Intended", "ReceiptPosted", "Closed"});
    CHECK(provider.operations() == std::vector{Operation::request, Operation::capture, Operation::post_receipt});
}

TEST_CASE_FIXTURE(Fixture, "the usual way, captured after the vend: every fact in its order") {
    policy.capture = CaptureOrder::after_vend;
    begin();
    finish(SaleResult::sold);
    CHECK(names() == Names{"Opened", "Intended", "Requested", "Authorized", "Asked", "VendStarted", "Vended",
                           "Intended", "Captured", "Intended", "ReceiptPosted", "Closed"});
}

TEST_CASE_FIXTURE(Fixture, "a provider without receipts is sent none") {
    policy.posts_receipt = false;
    begin();
    finish(SaleResult::sold);
    CHECK(provider.calls(Operation::post_receipt).empty());
}

TEST_CASE_FIXTURE(Fixture, "the vend is commanded after VendStarted is durable") {
    begin();
    REQUIRE(until([&] { return !machine.deeds().empty() && machine.deeds().size() > 1; }));
    CHECK(machine.deeds().back().what == simulated::Deed::What::commanded);
    CHECK(names().back() == "VendStarted");
}

TEST_CASE_FIXTURE(Fixture,
                  "a withdrawal while the machine looks before the leap keeps the vend from being intended") {
    begin();
    REQUIRE(until_fact("Captured"));
    clock.run_for(*io, 100ms);
    runner->post(fact::Withdrawn{});
    finish(SaleResult::returned);
    CHECK(count("VendStarted") == 0);
}

TEST_CASE_FIXTURE(Fixture, "a callback that comes before the answer to the creation is written after it") {
    book.next_customers({{.acts_after = 50ms}});
    begin();
    REQUIRE(until([&] { return !book.entries().empty(); }));
    clock.run_for(*io, 50ms);
    const PaymentEvent event{.reference = book.last().reference, .event_id = "event-1", .approved = crowns(3500)};
    CHECK(runner->has_payment(event.reference));
    runner->post(event);
    runner->post(event);
    finish(SaleResult::sold);
    CHECK(names()[2] == "Requested");
    CHECK(names()[3] == "Authorized");
    CHECK(count("Authorized") == 1);
    CHECK(provider.asked_at().empty());
}

TEST_CASE_FIXTURE(Fixture, "a callback about another amount, or another payment, brings no approval by itself") {
    policy.poll_interval = 1h;
    book.next_customers({{.will = Will::stays_away}});
    begin();
    REQUIRE(until_fact("Requested"));
    clock.run_for(*io, 1s);
    const PaymentReference reference = book.last().reference;
    REQUIRE(provider.asked_at().empty());
    runner->post(PaymentEvent{.reference = PaymentReference{"other"}, .event_id = "1", .approved = crowns(3500)});
    clock.run_for(*io, 1s);
    CHECK(provider.asked_at().empty());
    runner->post(PaymentEvent{.reference = reference, .event_id = "2", .approved = crowns(3499)});
    clock.run_for(*io, 1s);
    CHECK(provider.asked_at().size() == 1);
    const Money euros{.minor = 3500, .currency = Currency::parse("EUR").value()};
    runner->post(PaymentEvent{.reference = reference, .event_id = "3", .approved = euros});
    clock.run_for(*io, 1s);
    CHECK(provider.asked_at().size() == 2);
    runner->post(PaymentEvent{.reference = reference, .event_id = "4", .approved = std::nullopt});
    clock.run_for(*io, 1s);
    CHECK(provider.asked_at().size() == 3);
    CHECK(names().back() == "Requested");
}

TEST_CASE_FIXTURE(Fixture, "an approval told twice under two event ids is written once") {
    policy.poll_interval = 1h;
    book.next_customers({{.acts_after = 1s}});
    begin();
    REQUIRE(until_fact("Requested"));
    clock.run_for(*io, 2s);
    for (const char* event : {"event-1", "event-2", "event-1"}) {
        runner->post(PaymentEvent{.reference = book.last().reference, .event_id = event, .approved = crowns(3500)});
    }
    finish(SaleResult::sold);
    CHECK(count("Authorized") == 1);
}

TEST_CASE_FIXTURE(Fixture, "an approval told together with the customer's leaving counts") {
    policy.poll_interval = 1h;
    book.next_customers({{.acts_after = 1s}});
    begin();
    REQUIRE(until_fact("Requested"));
    clock.run_for(*io, 2s);
    runner->post(fact::Left{.reason = LeftReason::cancelled});
    runner->post(PaymentEvent{.reference = book.last().reference, .event_id = "1", .approved = crowns(3500)});
    finish(SaleResult::sold);
    CHECK(count("Left") == 1);
    CHECK(count("Authorized") == 1);
}

TEST_CASE_FIXTURE(Fixture, "approvals of two payments are two pieces of news") {
    policy.poll_interval = 1h;
    book.next_customers({{.acts_after = 1s}});
    on_open = [](Sale& sale) {
        for (const PaymentNo number : {PaymentNo{1}, PaymentNo{2}}) {
            const PaymentReference reference{"reference-" + std::to_string(number.number)};
            apply(sale,
                  fact::Intended{.payment = number,
                                 .operation = Operation::request,
                                 .attempt = 1,
                                 .reference = reference,
                                 .key = {},
                                 .amount = crowns(3500),
                                 .body = {}},
                  sale.opened_at);
        }
    };
    begin();
    REQUIRE(until([&] { return runner != nullptr; }));
    for (const char* reference : {"reference-1", "reference-2", "reference-1"}) {
        runner->post(PaymentEvent{
            .reference = PaymentReference{reference}, .event_id = reference, .approved = crowns(3500)});
    }
    REQUIRE(until_fact("Authorized"));
    CHECK(count("Authorized") == 2);
}

TEST_CASE_FIXTURE(Fixture, "what happens while the sale closes comes too late") {
    on_decision = [this](const Step& step) {
        const auto* write = std::get_if<step::Write>(&step);
        if (write != nullptr && std::holds_alternative<fact::Closed>(write->fact)) {
            runner->post(fact::Left{.reason = LeftReason::cancelled});
        }
    };
    begin();
    finish(SaleResult::sold);
    CHECK(count("Left") == 0);
}

TEST_CASE_FIXTURE(Fixture, "a payment that the provider's copy does not find goes on being waited for") {
    begin();
    REQUIRE(until_fact("Requested"));
    book.lag(true);
    clock.run_for(*io, 20s);
    CHECK(provider.asked_at().size() > 10);
    CHECK(names().back() == "Requested");
    book.lag(false);
    finish(SaleResult::sold);
}

TEST_CASE_FIXTURE(Fixture, "an approval told while the payment is being ended by us does not revive it") {
    policy.poll_interval = 1h;
    policy.capture = CaptureOrder::after_vend;
    book.next_customers({{.will = Will::stays_away}});
    begin();
    REQUIRE(until_fact("Requested"));
    runner->post(fact::Left{.reason = LeftReason::cancelled});
    REQUIRE(until_call(Operation::cancel_unapproved));
    runner->post(PaymentEvent{.reference = book.last().reference, .event_id = "event-1", .approved = crowns(3500)});
    finish(SaleResult::not_paid);
    CHECK(count("Authorized") == 0);
    CHECK(count("VendStarted") == 0);
}

TEST_CASE_FIXTURE(Fixture, "a creation without an answer is repeated under its key, with its bytes") {
    SUBCASE("it never arrived") {
        provider.next(Operation::request, Mishap::call_lost);
    }
    SUBCASE("its answer was lost") {
        provider.next(Operation::request, Mishap::answer_lost);
    }
    SUBCASE("nothing left") {
        provider.next(Operation::request, Mishap::unsent);
    }
    begin();
    REQUIRE(until_call(Operation::request, 2));
    const auto creations = provider.calls(Operation::request);
    CHECK(creations[0].key == creations[1].key);
    CHECK(creations[0].body == creations[1].body);
    CHECK(creations[0].reference == creations[1].reference);
    finish(SaleResult::sold);
    CHECK(book.entries().size() == 1);
}

TEST_CASE_FIXTURE(Fixture,
                  "a creation that is never answered ends before the customer's patience, and is settled") {
    provider.next(Operation::request, Mishap::answer_lost, 10);
    book.next_customers({{.acts_after = 200s}});
    begin();
    REQUIRE(until_fact("Abandoned"));
    CHECK(clock.elapsed() < 31s);
    finish(SaleResult::not_paid);
    CHECK(book.last().status.state == PaymentStatus::State::cancelled);
}

TEST_CASE_FIXTURE(Fixture, "a capture without an answer is repeated under its key; a refused one asks first") {
    SUBCASE("its answer was lost") {
        provider.next(Operation::capture, Mishap::answer_lost);
        begin();
        REQUIRE(until_call(Operation::capture, 2));
        CHECK(provider.calls(Operation::capture)[0].key == provider.calls(Operation::capture)[1].key);
    }
    SUBCASE("refused") {
        provider.next(Operation::capture, Mishap::refused);
        begin();
        REQUIRE(until_call(Operation::capture, 1));
        const std::size_t asked = provider.asked_at().size();
        REQUIRE(until_call(Operation::capture, 2));
        CHECK(provider.asked_at().size() == asked + 1);
        CHECK(provider.calls(Operation::capture)[0].key != provider.calls(Operation::capture)[1].key);
    }
    finish(SaleResult::sold);
    CHECK(book.last().captures == 1);
}

TEST_CASE_FIXTURE(Fixture, "a refund without an answer is given once") {
    machine.set_mood(simulated::Mood::jams);
    provider.next(Operation::refund, Mishap::answer_lost, 3);
    begin();
    finish(SaleResult::returned);
    CHECK(book.last().refunds == 1);
}

TEST_CASE_FIXTURE(Fixture, "the provider is asked at its interval, and less often while it does not answer") {
    book.next_customers({{.will = Will::stays_away}});
    begin();
    SUBCASE("it answers") {
        REQUIRE(until([&] { return provider.asked_at().size() == 5; }));
        CHECK(gaps(provider.asked_at()) == Gaps(4, 1s + provider.latency));
        CHECK(names().back() == "Requested");  // a poll that brings nothing is not written down
    }
    SUBCASE("it does not") {
        provider.next(Operation::ask, Mishap::unsent, 6);
        REQUIRE(until([&] { return provider.asked_at().size() == 8; }));
        const milliseconds call = provider.latency / 2;
        CHECK(gaps(provider.asked_at()) ==
              Gaps{2s + call, 4s + call, 8s + call, 16s + call, 16s + call, 16s + call, 1s + 2 * call});
    }
    SUBCASE("it names a time") {
        provider.next(Operation::ask, Mishap::refused, {.code = "429", .retry_after = seconds(30)});
        REQUIRE(until([&] { return provider.asked_at().size() == 3; }));
        CHECK(gaps(provider.asked_at()) == Gaps{30s + provider.latency / 2, 1s + provider.latency});
    }
}

TEST_CASE_FIXTURE(Fixture,
                  "a picture of the code is loaded before the wait; without one the sale is given up in time") {
    book.show_as(ToShow::Kind::picture_url);
    SUBCASE("loaded") {
        begin();
        REQUIRE(until([&] { return runner && runner->picture(); }));
        CHECK(provider.pictures() == std::vector{book.last().status.to_show->content});
        finish(SaleResult::sold);
        CHECK(provider.pictures().size() == 1);
    }
    SUBCASE("loaded late") {
        const auto picture = std::exchange(provider.picture, unknown("timeout"));
        begin();
        REQUIRE(until([&] { return provider.pictures().size() == 3; }));
        provider.picture = picture;
        REQUIRE(until([&] { return runner->picture() != nullptr; }));
        finish(SaleResult::sold);
    }
    SUBCASE("never, and the customer leaves meanwhile") {
        provider.picture = unknown("timeout");
        book.next_customers({{.will = Will::stays_away}});
        begin();
        REQUIRE(until_fact("Requested"));
        provider.latency = 30s;
        REQUIRE(until([&] { return provider.pictures().size() == 2; }));
        provider.latency = 200ms;
        clock.run_for(*io, 5s);
        runner->post(fact::Left{.reason = LeftReason::cancelled});
        finish(SaleResult::not_paid);
        CHECK(count("Abandoned") == 0);
    }
    SUBCASE("never") {
        provider.picture = unknown("timeout");
        book.next_customers({{.acts_after = 200s}});
        begin();
        REQUIRE(until_fact("Abandoned"));
        CHECK(clock.elapsed() < 25s);
        CHECK(log.has("the picture of the code could not be loaded"));
        finish(SaleResult::not_paid);
    }
}

TEST_CASE("a customer who leaves, or a machine that waits no longer, at every tenth of a second") {
    for (const CaptureOrder capture : {CaptureOrder::before_vend, CaptureOrder::after_vend}) {
        for (const bool withdraws : {false, true}) {
            for (milliseconds at{0}; at < 12s; at += 100ms) {
                CAPTURE(static_cast<int>(capture));
                CAPTURE(withdraws);
                CAPTURE(at.count());
                Fixture fixture;
                fixture.policy.capture = capture;
                fixture.begin();
                fixture.clock.run_for(*fixture.io, at);
                if (!fixture.runner->sale().closed()) {
                    if (withdraws) {
                        fixture.machine.take_back();
                        fixture.runner->post(fact::Withdrawn{});
                    } else {
                        fixture.runner->post(fact::Left{.reason = LeftReason::cancelled});
                    }
                }
                REQUIRE(fixture.until([&] { return fixture.end.has_value(); }));
                CHECK(fixture.runner->sale().closed());
                fixture.expect_all_promises_kept();
            }
        }
    }
}

TEST_CASE("a journal that fails at any append ends the run, and nothing is sent afterwards") {
    for (const CaptureOrder capture : {CaptureOrder::before_vend, CaptureOrder::after_vend}) {
        for (const simulated::Mood mood : {simulated::Mood::works, simulated::Mood::jams}) {
            int broken = 0;
            for (std::uint64_t append = 2; append < 12; ++append) {
                CAPTURE(static_cast<int>(capture));
                CAPTURE(append);
                Fixture fixture;
                fixture.policy.capture = capture;
                fixture.machine.set_mood(mood);
                fixture.disk.fail_append(append, Fault::fails_lost);
                fixture.begin();
                REQUIRE(fixture.until([&] { return fixture.disk.appends() == append || fixture.end; }));
                const std::size_t calls = fixture.provider.calls().size();
                const std::size_t deeds = fixture.machine.deeds().size();
                REQUIRE(fixture.until([&] { return fixture.end.has_value(); }));
                broken += fixture.end == SaleRunner::End::journal_broken ? 1 : 0;
                fixture.clock.run_for(*fixture.io, 2h);
                if (fixture.end == SaleRunner::End::journal_broken) {
                    CHECK(fixture.provider.calls().size() == calls);
                    CHECK(fixture.machine.deeds().size() == deeds);
                    CHECK(fixture.disk.records().size() >= append - 1);
                }
                CHECK(fixture.clock.waiting() == 0);
            }
            CHECK(broken >= 8);
        }
    }
}
