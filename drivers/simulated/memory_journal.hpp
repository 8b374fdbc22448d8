#pragma once
// The journal for the simulation and the demo: it keeps its promises as drivers/sqlite does, in memory, and fails
// on command. The disk is an object of its own that outlives the simulated process; MemoryJournal is what one run
// of the process has of it. One thread.

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

#include "controller/ports/journal.hpp"

namespace qrvend::simulated {

/// What stays when the simulated process ends. An append is written at once and durable when it is confirmed, one
/// turn of the event loop later; a crash between the two may keep it or lose it.
class MemoryDisk {
public:
    enum class Fault : std::uint8_t {
        fails_lost,    ///< the append fails ("broken"), and the restarted process does not find its facts
        fails_kept,    ///< the append fails ("broken"), and the restarted process finds them all the same
        dies_lost,     ///< the process ends before the facts are durable
        dies_durable,  ///< the facts are durable, and the process ends before it hears of it
    };
    enum class Room : std::uint8_t { enough, none, unknown };

    /// The `nth` append from now on (1: the next) meets `fault`. Replaces an earlier order.
    void fail_append(std::uint64_t nth, Fault fault);

    /// `none`: reserve_room() is refused. Appends find the room that was kept back for them. `unknown`: it is
    /// broken, as after a failure of a call that is no append.
    void set_room(Room room) { room_ = room; }

    /// Called from the event loop where a fault ends the process. It must see to it that the loop does not go on
    /// and that crash() is called. The appends under way are never answered.
    void on_death(std::function<void()> died) { on_death_ = std::move(died); }

    /// The process is gone, before its objects are destroyed: of the appends that were written and not confirmed,
    /// the `kept` oldest are found at the next start, the others are lost.
    void crash(std::size_t kept = 0);

    /// Appends that are written and not yet confirmed.
    std::size_t unconfirmed() const { return unsynced_.size(); }

    /// Appends since the disk exists, failed ones too: the places at which a simulation may put a fault.
    std::uint64_t appends() const { return appends_; }

    /// All durable records, in sequence order, for a checker.
    std::vector<Record> records() const;

private:
    friend class MemoryJournal;

    struct Sale {
        std::vector<Record> records;
        bool is_closed = false;
    };

    std::vector<Record> make_records(const SaleId& sale, Stamp stamp, std::vector<Fact> facts);
    void sync_oldest();
    void lose(const std::vector<Record>& records);
    std::optional<Fault> next_fault();

    std::unordered_map<SaleId, Sale> sales_;
    std::set<SaleId> open_sales_;
    std::map<std::string, std::string> commissioning_;
    std::deque<std::vector<Record>> unsynced_;
    std::int64_t last_sequence_ = 0;

    std::uint64_t appends_ = 0;
    std::uint64_t fault_at_ = 0;  // counted as appends_ is; 0: none
    Fault fault_ = Fault::fails_lost;
    Room room_ = Room::enough;
    std::function<void()> on_death_;
};

/// Completes every call from the event loop, in the order in which they were made. Outlives the event loop's last
/// turn, and is outlived by both of its parts.
class MemoryJournal final : public Journal {
public:
    MemoryJournal(boost::asio::io_context& io, MemoryDisk& disk) : io_(io), disk_(disk) {}

    /// A process that ends in good order leaves nothing unsynced.
    ~MemoryJournal() override;
    MemoryJournal(const MemoryJournal&) = delete;
    MemoryJournal& operator=(const MemoryJournal&) = delete;

    boost::asio::awaitable<Result<std::vector<Record>>> append(SaleId sale, Stamp stamp,
                                                               std::vector<Fact> facts) override;
    boost::asio::awaitable<Result<void>> reserve_room() override;
    boost::asio::awaitable<Result<std::vector<Record>>> open_sales() override;
    boost::asio::awaitable<Result<std::vector<Record>>> history(SaleId sale) override;
    boost::asio::awaitable<Result<void>> remember(std::string name, std::string value) override;
    boost::asio::awaitable<Result<std::optional<std::string>>> recall(std::string name) override;

private:
    /// How a call will end; settled when it is made, so that a later fault does not reach back.
    enum class Fate : std::uint8_t { succeeds, fails, dies, unheard };

    struct Written {
        std::vector<Record> records;
        Fate fate = Fate::succeeds;
        bool is_on_disk = false;  ///< not synced yet
    };

    Written write(const SaleId& sale, Stamp stamp, std::vector<Fact> facts);

    /// The answer to an append; nothing where the process has not lived to hear it.
    std::optional<Result<std::vector<Record>>> finish(Written written);

    /// Calls `call` in a later turn of the event loop and completes with what it returns.
    template <class T, class Call>
    boost::asio::awaitable<Result<T>> run(Call call);

    boost::asio::io_context& io_;
    MemoryDisk& disk_;
    Fate fate_ = Fate::succeeds;  // of the calls to come
};

}  // namespace qrvend::simulated
