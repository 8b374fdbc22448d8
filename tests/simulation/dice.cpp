#include "tests/simulation/dice.hpp"

#include <bit>

namespace qrvend::simulation {

std::uint64_t mix(std::uint64_t seed, std::uint64_t part) {
    Dice dice(seed ^ (part * 0x9e3779b97f4a7c15U));
    dice.next();
    return dice.next();
}

std::uint64_t Dice::next() {
    state_ += 0x9e3779b97f4a7c15U;
    std::uint64_t z = state_;
    z = (z ^ (z >> 30U)) * 0xbf58476d1ce4e5b9U;
    z = (z ^ (z >> 27U)) * 0x94d049bb133111ebU;
    return z ^ (z >> 31U);
}

std::int64_t Dice::between(std::int64_t least, std::int64_t most) {
    return least + static_cast<std::int64_t>(below(static_cast<std::uint64_t>(most - least) + 1));
}

milliseconds Dice::between(milliseconds least, milliseconds most) {
    return milliseconds{between(least.count(), most.count())};
}

milliseconds Dice::spread(milliseconds least, milliseconds most) {
    const auto low = static_cast<std::int64_t>(std::bit_width(static_cast<std::uint64_t>(least.count())));
    const auto high = static_cast<std::int64_t>(std::bit_width(static_cast<std::uint64_t>(most.count())));
    const std::int64_t magnitude = between(low, high);
    const std::int64_t begin = std::int64_t{1} << (magnitude - 1);
    return milliseconds{
        between(std::max(least.count(), begin), std::max(least.count(), std::min(most.count(), 2 * begin - 1)))};
}

void DiceRandom::fill(std::span<std::byte> bytes) {
    std::uint64_t bits = 0;
    for (std::size_t at = 0; at < bytes.size(); ++at) {
        if (at % 8 == 0) {
            bits = dice_.next();
        }
        bytes[at] = static_cast<std::byte>(bits & 0xffU);
        bits >>= 8U;
    }
}

}  // namespace qrvend::simulation
