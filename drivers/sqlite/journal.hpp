#pragma once
// The journal on disk: SQLite in WAL mode with a sync for every commit, written by a thread of its own so that a
// slow card never stalls the event loop. README.md says what is promised and what happens on each failure.

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <chrono>
#include <expected>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "controller/ports/journal.hpp"
#include "controller/ports/log.hpp"
#include "drivers/sqlite/store.hpp"
#include "drivers/sqlite/writer.hpp"

namespace qrvend::sqlite {

/// Calls come from the event loop's thread and complete there, in the order in which they were made. They cannot be
/// cancelled: a coroutine that waits for one goes on when the disk has answered. At most Writer::max_waiting calls
/// wait at a time. `io` and `log` must outlive the journal.
class Journal final : public qrvend::Journal {
public:
    /// Locks the directory (created where it is missing), checks and migrates journal.db, reads every open sale
    /// once. Blocks, so it is for the start. The directory is this process's until the journal is destroyed.
    static std::expected<std::unique_ptr<Journal>, OpenError> open(const std::filesystem::path& state_directory,
                                                                   boost::asio::io_context& io, Log& log,
                                                                   Options options = {});

    boost::asio::awaitable<Result<std::vector<Record>>> append(SaleId sale, Stamp stamp,
                                                               std::vector<Fact> facts) override;
    boost::asio::awaitable<Result<void>> reserve_room() override;
    boost::asio::awaitable<Result<std::vector<Record>>> open_sales() override;
    boost::asio::awaitable<Result<std::vector<Record>>> history(SaleId sale) override;
    boost::asio::awaitable<Result<void>> remember(std::string name, std::string value) override;
    boost::asio::awaitable<Result<std::optional<std::string>>> recall(std::string name) override;

    /// How long the oldest call that the disk has not answered has waited; 0 where none waits. Grows without end
    /// where the writer thread has gone silent. From any thread.
    milliseconds oldest_wait() const { return writer_.oldest_wait(); }

private:
    Journal(boost::asio::io_context& io, std::unique_ptr<Store> store) : io_(io), writer_(std::move(store)) {}

    template <class T, class Call>
    boost::asio::awaitable<Result<T>> run(Call call);

    boost::asio::io_context& io_;
    Writer writer_;
};

}  // namespace qrvend::sqlite
