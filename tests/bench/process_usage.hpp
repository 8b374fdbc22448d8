#pragma once
// What the kernel knows of a process (proc(5)).

#include <sys/types.h>

#include <cstdint>
#include <filesystem>

namespace qrvend::bench {

/// In MiB, from smaps_rollup.
struct Memory {
    double proportional = 0;  ///< PSS: a page that several processes share counts in parts
    double own = 0;           ///< pages that nobody shares
};
Memory memory_of(pid_t process);

/// Copies the program that a process runs, and every library that it has loaded, into `folder`, under the names by
/// which the dynamic linker looks for them. Not so the C library's own files, which every process shares.
void copy_program(pid_t process, const std::filesystem::path& folder);

/// Over all threads that live now, since their beginning.
struct Activity {
    std::uint64_t wakeups = 0;  ///< context switches, voluntary and not
    double cpu_s = 0;
};
Activity activity_of(pid_t process);

}  // namespace qrvend::bench
