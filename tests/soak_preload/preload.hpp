#pragma once
// What the soak and the library that it preloads into the soaked programs agree on: environment variables, and a
// page of memory in which the library answers questions about the heap.

#include <atomic>
#include <cstdint>

namespace qrvend::soak {

inline constexpr const char* speed_variable = "QRVEND_SOAK_SPEED";  ///< how many times faster; a whole number
inline constexpr const char* since_variable = "QRVEND_SOAK_SINCE";  ///< CLOCK_BOOTTIME in ns when it began
inline constexpr const char* heap_variable = "QRVEND_SOAK_HEAP";    ///< the file of a HeapPage; absent: none

/// Lies in a file that both programs map. The soak raises `asked`; the next time that the soaked program's event
/// loop is about to sleep, `bytes` is what its heap holds, and then `answered` equals `asked`.
struct HeapPage {
    std::atomic<std::uint64_t> asked{0};
    std::atomic<std::uint64_t> answered{0};
    std::atomic<std::uint64_t> bytes{0};
};
static_assert(std::atomic<std::uint64_t>::is_always_lock_free);

}  // namespace qrvend::soak
