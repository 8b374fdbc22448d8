#include "drivers/sqlite/store.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <utility>

#include "drivers/sqlite/fact_json.hpp"
#include "drivers/sqlite/fact_names.hpp"
#include "drivers/sqlite/schema.hpp"

namespace qrvend::sqlite {

namespace {

constexpr int busy_timeout_ms = 2000;

// None of these writes to the file. EXCLUSIVE keeps every other process out, readers too: a reader could hold a
// checkpoint up until the disk is full. And it keeps the index of the write-ahead log in memory, so that no
// shared-memory file needs room on the disk. wal_autocheckpoint is off because SQLite drops the errors of its own
// checkpoints, and a failed sync must be seen.
constexpr const char* settings = R"sql(
PRAGMA locking_mode = EXCLUSIVE;
PRAGMA foreign_keys = ON;
PRAGMA cache_size = -512;
PRAGMA mmap_size = 0;
PRAGMA temp_store = MEMORY;
PRAGMA journal_size_limit = 1048576;
PRAGMA wal_autocheckpoint = 0;
PRAGMA synchronous = FULL;
)sql";

constexpr std::int64_t synchronous_full = 2;

constexpr std::string_view insert_sql =
    "INSERT INTO facts (sale, wall_ms, monotonic_ms, boot, kind, body) VALUES (?1, ?2, ?3, ?4, ?5, ?6)";

// CROSS JOIN and INDEXED BY, so that no planner ever walks through all closed sales instead.
constexpr std::string_view open_sales_sql =
    "SELECT sequence, facts.sale, wall_ms, monotonic_ms, boot, kind, body "
    "FROM open_sales CROSS JOIN facts INDEXED BY facts_of_sale ON facts.sale = open_sales.sale ORDER BY sequence";

constexpr std::string_view history_sql =
    "SELECT sequence, sale, wall_ms, monotonic_ms, boot, kind, body FROM facts WHERE sale = ?1 ORDER BY sequence";

int count_wal_pages(void* pages, sqlite3* /*connection*/, const char* /*schema*/, int now) {
    *static_cast<int*>(pages) = now;
    return SQLITE_OK;
}

bool closes_sale(const Append& append) {
    return std::ranges::any_of(append.facts,
                               [](const Fact& fact) { return std::holds_alternative<fact::Closed>(fact); });
}

std::uint64_t size_of(const std::filesystem::path& file) {
    std::error_code missing;
    const auto bytes = std::filesystem::file_size(file, missing);
    return missing ? 0 : bytes;
}

std::expected<Record, std::string> read_record(const Statement& row) {
    const std::string_view kind = row.text(5);
    auto fact = fact_from_json(kind, row.text(6));
    if (!fact) {
        return std::unexpected(
            fmt::format("sale {}, fact number {}: {}", row.text(1), row.integer(0), fact.error()));
    }
    return Record{.sequence = Sequence{row.integer(0)},
                  .sale = SaleId(std::string(row.text(1))),
                  .stamp = {.wall = WallTime(milliseconds(row.integer(2))),
                            .monotonic = MonotonicTime(milliseconds(row.integer(3))),
                            .boot = BootId{std::bit_cast<std::uint64_t>(row.integer(4))}},
                  .fact = std::move(*fact)};
}

}  // namespace

std::expected<std::unique_ptr<Store>, OpenError> Store::open(const std::filesystem::path& state_directory,
                                                             Options options, Report report) {
    auto directory = StateDirectory::lock(state_directory);
    if (!directory) {
        return std::unexpected(directory.error());
    }
    if (const auto created = directory->create_database_file(); !created) {
        return std::unexpected(created.error());
    }
    const std::string file = directory->database_file().string();
    auto database = Database::open(file, options.vfs);
    if (!database) {
        return std::unexpected(OpenError{fmt::format("cannot open {}: {}", file, to_string(database.error()))});
    }
    std::unique_ptr<Store> store(
        new Store(std::move(*directory), options, std::move(report), std::move(*database)));
    if (const auto ready = store->prepare_file(); !ready) {
        return std::unexpected(OpenError{fmt::format("cannot use {}: {}", file, ready.error())});
    }
    return store;
}

Store::Store(StateDirectory directory, Options options, Report report, Database database)
    : directory_(std::move(directory)),
      options_(options),
      reserve_(directory_.reserve_file(), options.min_free_bytes),
      report_(std::move(report)),
      database_(std::move(database)) {}

Store::~Store() {
    if (broken_) {
        // Closing would checkpoint, and with it believe a disk that has just been caught lying.
        sqlite3_db_config(database_.handle(), SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
    }
}

std::expected<void, std::string> Store::prepare_file() {
    // Asked before SQLite touches either file. A log that is left over tells of an end without a close.
    const bool is_worth_a_check = size_of(directory_.log_file()) > 0 ||
                                  size_of(directory_.database_file()) <= options_.always_check_below_bytes;
    sqlite3_busy_timeout(database_.handle(), busy_timeout_ms);
    if (const auto set = database_.execute(settings); !set) {
        return std::unexpected(to_string(set.error()));
    }
    // Before anything in the file is changed: is it ours, and can we read it?
    const auto version = schema_version(database_, migrations().back().version);
    if (!version) {
        return std::unexpected(version.error());
    }
    if (auto done = is_worth_a_check ? check() : std::expected<void, std::string>{}; !done) {
        return done;
    }
    if (auto done = make_durable(); !done) {
        return done;
    }
    if (auto done = migrate(database_, migrations(), *version); !done) {
        return done;
    }
    if (auto done = recover(); !done) {
        return done;
    }
    auto insert = database_.prepare(insert_sql);
    if (!insert) {
        return std::unexpected(to_string(insert.error()));
    }
    insert_fact_ = std::move(*insert);
    if (const auto sales = open_sales(); !sales) {
        return std::unexpected(sales.error().detail);
    }
    if (const auto room = reserve_.make_whole(); !room) {
        report_(LogLevel::warning, room.error());
    }
    return {};
}

std::expected<void, std::string> Store::check() {
    const auto verdict = database_.text("PRAGMA quick_check(1)");
    if (!verdict || *verdict != "ok") {
        return std::unexpected(
            fmt::format("it is damaged ({}): keep a copy for repair, then put a backup in its place, "
                        "or move it away to begin anew",
                        verdict ? *verdict : to_string(verdict.error())));
    }
    return {};
}

std::expected<void, std::string> Store::make_durable() {
    const auto mode = database_.text("PRAGMA journal_mode = WAL");
    if (!mode || *mode != "wal") {
        return std::unexpected("it cannot be put into WAL mode: " + (mode ? *mode : to_string(mode.error())));
    }
    const auto synchronous = database_.integer("PRAGMA synchronous");
    if (!synchronous || *synchronous != synchronous_full) {
        return std::unexpected("SQLite does not sync every commit here");
    }
    sqlite3_wal_hook(database_.handle(), count_wal_pages, &wal_pages_);
    return {};
}

// After a crash the log may hold pages that only the kernel's cache still has: a failed sync leaves such. Written
// into the file and synced anew, they are durable before any fact among them is acted upon.
std::expected<void, std::string> Store::recover() {
    auto done = checkpoint(SQLITE_CHECKPOINT_TRUNCATE);
    if (!done && done.error().is_full() && reserve_.release()) {
        report_(LogLevel::warning, "the disk is full: its reserve was used to read the journal");
        done = checkpoint(SQLITE_CHECKPOINT_TRUNCATE);
    }
    if (!done) {
        return std::unexpected("its write-ahead log cannot be moved into it: " + to_string(done.error()));
    }
    return {};
}

Result<std::vector<std::vector<Record>>> Store::append(std::span<const Append> batch) {
    std::vector<std::vector<Record>> records;
    const auto written = write([&]() -> Outcome<void> {
        records.clear();
        for (const Append& append : batch) {
            if (auto done = insert(append, records.emplace_back()); !done) {
                return done;
            }
        }
        return {};
    });
    if (!written) {
        return std::unexpected(written.error());
    }
    sale_has_closed_ = std::ranges::any_of(batch, closes_sale);
    return records;
}

Outcome<void> Store::insert(const Append& append, std::vector<Record>& records) {
    for (const Fact& fact : append.facts) {
        insert_fact_->bind(1, append.sale.text())
            .bind(2, append.stamp.wall.time_since_epoch().count())
            .bind(3, append.stamp.monotonic.time_since_epoch().count())
            .bind(4, std::bit_cast<std::int64_t>(append.stamp.boot.value))
            .bind(5, kind_of(fact))
            .bind(6, fact_to_json(fact));
        if (auto done = insert_fact_->run(); !done) {
            return done;
        }
        records.push_back({.sequence = Sequence{database_.last_insert_id()},
                           .sale = append.sale,
                           .stamp = append.stamp,
                           .fact = fact});
    }
    return {};
}

Result<void> Store::write(const std::function<Outcome<void>()>& work) {
    if (broken_) {
        return std::unexpected(*broken_);
    }
    auto done = transaction(work);
    // The one failure after which a write is tried again. "Full" comes from a write(2) that found no room, which is
    // before the commit's sync: SQLite's own file layer reports every failed sync as an I/O error, also one for
    // want of room. So no page has been given up by the kernel as written, the log has no commit mark, and after
    // the rollback the same frames are written anew and synced for the first time.
    if (!done && done.error().is_full() && reserve_.release()) {
        report_(LogLevel::warning, "the disk is full: the sale under way goes on with the room kept back for it");
        done = transaction(work);
    }
    if (!done) {
        return break_for_good("a write failed", done.error());
    }
    return {};
}

Outcome<void> Store::transaction(const std::function<Outcome<void>()>& work) {
    if (auto begun = database_.execute("BEGIN IMMEDIATE"); !begun) {
        return begun;
    }
    auto done = work();
    if (done) {
        done = database_.execute("COMMIT");
    }
    if (!done && database_.in_transaction()) {
        if (auto undone = database_.execute("ROLLBACK"); !undone) {
            return undone;
        }
    }
    return done;
}

// The next append waits until the checkpoint is done: better that of the next sale than a paid customer's vend.
void Store::checkpoint_if_due() {
    const int due_from = options_.checkpoint_from_pages * (sale_has_closed_ ? 1 : 2);
    if (broken_ || wal_pages_ < due_from) {
        return;
    }
    const auto done = checkpoint(SQLITE_CHECKPOINT_PASSIVE);
    // For want of room nothing is lost: the log stays, and a later append tries again.
    if (!done && !done.error().is_full()) {
        std::ignore = break_for_good("a checkpoint failed", done.error());
    }
}

Outcome<void> Store::checkpoint(int mode) {
    sqlite3* connection = database_.handle();
    const int code = sqlite3_wal_checkpoint_v2(connection, nullptr, mode, nullptr, nullptr);
    if (code != SQLITE_OK) {
        return std::unexpected(Error{.code = code, .message = sqlite3_errmsg(connection)});
    }
    wal_pages_ = 0;
    return {};
}

Result<void> Store::reserve_room() {
    if (broken_) {
        return std::unexpected(*broken_);
    }
    if (const auto room = reserve_.make_whole(); !room) {
        return refused("no_room", room.error());
    }
    return {};
}

Result<std::vector<Record>> Store::open_sales() {
    if (broken_) {
        return std::unexpected(*broken_);
    }
    auto statement = database_.prepare(open_sales_sql);
    if (!statement) {
        return break_for_good("a read failed", statement.error());
    }
    return read_records(std::move(*statement));
}

Result<std::vector<Record>> Store::history(const SaleId& sale) {
    if (broken_) {
        return std::unexpected(*broken_);
    }
    auto statement = database_.prepare(history_sql);
    if (!statement) {
        return break_for_good("a read failed", statement.error());
    }
    statement->bind(1, sale.text());
    return read_records(std::move(*statement));
}

Result<std::vector<Record>> Store::read_records(Statement statement) {
    std::vector<Record> records;
    for (;;) {
        const auto row = statement.step();
        if (!row) {
            return break_for_good("a read failed", row.error());
        }
        if (!*row) {
            return records;
        }
        auto record = read_record(statement);
        if (!record) {
            return unknown("unreadable", record.error());
        }
        records.push_back(std::move(*record));
    }
}

Result<void> Store::remember(std::string_view name, std::string_view value) {
    return write([&]() -> Outcome<void> {
        auto statement = database_.prepare(
            "INSERT INTO commissioning (name, value) VALUES (?1, ?2) "
            "ON CONFLICT (name) DO UPDATE SET value = excluded.value");
        if (!statement) {
            return std::unexpected(statement.error());
        }
        return statement->bind(1, name).bind(2, value).run();
    });
}

Result<std::optional<std::string>> Store::recall(std::string_view name) {
    if (broken_) {
        return std::unexpected(*broken_);
    }
    auto statement = database_.prepare("SELECT value FROM commissioning WHERE name = ?1");
    if (!statement) {
        return break_for_good("a read failed", statement.error());
    }
    const auto row = statement->bind(1, name).step();
    if (!row) {
        return break_for_good("a read failed", row.error());
    }
    return *row ? std::optional(std::string(statement->text(0))) : std::nullopt;
}

std::unexpected<Failure> Store::break_for_good(std::string_view what, const Error& error) {
    const std::string detail =
        fmt::format("{}: {}: {}", directory_.database_file().string(), what, to_string(error));
    report_(LogLevel::critical, "the journal is broken, restart to read what is there: " + detail);
    broken_ = unknown("broken", detail).error();
    return std::unexpected(*broken_);
}

}  // namespace qrvend::sqlite
