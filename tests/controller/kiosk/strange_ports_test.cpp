// A kiosk among ports that do what the simulated ones never do: a journal that cannot be read or makes no sense, a
// machine that tells late that it no longer waits, and a screen whose touches arrive after their view has gone.

#include <doctest/doctest.h>

#include <boost/asio/co_spawn.hpp>
#include <deque>
#include <memory>

#include "controller/kiosk/kiosk.hpp"
#include "tests/support/vending_world.hpp"

using namespace qrvend;
using namespace qrvend::test;

namespace asio = boost::asio;

namespace {

using namespace std::chrono_literals;

/// Answers one question, and nothing else.
class UnreadableJournal final : public Journal {
public:
    explicit UnreadableJournal(Result<std::vector<Record>> open_sales) : open_sales_(std::move(open_sales)) {}

    asio::awaitable<Result<std::vector<Record>>> open_sales() override { co_return open_sales_; }
    asio::awaitable<Result<std::vector<Record>>> append(SaleId, Stamp, std::vector<Fact>) override {
        co_return unsent("unexpected");
    }
    asio::awaitable<Result<void>> reserve_room() override { co_return unsent("unexpected"); }
    asio::awaitable<Result<std::vector<Record>>> history(SaleId) override { co_return unsent("unexpected"); }
    asio::awaitable<Result<void>> remember(std::string, std::string) override { co_return unsent("unexpected"); }
    asio::awaitable<Result<std::optional<std::string>>> recall(std::string) override {
        co_return unsent("unexpected");
    }

private:
    Result<std::vector<Record>> open_sales_;
};

/// Tells after `delay` that it no longer waits.
class LateMachine final : public Machine {
public:
    LateMachine(Clock& clock, milliseconds delay) : clock_(clock), machine_(clock, {}), delay_(delay) {}

    asio::awaitable<void> withdrawn(RequestId request) override {
        co_await machine_.withdrawn(std::move(request));
        co_await sleep_until(clock_, clock_.now().monotonic + delay_);
    }

    MachineTraits traits() const override { return machine_.traits(); }
    MachineStatus status() const override { return machine_.status(); }
    asio::awaitable<void> status_changed() override { return machine_.status_changed(); }
    asio::awaitable<Selection> next_selection() override { return machine_.next_selection(); }
    Result<Selection> select(Slot slot) override { return machine_.select(slot); }
    asio::awaitable<void> decline(RequestId request, DeclineReason reason) override {
        return machine_.decline(std::move(request), reason);
    }
    asio::awaitable<Result<VendTicket>> prepare(RequestId request, Slot slot) override {
        return machine_.prepare(std::move(request), slot);
    }
    asio::awaitable<VendResult> vend(VendTicket ticket) override { return machine_.vend(std::move(ticket)); }
    asio::awaitable<std::optional<VendResult>> outcome_of(VendTicket ticket) override {
        return machine_.outcome_of(std::move(ticket));
    }

private:
    Clock& clock_;
    simulated::Machine machine_;
    milliseconds delay_;
};

/// Every touch arrives, whatever stands on the screen by then.
class LateScreen final : public Screen {
public:
    explicit LateScreen(Clock& clock) : bell_(clock) {}

    void show(View view) override { view_ = std::move(view); }
    asio::awaitable<Touch> next_touch() override {
        while (touches_.empty()) {
            co_await bell_.wait();
        }
        const Touch touch = touches_.front();
        touches_.pop_front();
        co_return touch;
    }

    void touch(Touch touch) {
        touches_.push_back(touch);
        bell_.ring();
    }
    template <class Wanted>
    bool shows() const {
        return std::holds_alternative<Wanted>(view_);
    }

private:
    Bell bell_;
    View view_;
    std::deque<Touch> touches_;
};

struct Fixture {
    ~Fixture() { clock.abandon(std::move(io)); }

    void start(Journal& with_journal, Machine& with_machine) {
        settings.id = "vm-0042";
        settings.shelves.push_back({.product = {.slot = Slot{12}, .name = "Cola", .price = crowns(3500)}});
        kiosk = std::make_unique<Kiosk>(Ports{.clock = clock,
                                              .random = random,
                                              .journal = with_journal,
                                              .provider = provider,
                                              .machine = with_machine,
                                              .screen = screen,
                                              .log = log},
                                        io->get_executor(), settings);
        asio::co_spawn(*io, kiosk->run(), [this](const std::exception_ptr&, Kiosk::End how) { end = how; });
    }
    template <class Wanted>
    bool until_showing(milliseconds patience = 10min) {
        return clock.run_until(*io, [this] { return screen.shows<Wanted>(); }, clock.now().monotonic + patience);
    }
    bool begin_sale() {
        const bool idle = until_showing<view::Idle>();
        screen.touch(touch::Select{.slot = Slot{12}});
        return idle && until_showing<view::ScanToPay>();
    }

    simulated::SimulatedClock clock;
    std::unique_ptr<asio::io_context> io = std::make_unique<asio::io_context>();
    simulated::MemoryDisk disk;
    simulated::MemoryJournal journal{*io, disk};
    PaymentBook book;
    SeededRandom random{1};
    ScriptedProvider provider{clock, book};
    LateScreen screen{clock};
    RecordingLog log;
    KioskSettings settings;
    std::unique_ptr<Kiosk> kiosk;
    std::optional<Kiosk::End> end;
};

}  // namespace

TEST_CASE_FIXTURE(Fixture, "a journal that cannot be read, or makes no sense, ends the kiosk before it sells") {
    simulated::Machine machine(clock, {});
    Result<std::vector<Record>> open_sales;
    const char* complaint = nullptr;
    SUBCASE("unreadable") {
        open_sales = unsent("EIO", "the disk does not answer");
        complaint = "the journal cannot be read code=EIO detail=the disk does not answer";
    }
    SUBCASE("a sale without its beginning") {
        open_sales = std::vector{Record{.sequence = {}, .sale = SaleId{"S"}, .stamp = {}, .fact = fact::Left{}}};
        complaint = "the journal holds a sale without its beginning sale=S";
    }
    UnreadableJournal unreadable(std::move(open_sales));
    start(unreadable, machine);
    clock.run_for(*io, 1h);
    CHECK(end == Kiosk::End::journal_broken);
    CHECK(log.has(complaint));
    CHECK(screen.shows<view::OutOfService>());
    CHECK(provider.readied_at().empty());
}

TEST_CASE_FIXTURE(Fixture,
                  "a machine that tells late of an earlier request takes nothing from the customer in front") {
    book.next_customers({{.will = Customer::Will::declines}, {.acts_after = 20s}});
    milliseconds delay{};
    SUBCASE("while the next one pays") {
        delay = 20s;
    }
    SUBCASE("while nobody is there") {
        delay = 9s;
    }
    LateMachine machine(clock, delay);
    start(journal, machine);
    REQUIRE(begin_sale());
    REQUIRE(until_showing<view::NotCharged>());
    REQUIRE(until_showing<view::Idle>());
    clock.run_for(*io, 5s);
    REQUIRE(begin_sale());
    CHECK(until_showing<view::TakeProduct>());
}

TEST_CASE_FIXTURE(Fixture, "a touch that arrives after its view has gone does nothing") {
    simulated::Machine machine(clock, {});
    start(journal, machine);
    REQUIRE(begin_sale());
    screen.touch(touch::Dismiss{});
    REQUIRE(until_showing<view::TakeProduct>());
    clock.run_for(*io, 1s);
    screen.touch(touch::Cancel{});
    clock.run_for(*io, 1s);
    CHECK(screen.shows<view::TakeProduct>());
    REQUIRE(until_showing<view::Idle>());
    screen.touch(touch::Dismiss{});
    clock.run_for(*io, 1min);
    CHECK(screen.shows<view::Idle>());
    CHECK(disk.records().back().fact == Fact{fact::Closed{.result = SaleResult::sold}});
}
