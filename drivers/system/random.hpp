#pragma once
// Randomness of the operating system (getrandom(2)), fit for keys and references.

#include "controller/ports/random.hpp"

namespace qrvend {

class SystemRandom : public Random {
public:
    /// Throws std::system_error where the kernel has no randomness to give (it always has once it is up).
    void fill(std::span<std::byte> bytes) override;
};

}  // namespace qrvend
