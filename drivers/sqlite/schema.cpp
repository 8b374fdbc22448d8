#include "drivers/sqlite/schema.hpp"

#include <fmt/format.h>

#include <array>

namespace qrvend::sqlite {

namespace {

// open_sales holds the sales without a Closed fact, so that a start does not read years of closed ones. The
// triggers keep it in the transaction of the fact itself, whoever writes. A fact that comes after Closed opens
// nothing again.
constexpr const char* version_1 = R"sql(
CREATE TABLE facts (
    sequence     INTEGER PRIMARY KEY AUTOINCREMENT,  -- the order of all facts; never used twice
    sale         TEXT    NOT NULL,
    wall_ms      INTEGER NOT NULL,                   -- UTC since 1970; for people, may jump
    monotonic_ms INTEGER NOT NULL,                   -- since the computer's start `boot`; for durations
    boot         INTEGER NOT NULL,                   -- the 64 bits of the boot id
    kind         TEXT    NOT NULL,                   -- fact_names.cpp
    body         TEXT    NOT NULL                    -- the fact's members as a JSON object, fact_json.hpp
) STRICT;
CREATE INDEX facts_of_sale ON facts (sale);

CREATE TABLE open_sales (sale TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;

CREATE TRIGGER facts_open_a_sale AFTER INSERT ON facts
WHEN NEW.kind <> 'closed' AND NOT EXISTS (SELECT 1 FROM facts WHERE sale = NEW.sale AND kind = 'closed')
BEGIN
    INSERT OR IGNORE INTO open_sales (sale) VALUES (NEW.sale);
END;

CREATE TRIGGER facts_close_a_sale AFTER INSERT ON facts WHEN NEW.kind = 'closed'
BEGIN
    DELETE FROM open_sales WHERE sale = NEW.sale;
END;

CREATE TRIGGER facts_are_not_changed BEFORE UPDATE ON facts
BEGIN
    SELECT RAISE(ABORT, 'facts are append-only');
END;

CREATE TRIGGER facts_are_not_removed BEFORE DELETE ON facts
BEGIN
    SELECT RAISE(ABORT, 'facts are append-only');
END;

CREATE TABLE commissioning (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
)sql";

constexpr std::array all_migrations{Migration{.version = 1, .sql = version_1}};

Outcome<void> apply(Database& database, std::span<const Migration> steps, std::int64_t from) {
    auto done = database.execute("BEGIN IMMEDIATE");
    for (const Migration& step : steps) {
        if (done && step.version > from) {
            done = database.execute(step.sql);
        }
    }
    if (done) {
        done = database.execute(fmt::format("PRAGMA application_id = {}; PRAGMA user_version = {};", application_id,
                                            steps.back().version));
    }
    if (done) {
        done = database.execute("COMMIT");
    }
    if (!done && database.in_transaction()) {
        // What the rollback says does not matter: nothing is committed, and the caller gives the connection up.
        std::ignore = database.execute("ROLLBACK");
    }
    return done;
}

}  // namespace

std::span<const Migration> migrations() {
    return all_migrations;
}

std::expected<std::int64_t, std::string> schema_version(Database& database, std::int64_t newest) {
    const auto id = database.integer("PRAGMA application_id");
    const auto version = database.integer("PRAGMA user_version");
    const auto tables = database.integer("SELECT count(*) FROM sqlite_schema");
    for (const auto* number : {&id, &version, &tables}) {
        if (!*number) {
            return std::unexpected("it cannot be read: " + to_string(number->error()));
        }
    }
    const bool is_new = *id == 0 && *version == 0 && *tables == 0;
    if (!is_new && *id != application_id) {
        return std::unexpected(
            "it is a database of another program: move it away, or name another state_directory");
    }
    if (*version > newest) {
        return std::unexpected(
            fmt::format("it was written by a newer qrvend (schema version {}, this one knows {}): "
                        "install that version again",
                        *version, newest));
    }
    return *version;
}

std::expected<void, std::string> migrate(Database& database, std::span<const Migration> steps, std::int64_t from) {
    if (from == steps.back().version) {
        return {};
    }
    if (const auto applied = apply(database, steps, from); !applied) {
        return std::unexpected(fmt::format("bringing it from schema version {} to {} failed, it is unchanged: {}",
                                           from, steps.back().version, to_string(applied.error())));
    }
    return {};
}

}  // namespace qrvend::sqlite
