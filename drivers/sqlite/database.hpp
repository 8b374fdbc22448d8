#pragma once
// SQLite's C interface (sqlite.org/c3ref) with owners and error values, as much of it as the journal needs. A
// connection belongs to one thread at a time.

#include <sqlite3.h>

#include <cstdint>
#include <expected>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

namespace qrvend::sqlite {

struct Error {
    int code = SQLITE_ERROR;  ///< the extended result code (sqlite.org/rescode.html)
    std::string message;      ///< for people: SQLite's own words

    /// No room for what was to be written. Comes from a write, never from a sync.
    bool is_full() const { return (code & 0xff) == SQLITE_FULL; }
};

/// For logs: the message, the extended code and its name.
std::string to_string(const Error& error);

template <class T>
using Outcome = std::expected<T, Error>;

/// One prepared statement. Parameters count from 1, columns from 0, as in SQL.
class Statement {
public:
    Statement& bind(int parameter, std::int64_t value);
    Statement& bind(int parameter, std::string_view text);  ///< keeps a copy; any bytes

    /// True where a row stands, false at the end. After false or an error the statement is ready to be bound again.
    Outcome<bool> step();

    /// Steps to the end, for what returns no rows.
    Outcome<void> run();

    /// Gives up the rows that have not been read.
    void reset();

    std::int64_t integer(int column) const;
    std::string_view text(int column) const;  ///< valid until the next step

private:
    friend class Database;
    struct Finalize {
        void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
    };
    explicit Statement(sqlite3_stmt* statement) : statement_(statement) {}

    std::unique_ptr<sqlite3_stmt, Finalize> statement_;
    int bind_code_ = SQLITE_OK;
};

class Database {
public:
    /// Opens an existing file for reading and writing. `vfs`: a registered sqlite3_vfs; nullptr for the usual one.
    static Outcome<Database> open(const std::filesystem::path& file, const char* vfs);

    Outcome<Statement> prepare(std::string_view sql);

    /// Runs statements without parameters; rows are dropped.
    Outcome<void> execute(const std::string& sql);

    /// The first column of the first row; for pragmas and counts.
    Outcome<std::int64_t> integer(std::string_view sql);
    Outcome<std::string> text(std::string_view sql);

    std::int64_t last_insert_id() const { return sqlite3_last_insert_rowid(connection_.get()); }
    bool in_transaction() const { return sqlite3_get_autocommit(connection_.get()) == 0; }
    sqlite3* handle() { return connection_.get(); }

private:
    struct Close {
        void operator()(sqlite3* connection) const { sqlite3_close_v2(connection); }
    };
    explicit Database(sqlite3* connection) : connection_(connection) {}
    std::unexpected<Error> error() const;

    template <class T>
    Outcome<T> only_row(std::string_view sql, T (*read)(const Statement&));

    std::unique_ptr<sqlite3, Close> connection_;
};

}  // namespace qrvend::sqlite
