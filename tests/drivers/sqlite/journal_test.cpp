#include "drivers/sqlite/journal.hpp"

#include <doctest/doctest.h>
#include <sys/stat.h>

#include "tests/drivers/sqlite/bench.hpp"

using namespace qrvend;
using test::FaultyVfs;
using test::SqliteBench;

namespace {

mode_t mode_of(const std::filesystem::path& file) {
    struct stat status{};
    REQUIRE(stat(file.c_str(), &status) == 0);
    return status.st_mode & 0777U;
}

/// Spawns an append to a sale of its own, and counts how it ends.
struct Appends {
    void start(SqliteBench& bench, int count) {
        for (int sale = 0; sale < count; ++sale) {
            boost::asio::co_spawn(
                bench.io(),
                bench.journal().append(SaleId(std::to_string(sale)), SqliteBench::stamp(), {fact::Withdrawn{}}),
                [this](const std::exception_ptr& /*error*/, const Result<std::vector<Record>>& result) {
                    ++(result ? confirmed : failed);
                });
        }
        bench.io().restart();
        bench.io().poll();
    }
    int confirmed = 0;
    int failed = 0;
};

}  // namespace

TEST_CASE("the journal on disk keeps the contract") {
    test::check_journal_contract([] { return std::make_unique<SqliteBench>(); });
}

TEST_CASE("what it writes is its owner's alone, and a clean end leaves one file to back up") {
    SqliteBench bench;
    REQUIRE(bench.append("A", {test::opened()}));
    CHECK(mode_of(bench.state_directory()) == 0700);
    for (const char* name : {"journal.db", "journal.db-wal", "lock", "reserve"}) {
        CAPTURE(name);
        CHECK(mode_of(bench.file(name)) == 0600);
    }
    CHECK_FALSE(std::filesystem::exists(bench.file("journal.db-shm")));
    bench.close();
    CHECK_FALSE(std::filesystem::exists(bench.file("journal.db-wal")));
}

TEST_CASE("the log is moved into the file when a sale has closed, not between two steps of one") {
    SqliteBench bench;
    REQUIRE(bench.append("A", {fact::Withdrawn{}}));
    auto expected = bench.disk().syncs();
    for (int attempt = 0; attempt < 70; ++attempt) {
        REQUIRE(bench.append("A", {test::intended(std::string(3000, 'x'))}));
        ++expected;
    }
    const auto pages = std::filesystem::file_size(bench.file("journal.db-wal")) / 4096;
    REQUIRE(pages > 256);  // enough, were the sale closed
    REQUIRE(pages < 512);  // too much, closed or not
    CHECK(bench.disk().syncs() == expected);

    REQUIRE(bench.append("A", {fact::Closed{}}));
    REQUIRE(bench.append("B", {fact::Withdrawn{}}));  // comes after the checkpoint
    CHECK(bench.disk().syncs() > expected + 2);
}

TEST_CASE("appends that wait together share a sync, and each has its own records") {
    SqliteBench bench;
    const auto before = bench.disk().syncs();
    bench.disk().hold_syncs();
    Appends first;
    first.start(bench, 1);
    bench.disk().await_held_sync();
    Appends others;
    others.start(bench, 20);
    bench.disk().release_syncs();
    bench.io().restart();
    bench.io().run();
    CHECK(first.confirmed == 1);
    CHECK(others.confirmed == 20);
    CHECK(bench.disk().syncs() == before + 3);  // the log's header, the first append, the other twenty
    CHECK(bench.history("0")->size() == 2);
    CHECK(bench.history("19")->size() == 1);
}

TEST_CASE("an append is not confirmed before its sync, and its wait can be seen") {
    SqliteBench bench;
    CHECK(bench.sqlite_journal().oldest_wait() == milliseconds(0));
    bench.disk().hold_syncs();
    Appends appends;
    appends.start(bench, 1);
    bench.disk().await_held_sync();
    bench.io().poll();
    CHECK(appends.confirmed == 0);
    while (bench.sqlite_journal().oldest_wait() < milliseconds(2)) {
    }
    bench.disk().release_syncs();
    bench.io().restart();
    bench.io().run();
    CHECK(appends.confirmed == 1);
    CHECK(bench.append("A", {}));
    CHECK(bench.sqlite_journal().oldest_wait() == milliseconds(0));
}

TEST_CASE("a disk that has gone silent is a broken journal, once too many appends wait") {
    SqliteBench bench;
    bench.disk().hold_syncs();
    Appends first;
    first.start(bench, 1);
    bench.disk().await_held_sync();
    Appends fitting;
    fitting.start(bench, static_cast<int>(sqlite::Writer::max_waiting));
    CHECK(fitting.failed == 0);
    Appends excess;
    excess.start(bench, 2);
    CHECK(excess.failed == 2);
    bench.disk().release_syncs();
    bench.io().restart();
    bench.io().run();
    CHECK(fitting.confirmed == static_cast<int>(sqlite::Writer::max_waiting));
    CHECK(bench.append("A", {test::opened()}).error().code == "broken");
    CHECK(bench.history("A").error().code == "broken");
}

TEST_CASE("too many questions are turned away, and appends still have room") {
    SqliteBench bench;
    bench.disk().hold_syncs();
    Appends first;
    first.start(bench, 1);
    bench.disk().await_held_sync();
    std::size_t answered = 0;
    std::size_t busy = 0;
    for (std::size_t question = 0; question <= sqlite::Writer::max_waiting_tasks; ++question) {
        boost::asio::co_spawn(bench.io(), bench.journal().history(SaleId("0")),
                              [&](const std::exception_ptr& /*error*/, const Result<std::vector<Record>>& result) {
                                  const bool is_busy = !result && result.error().world == World::unsent;
                                  ++(is_busy ? busy : answered);
                              });
    }
    bench.io().restart();
    bench.io().poll();
    CHECK(busy == 1);
    Appends more;
    more.start(bench, 1);
    bench.disk().release_syncs();
    bench.io().restart();
    bench.io().run();
    CHECK(answered == sqlite::Writer::max_waiting_tasks);
    CHECK(more.confirmed == 1);
}

TEST_CASE("a journal that is destroyed while calls wait finishes them first") {
    SqliteBench bench;
    Appends appends;
    appends.start(bench, 10);
    bench.restart();
    CHECK(bench.open_sales()->size() == 10);
}

TEST_CASE("on a full disk the sale under way goes on with the room kept back for it") {
    SqliteBench bench;
    REQUIRE(bench.append("A", {test::opened()}));
    REQUIRE(std::filesystem::file_size(bench.file("reserve")) == sqlite::Reserve::size_bytes);
    SUBCASE("when that room is enough") {
        bench.disk().arm(1, FaultyVfs::Fault::full);
        CHECK(bench.append("A", {test::intended()}));
        CHECK(bench.disk().has_struck());
        CHECK_FALSE(std::filesystem::exists(bench.file("reserve")));
        CHECK(bench.log().has(LogLevel::warning, "the disk is full"));
        CHECK(bench.append("A", {test::attempted()}));
        CHECK(bench.reserve_room());
        CHECK(std::filesystem::file_size(bench.file("reserve")) == sqlite::Reserve::size_bytes);
        bench.restart();
        CHECK(bench.history("A")->size() == 3);
    }
    SUBCASE("when it is not, the journal is broken") {
        bench.disk().arm(1, FaultyVfs::Fault::full_for_good);
        CHECK(bench.append("A", {test::intended()}).error().code == "broken");
        CHECK(bench.log().has(LogLevel::critical, "journal.db"));
        bench.disk().disarm();
        CHECK(bench.append("A", {test::intended()}).error().code == "broken");
        bench.restart();
        CHECK(bench.history("A")->size() == 1);
    }
    SUBCASE("once: without a reserve there is no second attempt") {
        std::filesystem::remove(bench.file("reserve"));
        bench.disk().arm(1, FaultyVfs::Fault::full);
        CHECK(bench.append("A", {test::intended()}).error().code == "broken");
    }
}

TEST_CASE(
    "a broken journal is closed without a checkpoint, so that no log is thrown away on the word of that disk") {
    SqliteBench bench;
    REQUIRE(bench.append("A", {test::opened()}));
    bench.break_next_append();
    REQUIRE_FALSE(bench.append("A", {test::intended()}));
    bench.close();
    CHECK(std::filesystem::exists(bench.file("journal.db-wal")));
}

TEST_CASE("a failure says what SQLite said") {
    SqliteBench bench;
    bench.break_next_append();
    const auto detail = bench.append("A", {test::opened()}).error().detail;
    CHECK(detail.find("journal.db") != std::string::npos);
    CHECK(detail.find("778") != std::string::npos);  // SQLITE_IOERR_WRITE
}

TEST_CASE("room is refused where less is free than is needed") {
    TemporaryFolder directory;
    boost::asio::io_context io;
    test::RecordingLog log;
    const sqlite::Options greedy{.min_free_bytes = std::uint64_t{1} << 60U};
    const auto journal = sqlite::Journal::open(directory.path(), io, log, greedy);
    REQUIRE(journal);
    const auto room = test::run(io, (*journal)->reserve_room());
    REQUIRE_FALSE(room);
    CHECK(room.error().code == "no_room");
    CHECK(room.error().detail.find("at least 1125899906842624 are needed") != std::string::npos);
    CHECK(log.has(LogLevel::warning, "are needed"));
}
