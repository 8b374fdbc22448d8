#pragma once
// Randomness comes from outside: the operating system's, or a simulation's seed.

#include <cstddef>
#include <span>

namespace qrvend {

class Random {
public:
    virtual ~Random() = default;

    /// Fills `bytes` with unpredictable bits. Does not fail: without randomness no payment may be named.
    virtual void fill(std::span<std::byte> bytes) = 0;
};

}  // namespace qrvend
