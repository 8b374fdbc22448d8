#pragma once
// Draws of a simulation: whole numbers only and a generator of our own (SplitMix64, Steele et al. 2014), so that a
// seed gives the same run with every compiler and library.

#include <cstdint>
#include <initializer_list>

#include "controller/base/time.hpp"
#include "controller/ports/random.hpp"

namespace qrvend::simulation {

/// A number that depends on both and shows neither: the seed of a part, made of the seed of the whole.
std::uint64_t mix(std::uint64_t seed, std::uint64_t part);

class Dice {
public:
    explicit Dice(std::uint64_t seed) : state_(seed) {}

    std::uint64_t next();
    /// 0 … `count` - 1; `count` > 0.
    std::uint64_t below(std::uint64_t count) { return next() % count; }
    bool chance(std::uint32_t permille) { return below(1000) < permille; }
    /// `least` … `most`, each as likely.
    std::int64_t between(std::int64_t least, std::int64_t most);
    milliseconds between(milliseconds least, milliseconds most);
    /// `least` … `most`, each order of magnitude as likely; `least` > 0.
    milliseconds spread(milliseconds least, milliseconds most);

    template <class T>
    T pick(std::initializer_list<T> choices) {
        return *(choices.begin() + below(choices.size()));
    }

private:
    std::uint64_t state_;
};

/// The Random port of everything in a simulation: the machine's and the payment system's own.
class DiceRandom final : public Random {
public:
    explicit DiceRandom(std::uint64_t seed) : dice_(seed) {}
    void fill(std::span<std::byte> bytes) override;

private:
    Dice dice_;
};

}  // namespace qrvend::simulation
