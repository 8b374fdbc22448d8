// Every write and every sync of a whole run fails once, in every way the disk knows. Whatever happens, a new start
// finds exactly the confirmed appends, and of the one that was in question all or nothing.

#include <doctest/doctest.h>

#include <boost/asio/io_context.hpp>
#include <set>

#include "drivers/sqlite/journal.hpp"
#include "tests/drivers/sqlite/bench.hpp"

using namespace qrvend;
using test::FaultyVfs;
using Fault = FaultyVfs::Fault;
using Survivors = FaultyVfs::Survivors;

namespace {

const std::vector<std::string> sales{"A", "B", "C"};

/// What one run of a process has been told.
struct Told {
    bool opened = false;
    bool is_broken = false;        ///< at the end of the run, before the close
    bool disk_had_failed = false;  ///< by then
    std::vector<Record> confirmed;
    std::vector<Fact> in_question;  ///< of the first append that failed
    std::optional<std::string> remembered;
};

std::vector<Fact> facts_of_append(int number) {
    return {test::intended("append " + std::to_string(number)), test::intended(std::string(5000, 'x'))};
}

Told run_process(const std::filesystem::path& directory, const FaultyVfs& disk) {
    boost::asio::io_context io;
    test::RecordingLog log;
    Told told;
    // So short a log is checkpointed every few appends.
    const auto journal =
        sqlite::Journal::open(directory, io, log, {.checkpoint_from_pages = 12, .vfs = FaultyVfs::name});
    if (!journal) {
        return told;
    }
    told.opened = true;
    for (int number = 0; number < 9; ++number) {
        const SaleId sale(sales[static_cast<std::size_t>(number) % sales.size()]);
        const auto facts = facts_of_append(number);
        const auto records = test::run(io, (*journal)->append(sale, test::SqliteBench::stamp(), facts));
        if (!records) {
            CHECK(records.error().code == "broken");
            told.in_question = facts;
            CHECK_FALSE(test::run(io, (*journal)->append(sale, test::SqliteBench::stamp(), facts)));
            break;
        }
        told.confirmed.insert(told.confirmed.end(), records->begin(), records->end());
        if (number == 4 && test::run(io, (*journal)->remember("webhook", "secret"))) {
            told.remembered = "secret";
        }
    }
    told.is_broken = !test::run(io, (*journal)->recall("webhook"));
    told.disk_had_failed = disk.has_struck();
    return told;
}

/// Starts again on a sound disk and compares.
void check_what_is_found(const std::filesystem::path& directory, const Told& told) {
    boost::asio::io_context io;
    test::RecordingLog log;
    const auto journal = sqlite::Journal::open(directory, io, log, {.vfs = FaultyVfs::name});
    REQUIRE_MESSAGE(journal, journal.error().text);
    const auto found = test::run(io, (*journal)->open_sales());
    REQUIRE(found);
    REQUIRE(found->size() >= told.confirmed.size());
    CHECK(std::equal(told.confirmed.begin(), told.confirmed.end(), found->begin()));
    const std::vector<Record> rest(found->begin() + static_cast<std::ptrdiff_t>(told.confirmed.size()),
                                   found->end());
    if (!rest.empty()) {
        CHECK(test::contract::facts_of(rest) == told.in_question);
    }
    const auto remembered = test::run(io, (*journal)->recall("webhook"));
    REQUIRE(remembered);
    if (told.remembered) {
        CHECK(*remembered == told.remembered);
    }
    // And it can be written to.
    const auto next = test::run(io, (*journal)->append(SaleId("A"), test::SqliteBench::stamp(), {fact::Closed{}}));
    REQUIRE(next);
    CHECK((found->empty() || found->back().sequence < next->front().sequence));
}

/// Returns how many places there were to fail at.
std::uint64_t fail_everywhere(Fault fault, Survivors survivors) {
    FaultyVfs disk;
    for (std::uint64_t nth = 1;; ++nth) {
        CAPTURE(nth);
        TemporaryFolder directory;
        disk.arm(nth, fault);
        const Told told = run_process(directory.path(), disk);
        const bool has_struck = disk.has_struck();
        disk.disarm();
        if (fault == Fault::power_cut) {
            disk.lose_unsynced(survivors);
        }
        if (!has_struck) {
            CHECK(told.confirmed.size() == 18);
            return nth - 1;
        }
        // No failed write, sync or checkpoint goes unnoticed.
        if (fault == Fault::io_error && told.opened) {
            CHECK(told.is_broken == told.disk_had_failed);
        }
        // Want of room for one write is met with the reserve, or concerns a checkpoint that can wait.
        if (fault == Fault::full && told.opened) {
            CHECK(told.confirmed.size() == 18);
        }
        check_what_is_found(directory.path(), told);
    }
}

}  // namespace

TEST_CASE("a write or a sync fails") {
    CHECK(fail_everywhere(Fault::io_error, Survivors::none) > 50);
}

TEST_CASE("a write finds no room, once") {
    CHECK(fail_everywhere(Fault::full, Survivors::none) > 50);
}

TEST_CASE("no write finds room any more") {
    CHECK(fail_everywhere(Fault::full_for_good, Survivors::none) > 50);
}

TEST_CASE("the power is cut and nothing survives that was not synced") {
    CHECK(fail_everywhere(Fault::power_cut, Survivors::none) > 50);
}

TEST_CASE("the power is cut and half of what was not synced survives, in no order") {
    CHECK(fail_everywhere(Fault::power_cut, Survivors::every_second) > 50);
}
