#pragma once
// What a process takes of the computer, as the kernel tells it (proc(5)), and what its state directory holds.

#include <sys/types.h>

#include <cstdint>
#include <filesystem>

namespace qrvend::soak {

struct Footprint {
    std::int64_t heap_bytes = 0;  ///< in use, from HeapWatch
    std::int64_t own_kib = 0;  ///< pages that are no file's: heap, stacks, what the program has changed of its data
    std::int64_t pss_kib = 0;  ///< of a page that n processes share, an n-th: goes up when another one ends
    std::int64_t descriptors = 0;
    std::int64_t threads = 0;
    std::int64_t journal_kib = 0;  ///< journal.db: grows with every sale, for ever
    std::int64_t wal_kib = 0;      ///< its write-ahead log
    std::int64_t files = 0;        ///< in the state directory
};

/// All but the heap. Throws std::exception where the process is not there.
Footprint footprint_of(pid_t process, const std::filesystem::path& state_directory);

}  // namespace qrvend::soak
