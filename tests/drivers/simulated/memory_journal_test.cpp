#include "drivers/simulated/memory_journal.hpp"

#include <doctest/doctest.h>

#include <algorithm>

#include "tests/drivers/journal_contract.hpp"

using namespace qrvend;
using simulated::MemoryDisk;
using simulated::MemoryJournal;
using Fault = MemoryDisk::Fault;

namespace {

class MemoryBench : public test::JournalBench {
public:
    MemoryBench() { restart(); }

    Journal& journal() override { return *journal_; }
    void restart() override {
        journal_.reset();
        journal_ = std::make_unique<MemoryJournal>(io(), disk_);
    }
    void break_next_append() override { disk_.fail_append(1, Fault::fails_lost); }
    void fill_disk() override { disk_.set_room(MemoryDisk::Room::none); }
    void empty_disk() override { disk_.set_room(MemoryDisk::Room::enough); }

private:
    MemoryDisk disk_;
    std::unique_ptr<MemoryJournal> journal_;
};

/// One run of a process that appends a fact to each of the sales "1", "2" ... at once, and what was confirmed of
/// it. As in a crash, the event loop is given up where it stands.
struct Run {
    explicit Run(MemoryDisk& disk) : journal(io, disk) {
        disk.on_death([this] { io.stop(); });
    }

    void append_to(int sales) {
        for (int sale = 1; sale <= sales; ++sale) {
            boost::asio::co_spawn(
                io, journal.append(SaleId(std::to_string(sale)), test::JournalBench::stamp(), {fact::Withdrawn{}}),
                [this, sale](const std::exception_ptr& /*error*/, const Result<std::vector<Record>>& result) {
                    (result ? confirmed : failed).push_back(sale);
                });
        }
    }

    std::vector<int> confirmed;
    std::vector<int> failed;
    boost::asio::io_context io;
    MemoryJournal journal;
};

std::vector<std::string> durable_sales(const MemoryDisk& disk) {
    return test::contract::sales_of(disk.records());
}

using Names = std::vector<std::string>;

}  // namespace

TEST_CASE("the journal in memory keeps the contract") {
    test::check_journal_contract([] { return std::make_unique<MemoryBench>(); });
}

TEST_CASE("a failing append takes later ones with it, and no earlier one") {
    MemoryDisk disk;
    SUBCASE("its facts are lost") {
        disk.fail_append(2, Fault::fails_lost);
        Run run(disk);
        run.append_to(3);
        run.io.run();
        CHECK(run.confirmed == std::vector{1});
        CHECK(run.failed == std::vector{2, 3});
        CHECK(durable_sales(disk) == Names{"1"});
        CHECK(disk.appends() == 3);
    }
    SUBCASE("its facts are there all the same") {
        disk.fail_append(2, Fault::fails_kept);
        Run run(disk);
        run.append_to(3);
        run.io.run();
        CHECK(run.confirmed == std::vector{1});
        CHECK(run.failed == std::vector{2, 3});
        CHECK(durable_sales(disk) == Names{"1", "2"});
    }
}

TEST_CASE("a process that dies at an append hears nothing more") {
    MemoryDisk disk;
    const auto die_at_second_append = [&disk](Fault fault) {
        disk.fail_append(2, fault);
        Run run(disk);
        run.append_to(3);
        run.io.run();
        CHECK(run.confirmed == std::vector{1});
        CHECK(run.failed.empty());
        disk.crash(disk.unconfirmed());
    };
    SUBCASE("before the facts are durable") {
        die_at_second_append(Fault::dies_lost);
        CHECK(durable_sales(disk) == Names{"1"});
    }
    SUBCASE("after it") {
        die_at_second_append(Fault::dies_durable);
        CHECK(durable_sales(disk) == Names{"1", "2"});
    }
    // The next run is a whole one, and numbers go on without a gap.
    Run run(disk);
    run.append_to(1);
    run.io.run();
    CHECK(run.confirmed == std::vector{1});
    CHECK(disk.records().back().sequence.number == static_cast<std::int64_t>(disk.records().size()));
}

TEST_CASE("a crash loses the tail that was not synced, as much of it as is asked for") {
    MemoryDisk disk;
    for (const std::size_t kept : {0U, 1U, 3U, 9U}) {
        CAPTURE(kept);
        const std::size_t before = disk.records().size();
        {
            Run run(disk);
            run.append_to(3);
            for (int spawned = 0; spawned < 3; ++spawned) {
                run.io.run_one();
            }
            CHECK(disk.unconfirmed() == 3);
            CHECK(run.confirmed.empty());
            disk.crash(kept);
        }
        CHECK(disk.unconfirmed() == 0);
        CHECK(disk.records().size() == before + std::min<std::size_t>(kept, 3));
    }
}

TEST_CASE("a fault may be put at any append") {
    // Every append of a run is killed once, in both ways: what was confirmed is there, and at most one more.
    for (const Fault fault : {Fault::fails_lost, Fault::fails_kept, Fault::dies_lost, Fault::dies_durable}) {
        for (std::uint64_t nth = 1; nth <= 6; ++nth) {
            CAPTURE(nth);
            MemoryDisk disk;
            disk.fail_append(nth, fault);
            Run run(disk);
            run.append_to(5);
            run.io.run();
            disk.crash();
            const bool kept = nth <= 5 && (fault == Fault::fails_kept || fault == Fault::dies_durable);
            CHECK(run.confirmed.size() == std::min<std::uint64_t>(nth - 1, 5));
            CHECK(disk.records().size() == run.confirmed.size() + (kept ? 1 : 0));
        }
    }
}
