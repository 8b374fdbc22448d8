#pragma once
// The journal file itself, without threads: every call blocks until the disk has answered. The rules of durability
// are here, and are explained in README.md.
//
// Belongs to one thread at a time.

#include <cstdint>
#include <expected>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "controller/ports/journal.hpp"
#include "controller/ports/log.hpp"
#include "drivers/sqlite/database.hpp"
#include "drivers/sqlite/state_directory.hpp"

namespace qrvend::sqlite {

struct Options {
    /// reserve_room() refuses where less is free besides the reserve: the write-ahead log may grow to 2 MiB, and a
    /// checkpoint needs as much again.
    std::uint64_t min_free_bytes = 8UL * 1024 * 1024;
    /// Length of the write-ahead log, in pages of 4 KiB, from which it is moved into the file as soon as a sale has
    /// closed; from twice that length, at once. 256 are about 50 appends, or five sales. Longer means fewer writes
    /// in all, and more to read at start.
    int checkpoint_from_pages = 256;
    /// A start checks the whole file up to this size, and a longer one only where the last process did not end in
    /// good order: the check reads all of it, which at 20 MB/s takes a slow card a second and a half.
    std::uint64_t always_check_below_bytes = 32UL * 1024 * 1024;
    const char* vfs = nullptr;  ///< a registered sqlite3_vfs that stands in for the disk; nullptr: the real one
};

/// Facts of one sale that become durable together or not at all.
struct Append {
    SaleId sale;
    Stamp stamp;
    std::vector<Fact> facts;
};

class Store {
public:
    /// Takes note of what a technician should know: the level, and a line.
    using Report = std::function<void(LogLevel, std::string)>;

    /// Locks the directory, checks the file, migrates it, and reads every open sale once. Blocks.
    static std::expected<std::unique_ptr<Store>, OpenError> open(const std::filesystem::path& state_directory,
                                                                 Options options, Report report);

    /// Checkpoints, so that all is in the one file journal.db; not so after a failure.
    ~Store();
    Store(const Store&) = delete;
    Store& operator=(const Store&) = delete;

    /// One transaction for all of `batch`. The records of each append, in the order given.
    Result<std::vector<std::vector<Record>>> append(std::span<const Append> batch);

    /// Moves the write-ahead log into the file where it has grown long. For the time after an answer, not before
    /// it.
    void checkpoint_if_due();

    Result<void> reserve_room();
    Result<std::vector<Record>> open_sales();
    Result<std::vector<Record>> history(const SaleId& sale);
    Result<void> remember(std::string_view name, std::string_view value);
    Result<std::optional<std::string>> recall(std::string_view name);

private:
    Store(StateDirectory directory, Options options, Report report, Database database);

    std::expected<void, std::string> prepare_file();
    std::expected<void, std::string> check();
    std::expected<void, std::string> make_durable();
    std::expected<void, std::string> recover();

    /// `work` within one transaction; where there is no room for it, once more on the reserve.
    Result<void> write(const std::function<Outcome<void>()>& work);
    Outcome<void> transaction(const std::function<Outcome<void>()>& work);
    Outcome<void> insert(const Append& append, std::vector<Record>& records);
    Outcome<void> checkpoint(int mode);

    Result<std::vector<Record>> read_records(Statement statement);
    std::unexpected<Failure> break_for_good(std::string_view what, const Error& error);

    StateDirectory directory_;
    Options options_;
    Reserve reserve_;
    Report report_;
    std::optional<Failure> broken_;
    int wal_pages_ = 0;
    bool sale_has_closed_ = false;  ///< by the last append
    Database database_;
    std::optional<Statement> insert_fact_;
};

}  // namespace qrvend::sqlite
