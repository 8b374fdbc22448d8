#pragma once
// Puts the library of tests/soak_preload into the programs that are started from now on: the same faster clock for
// all, and in the one that is watched the question about its heap.

#include <cstdint>
#include <filesystem>
#include <optional>

#include "tests/soak_preload/preload.hpp"

namespace qrvend::soak {

class Preloading {
public:
    /// Time runs `speed` times as fast in what is started while this lives. Throws std::runtime_error where the
    /// library is not beside the running program.
    explicit Preloading(int speed);
    ~Preloading();
    Preloading(const Preloading&) = delete;
    Preloading& operator=(const Preloading&) = delete;
};

/// The page in which a program tells of its heap.
class HeapWatch {
public:
    /// Makes the file of the page. The next program that is started is the one to be watched, until started().
    explicit HeapWatch(const std::filesystem::path& file);
    ~HeapWatch();
    HeapWatch(const HeapWatch&) = delete;
    HeapWatch& operator=(const HeapWatch&) = delete;

    void started();

    void ask();

    /// Bytes on the heap, once the program has answered.
    std::optional<std::uint64_t> answer() const;

private:
    HeapPage* page_ = nullptr;
};

}  // namespace qrvend::soak
