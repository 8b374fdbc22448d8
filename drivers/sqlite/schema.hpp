#pragma once
// The shape of the journal file, and how an older one becomes today's. The file says what it is by two numbers in
// its header (sqlite.org/fileformat2, 1.3): application_id, and user_version, which is the schema version.

#include <cstdint>
#include <expected>
#include <span>
#include <string>

#include "drivers/sqlite/database.hpp"

namespace qrvend::sqlite {

/// "qrvJ" in ASCII: nobody else's file is ever taken for a journal.
inline constexpr std::int32_t application_id = 0x7172764a;

/// What makes a file of the version before into one of `version`. Never changed once released.
struct Migration {
    std::int64_t version;
    const char* sql;
};

/// All migrations, ascending by one from version 1. The last is the version that this qrvend reads and writes.
std::span<const Migration> migrations();

/// The schema version of the file; 0 where it is empty. Changes nothing. The error is for people: a file that
/// cannot be read or is not a journal, a version newer than `newest`.
std::expected<std::int64_t, std::string> schema_version(Database& database, std::int64_t newest);

/// Brings a file of version `from` to the last of `steps` in one transaction: all of it, or nothing has happened.
std::expected<void, std::string> migrate(Database& database, std::span<const Migration> steps, std::int64_t from);

}  // namespace qrvend::sqlite
