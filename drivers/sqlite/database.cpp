#include "drivers/sqlite/database.hpp"

#include <fmt/format.h>
#include <utility>

namespace qrvend::sqlite {

std::string to_string(const Error& error) {
    return fmt::format("{} (SQLite {}: {})", error.message, error.code, sqlite3_errstr(error.code));
}

Statement& Statement::bind(int parameter, std::int64_t value) {
    const int code = sqlite3_bind_int64(statement_.get(), parameter, value);
    bind_code_ = bind_code_ == SQLITE_OK ? code : bind_code_;
    return *this;
}

Statement& Statement::bind(int parameter, std::string_view text) {
    // A null pointer would bind NULL, and an empty view may hold one.
    const char* bytes = text.empty() ? "" : text.data();
    // NOLINTNEXTLINE(cppcoreguidelines-pro-type-cstyle-cast): SQLITE_TRANSIENT is a cast in SQLite's own macro
    const int code =
        sqlite3_bind_text64(statement_.get(), parameter, bytes, text.size(), SQLITE_TRANSIENT, SQLITE_UTF8);
    bind_code_ = bind_code_ == SQLITE_OK ? code : bind_code_;
    return *this;
}

Outcome<bool> Statement::step() {
    const int bind_code = std::exchange(bind_code_, SQLITE_OK);
    if (bind_code != SQLITE_OK) {
        return std::unexpected(Error{.code = bind_code, .message = "a parameter could not be bound"});
    }
    const int code = sqlite3_step(statement_.get());
    if (code == SQLITE_ROW) {
        return true;
    }
    if (code == SQLITE_DONE) {
        sqlite3_reset(statement_.get());
        return false;
    }
    Error error{.code = code, .message = sqlite3_errmsg(sqlite3_db_handle(statement_.get()))};
    sqlite3_reset(statement_.get());
    return std::unexpected(std::move(error));
}

Outcome<void> Statement::run() {
    for (;;) {
        const auto row = step();
        if (!row) {
            return std::unexpected(row.error());
        }
        if (!*row) {
            return {};
        }
    }
}

void Statement::reset() {
    sqlite3_reset(statement_.get());
}

std::int64_t Statement::integer(int column) const {
    return sqlite3_column_int64(statement_.get(), column);
}

std::string_view Statement::text(int column) const {
    const auto* bytes = reinterpret_cast<const char*>(sqlite3_column_text(statement_.get(), column));
    const auto size = static_cast<std::size_t>(sqlite3_column_bytes(statement_.get(), column));
    return bytes == nullptr ? std::string_view{} : std::string_view{bytes, size};
}

Outcome<Database> Database::open(const std::filesystem::path& file, const char* vfs) {
    sqlite3* connection = nullptr;
    const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
    const int code = sqlite3_open_v2(file.c_str(), &connection, flags, vfs);
    Database database(connection);  // to be closed even where opening failed (sqlite.org/c3ref/open.html)
    if (code != SQLITE_OK) {
        return std::unexpected(Error{.code = code, .message = sqlite3_errmsg(connection)});
    }
    return database;
}

Outcome<Statement> Database::prepare(std::string_view sql) {
    sqlite3_stmt* statement = nullptr;
    const auto size = static_cast<int>(sql.size());
    if (sqlite3_prepare_v3(connection_.get(), sql.data(), size, 0, &statement, nullptr) != SQLITE_OK) {
        return error();
    }
    return Statement(statement);
}

Outcome<void> Database::execute(const std::string& sql) {
    if (sqlite3_exec(connection_.get(), sql.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK) {
        return error();
    }
    return {};
}

template <class T>
Outcome<T> Database::only_row(std::string_view sql, T (*read)(const Statement&)) {
    auto statement = prepare(sql);
    if (!statement) {
        return std::unexpected(statement.error());
    }
    const auto row = statement->step();
    if (!row) {
        return std::unexpected(row.error());
    }
    if (!*row) {
        return T{};
    }
    T value = read(*statement);
    // To the very end: a pragma that writes, such as journal_mode, commits after its row, and may fail there.
    if (const auto end = statement->run(); !end) {
        return std::unexpected(end.error());
    }
    return value;
}

Outcome<std::int64_t> Database::integer(std::string_view sql) {
    return only_row<std::int64_t>(sql, [](const Statement& row) { return row.integer(0); });
}

Outcome<std::string> Database::text(std::string_view sql) {
    return only_row<std::string>(sql, [](const Statement& row) { return std::string(row.text(0)); });
}

std::unexpected<Error> Database::error() const {
    return std::unexpected(
        Error{.code = sqlite3_extended_errcode(connection_.get()), .message = sqlite3_errmsg(connection_.get())});
}

}  // namespace qrvend::sqlite
