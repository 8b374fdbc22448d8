#pragma once
// Randomness that a test can have again.

#include <random>

#include "controller/ports/random.hpp"

namespace qrvend::test {

class SeededRandom final : public Random {
public:
    explicit SeededRandom(std::uint64_t seed) : engine_(seed) {}

    void fill(std::span<std::byte> bytes) override {
        for (std::byte& byte : bytes) {
            byte = static_cast<std::byte>(engine_());
        }
    }

private:
    std::mt19937_64 engine_;
};

}  // namespace qrvend::test
