// What the journal does with a directory or a file that it should not trust.

#include <doctest/doctest.h>

#include <fstream>

#include "drivers/sqlite/database.hpp"
#include "drivers/sqlite/schema.hpp"
#include "tests/drivers/sqlite/bench.hpp"

using namespace qrvend;
using sqlite::Database;

namespace {

struct Opening {
    boost::asio::io_context io;
    test::RecordingLog log;

    std::expected<std::unique_ptr<sqlite::Journal>, sqlite::OpenError> open(
        const std::filesystem::path& directory) {
        return sqlite::Journal::open(directory, io, log);
    }

    /// Why the journal does not open there; empty where it does.
    std::string refusal(const std::filesystem::path& directory) {
        const auto journal = open(directory);
        return journal ? "" : journal.error().text;
    }
};

bool contains(const std::string& text, std::string_view part) {
    return text.find(part) != std::string::npos;
}

/// A journal with one open and one closed sale, closed in good order.
void make_journal(const std::filesystem::path& directory) {
    Opening opening;
    const auto journal = opening.open(directory);
    REQUIRE(journal);
    const auto append = [&](const char* sale, std::vector<Fact> facts) {
        REQUIRE(
            test::run(opening.io, (*journal)->append(SaleId(sale), test::SqliteBench::stamp(), std::move(facts))));
    };
    append("OPEN", {test::opened(), test::intended()});
    append("CLOSED", {test::opened(), fact::Closed{}});
}

void change(const std::filesystem::path& directory, const std::string& sql) {
    auto database = Database::open(directory / "journal.db", nullptr);
    REQUIRE(database);
    const auto done = database->execute(sql);
    REQUIRE_MESSAGE(done, to_string(done.error()));
}

}  // namespace

TEST_CASE("a directory belongs to one journal at a time") {
    TemporaryFolder directory;
    Opening opening;
    auto journal = opening.open(directory.path());
    REQUIRE(journal);
    const auto refusal = opening.refusal(directory.path());
    CHECK(contains(refusal, directory.path().string() + " is in use by another qrvend"));
    CHECK(contains(refusal, "stop that one first"));
    journal->reset();
    CHECK(opening.refusal(directory.path()).empty());
}

TEST_CASE("while the journal is open, no other program reads or writes the file") {
    TemporaryFolder directory;
    Opening opening;
    const auto journal = opening.open(directory.path());
    REQUIRE(journal);
    auto other = Database::open(directory.path() / "journal.db", nullptr);
    REQUIRE(other);
    const auto count = other->integer("SELECT count(*) FROM facts");
    REQUIRE_FALSE(count);
    CHECK((count.error().code & 0xff) == SQLITE_BUSY);
}

TEST_CASE("a directory that cannot be made or used is named, with the reason") {
    TemporaryFolder directory;
    Opening opening;
    CHECK(opening.refusal(directory.path() / "missing" / "state") ==
          "cannot create the state directory " + (directory.path() / "missing" / "state").string() +
              ": No such file or directory");
    std::ofstream(directory.path() / "file") << "text";
    CHECK(opening.refusal(directory.path() / "file") ==
          "cannot open " + (directory.path() / "file" / "lock").string() + ": Not a directory");
    std::filesystem::create_directories(directory.path() / "state" / "journal.db");
    CHECK(contains(opening.refusal(directory.path() / "state"), "journal.db: Is a directory"));
}

TEST_CASE("a file that is no journal is left as it is") {
    TemporaryFolder directory;
    Opening opening;
    SUBCASE("not a database") {
        std::ofstream(directory.path() / "journal.db") << std::string(10'000, 'x');
        CHECK(contains(opening.refusal(directory.path()), "journal.db: file is not a database"));
        CHECK(std::filesystem::file_size(directory.path() / "journal.db") == 10'000);
    }
    SUBCASE("the database of another program") {
        std::ofstream(directory.path() / "journal.db").flush();
        change(directory.path(), "CREATE TABLE songs (title TEXT)");
        const auto size = std::filesystem::file_size(directory.path() / "journal.db");
        CHECK(contains(opening.refusal(directory.path()), "it is a database of another program"));
        CHECK(std::filesystem::file_size(directory.path() / "journal.db") == size);
    }
}

TEST_CASE("a journal of a newer version is refused") {
    TemporaryFolder directory;
    make_journal(directory.path());
    change(directory.path(), "PRAGMA user_version = 2");
    Opening opening;
    CHECK(contains(opening.refusal(directory.path()),
                   "it was written by a newer qrvend (schema version 2, this one knows 1)"));
    change(directory.path(), "PRAGMA user_version = 1");
    CHECK(opening.refusal(directory.path()).empty());
}

TEST_CASE("an unknown fact in an open sale stops the start, and is named") {
    TemporaryFolder directory;
    make_journal(directory.path());
    Opening opening;
    SUBCASE("an unknown kind") {
        change(directory.path(),
               "INSERT INTO facts (sale, wall_ms, monotonic_ms, boot, kind, body) VALUES ('OPEN', 0, 0, 0, "
               "'beamed', '{}')");
        CHECK(
            contains(opening.refusal(directory.path()), "sale OPEN, fact number 5: unknown kind of fact 'beamed'"));
    }
    SUBCASE("a member that makes no sense") {
        change(directory.path(),
               "INSERT INTO facts (sale, wall_ms, monotonic_ms, boot, kind, body) "
               "VALUES ('OPEN', 0, 0, 0, 'left', '{\"reason\":\"bored\"}')");
        CHECK(contains(opening.refusal(directory.path()), "member 'reason' has an unknown value: 'bored'"));
    }
    SUBCASE("in a closed sale it fails who asks for that sale, and nobody else") {
        change(directory.path(),
               "INSERT INTO facts (sale, wall_ms, monotonic_ms, boot, kind, body) VALUES ('CLOSED', 0, 0, 0, 'x', "
               "'{}')");
        const auto journal = opening.open(directory.path());
        REQUIRE(journal);
        CHECK(test::run(opening.io, (*journal)->history(SaleId("CLOSED"))).error().code == "unreadable");
        CHECK(test::run(opening.io, (*journal)->open_sales())->size() == 2);
    }
}

TEST_CASE("a damaged file is refused, with what to do") {
    TemporaryFolder directory;
    const auto file = directory.path() / "journal.db";
    Opening opening;
    {
        const auto journal = opening.open(directory.path());
        REQUIRE(journal);
        REQUIRE(test::run(opening.io, (*journal)->remember("long", std::string(50'000, 'x'))));
    }
    // The last page is the end of that value, which a start does not read.
    std::fstream stream(file, std::ios::in | std::ios::out | std::ios::binary);
    stream.seekp(static_cast<std::streamoff>(std::filesystem::file_size(file) - 4096));
    stream << std::string(4096, '\x5a');
    stream.close();
    const auto refusal = opening.refusal(directory.path());
    CHECK(contains(refusal, "it is damaged ("));
    CHECK(contains(refusal, "put a backup in its place"));

    SUBCASE("a long file is checked only after an end without a close") {
        const sqlite::Options all_is_long{.always_check_below_bytes = 0};
        CHECK(sqlite::Journal::open(directory.path(), opening.io, opening.log, all_is_long));
        std::ofstream(directory.path() / "journal.db-wal") << "left over";
        const auto checked = sqlite::Journal::open(directory.path(), opening.io, opening.log, all_is_long);
        REQUIRE_FALSE(checked);
        CHECK(contains(checked.error().text, "it is damaged ("));
    }
}

TEST_CASE("facts are never changed or removed, by whatever program") {
    TemporaryFolder directory;
    make_journal(directory.path());
    auto database = Database::open(directory.path() / "journal.db", nullptr);
    REQUIRE(database);
    CHECK(database->execute("UPDATE facts SET body = '{}'").error().message == "facts are append-only");
    CHECK(database->execute("DELETE FROM facts").error().message == "facts are append-only");
    CHECK(database->integer("SELECT count(*) FROM facts") == 4);
}

TEST_CASE("a migration happens as a whole or not at all") {
    TemporaryFolder directory;
    make_journal(directory.path());
    auto database = Database::open(directory.path() / "journal.db", nullptr);
    REQUIRE(database);
    const auto version = [&] { return database->integer("PRAGMA user_version").value(); };
    const auto known = sqlite::migrations();
    std::vector<sqlite::Migration> steps(known.begin(), known.end());
    steps.push_back(
        {.version = 2, .sql = "ALTER TABLE facts ADD COLUMN place TEXT; CREATE TABLE places (name TEXT);"});
    REQUIRE(sqlite::schema_version(*database, 2) == 1);
    SUBCASE("as a whole, and then no more") {
        CHECK(sqlite::migrate(*database, steps, 1));
        CHECK(version() == 2);
        CHECK(database->integer("SELECT count(*) FROM facts WHERE place IS NULL") == 4);
        CHECK(sqlite::migrate(*database, steps, 2));
        CHECK(sqlite::schema_version(*database, 2) == 2);
    }
    SUBCASE("not at all, where its last step fails") {
        steps.push_back({.version = 3, .sql = "CREATE TABLE places (name TEXT);"});
        const auto done = sqlite::migrate(*database, steps, 1);
        REQUIRE_FALSE(done);
        CHECK(contains(done.error(), "from schema version 1 to 3 failed, it is unchanged"));
        CHECK(version() == 1);
        CHECK_FALSE(database->in_transaction());
        CHECK_FALSE(database->integer("SELECT count(place) FROM facts"));
    }
}
