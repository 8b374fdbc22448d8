#include "tests/loops/disks.hpp"

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/use_future.hpp>
#include <stdexcept>
#include <utility>

#include "controller/kiosk/wait.hpp"
#include "tests/support/recording_log.hpp"

namespace qrvend::test {

namespace asio = boost::asio;

Journal* MemoryDisk::open(asio::io_context& io, Log&, std::function<void()> died) {
    disk_.on_death(std::move(died));
    return &journal_.emplace(io, disk_);
}

std::size_t MemoryDisk::sales() const {
    return static_cast<std::size_t>(std::ranges::count_if(
        disk_.records(), [](const Record& record) { return std::holds_alternative<fact::Opened>(record.fact); }));
}

/// The real journal, whose thread works while simulated time stands still: it counts what is under way, so that
/// settle() can wait for it, and falls silent when the power is cut.
class WatchedJournal final : public Journal {
public:
    WatchedJournal(SqliteDisk& disk, std::function<void()> died) : disk_(disk), died_(std::move(died)) {}

    bool waits() const { return under_way_ > 0 && !is_dead_; }

    asio::awaitable<Result<std::vector<Record>>> append(SaleId sale, Stamp stamp,
                                                        std::vector<Fact> facts) override {
        auto records = co_await watch(disk_.journal_->append(sale, stamp, std::move(facts)));
        if (records) {
            disk_.known_.insert(std::move(sale));
        }
        co_return records;
    }
    asio::awaitable<Result<void>> reserve_room() override { return watch(disk_.journal_->reserve_room()); }
    asio::awaitable<Result<std::vector<Record>>> open_sales() override {
        auto records = co_await watch(disk_.journal_->open_sales());
        for (const Record& record : records ? *records : std::vector<Record>{}) {
            disk_.known_.insert(record.sale);
        }
        co_return records;
    }
    asio::awaitable<Result<std::vector<Record>>> history(SaleId sale) override {
        return watch(disk_.journal_->history(std::move(sale)));
    }
    asio::awaitable<Result<void>> remember(std::string name, std::string value) override {
        return watch(disk_.journal_->remember(std::move(name), std::move(value)));
    }
    asio::awaitable<Result<std::optional<std::string>>> recall(std::string name) override {
        return watch(disk_.journal_->recall(std::move(name)));
    }

private:
    template <class T>
    asio::awaitable<Result<T>> watch(asio::awaitable<Result<T>> call) {
        ++under_way_;
        auto result = co_await std::move(call);
        // Behind an answer there may be a checkpoint. A call behind that comes back when it is done.
        std::ignore = co_await disk_.journal_->reserve_room();
        --under_way_;
        if (disk_.vfs_.is_dark()) {
            if (!std::exchange(is_dead_, true)) {
                died_();
            }
            co_await sleep_until(disk_.clock_, MonotonicTime::max());
        }
        co_return result;
    }

    SqliteDisk& disk_;
    std::function<void()> died_;
    int under_way_ = 0;
    bool is_dead_ = false;
};

SqliteDisk::SqliteDisk(simulated::SimulatedClock& clock) : clock_(clock) {}
SqliteDisk::~SqliteDisk() = default;

std::unique_ptr<sqlite::Journal> SqliteDisk::open_file(asio::io_context& io, Log& log) const {
    // A log so short that one sale brings several checkpoints.
    auto journal = sqlite::Journal::open(folder_.path() / "state", io, log,
                                         {.checkpoint_from_pages = 12, .vfs = FaultyVfs::name});
    return journal ? std::move(*journal) : nullptr;
}

Journal* SqliteDisk::open(asio::io_context& io, Log& log, std::function<void()> died) {
    journal_ = open_file(io, log);
    if (!journal_ || vfs_.is_dark()) {
        journal_.reset();
        return nullptr;
    }
    watched_ = std::make_unique<WatchedJournal>(*this, std::move(died));
    return watched_.get();
}

void SqliteDisk::settle(asio::io_context& io) {
    if (!watched_ || !watched_->waits()) {
        return;
    }
    const auto guard = asio::make_work_guard(io);
    while (watched_->waits()) {
        io.restart();
        io.run_one();
        if (!watched_->waits()) {
            io.poll();
        }
    }
}

// Its thread hands what it still has to the event loop, which will be dropped with it.
void SqliteDisk::end() {
    journal_.reset();
}

void SqliteDisk::close() {
    watched_.reset();
}

std::vector<Record> SqliteDisk::records() {
    asio::io_context io;
    RecordingLog log;
    const auto journal = open_file(io, log);
    if (!journal) {
        throw std::runtime_error("the journal cannot be opened on a sound disk");
    }
    std::vector<Record> all;
    for (const SaleId& sale : known_) {
        auto history = asio::co_spawn(io, journal->history(sale), asio::use_future);
        io.restart();
        io.run();
        for (Record& record : history.get().value()) {
            all.push_back(std::move(record));
        }
    }
    std::ranges::sort(all, {}, &Record::sequence);
    return all;
}

}  // namespace qrvend::test
