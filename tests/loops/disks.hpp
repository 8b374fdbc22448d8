#pragma once
// What stays of a journal when the process ends, in memory or in SQLite's file, and what one run of the process has
// of it. Both fail on command.

#include <boost/asio/io_context.hpp>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <vector>

#include "controller/ports/journal.hpp"
#include "controller/ports/log.hpp"
#include "drivers/simulated/clock.hpp"
#include "drivers/simulated/memory_journal.hpp"
#include "drivers/sqlite/journal.hpp"
#include "drivers/system/temporary_folder.hpp"
#include "tests/support/faulty_vfs.hpp"

namespace qrvend::test {

class Disk {
public:
    virtual ~Disk() = default;

    /// A process starts on `io`. Null where its journal cannot be opened. `died` is called from the event loop
    /// where a fault ends the process; the journal answers nothing from then on.
    virtual Journal* open(boost::asio::io_context& io, Log& log, std::function<void()> died) = 0;

    /// Runs `io` until the disk has answered what it was asked, and nothing is ready any more.
    virtual void settle(boost::asio::io_context& io) = 0;

    /// The process is gone, its event loop not yet. close() follows, when that is gone too.
    virtual void end() = 0;
    virtual void close() = 0;

    /// How many sales the present process can know of.
    virtual std::size_t sales() const = 0;

    /// All records, between two processes.
    virtual std::vector<Record> records() = 0;
};

class MemoryDisk final : public Disk {
public:
    simulated::MemoryDisk& faults() { return disk_; }

    Journal* open(boost::asio::io_context& io, Log& log, std::function<void()> died) override;
    void settle(boost::asio::io_context&) override {}
    void end() override { disk_.crash(); }
    void close() override { journal_.reset(); }
    std::size_t sales() const override;
    std::vector<Record> records() override { return disk_.records(); }

private:
    simulated::MemoryDisk disk_;
    std::optional<simulated::MemoryJournal> journal_;
};

class WatchedJournal;

class SqliteDisk final : public Disk {
public:
    explicit SqliteDisk(simulated::SimulatedClock& clock);
    ~SqliteDisk() override;

    FaultyVfs& faults() { return vfs_; }

    Journal* open(boost::asio::io_context& io, Log& log, std::function<void()> died) override;
    void settle(boost::asio::io_context& io) override;
    void end() override;
    void close() override;
    std::size_t sales() const override { return known_.size(); }
    std::vector<Record> records() override;

private:
    friend class WatchedJournal;

    std::unique_ptr<sqlite::Journal> open_file(boost::asio::io_context& io, Log& log) const;

    simulated::SimulatedClock& clock_;
    FaultyVfs vfs_;
    TemporaryFolder folder_;
    std::set<SaleId> known_;
    std::unique_ptr<sqlite::Journal> journal_;
    std::unique_ptr<WatchedJournal> watched_;
};

}  // namespace qrvend::test
