#pragma once
// A disk that fails on command: an sqlite3_vfs (sqlite.org/c3ref/vfs.html) in front of the real one. It counts
// what SQLite asks of the disk, fails the n-th call, and can cut the power: then nothing is written any more, and
// of what was written since the last sync only a part is found again.

#include <sqlite3.h>

#include <condition_variable>
#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

namespace qrvend::test {

class FaultyVfs {
public:
    enum class Fault : std::uint8_t {
        io_error,           ///< one call fails; half of a write has happened
        io_error_for_good,  ///< every call from then on fails
        full,               ///< one write finds no room; half of it has happened
        full_for_good,      ///< every write from then on finds no room
        power_cut,          ///< nothing is written or synced any more
    };
    enum class Calls : std::uint8_t {
        changes,  ///< writes, truncations, removals and syncs
        all,      ///< these, and opening, looking for a file, reading, asking its size, locking, unlocking
    };
    enum class Survivors : std::uint8_t {
        none,
        every_second,  ///< in no order
        halves,        ///< of every write its first half
    };

    static constexpr const char* name = "faulty";

    FaultyVfs();
    ~FaultyVfs();
    FaultyVfs(const FaultyVfs&) = delete;
    FaultyVfs& operator=(const FaultyVfs&) = delete;

    /// The `nth` of these calls from now on (1: the next) meets `fault`. For both kinds of full, only writes count.
    void arm(std::uint64_t nth, Fault fault, Calls calls = Calls::changes);
    void disarm();
    bool has_struck() const;
    /// The power was cut.
    bool is_dark() const;
    /// What SQLite wanted to do when the fault struck, and with which file: "write journal.db-wal".
    std::string struck_at() const;

    /// After a power cut and once the database is closed: takes back what was written since each file's last sync,
    /// except the writes that survived.
    void lose_unsynced(Survivors survivors);

    /// Until release_syncs(), a sync waits.
    void hold_syncs();
    void release_syncs();
    void await_held_sync();
    std::uint64_t syncs() const;

private:
    struct Durable {
        std::string bytes;
        std::vector<std::pair<std::size_t, std::string>> unsynced;
        void shrink(std::size_t size);
    };
    struct File;
    struct Methods;

    enum class Verdict : std::uint8_t { pass, io_error, full };
    enum class Call : std::uint8_t { open, access, read, size, lock, unlock, write, truncate, remove, sync };

    Verdict judge(Call call, const char* path);
    void wait_while_held();

    mutable std::mutex mutex_;
    std::condition_variable changed_;
    sqlite3_vfs* real_;
    sqlite3_vfs vfs_{};
    std::map<std::string, Durable> files_;
    std::uint64_t countdown_ = 0;  // 0: not armed, or has struck
    Fault fault_ = Fault::io_error;
    Calls calls_ = Calls::changes;
    bool has_struck_ = false;
    std::string struck_at_;
    bool hold_ = false;
    bool is_held_ = false;
    std::uint64_t syncs_ = 0;
};

}  // namespace qrvend::test
