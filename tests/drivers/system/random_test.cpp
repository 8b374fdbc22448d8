#include "drivers/system/random.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <bitset>
#include <cstddef>
#include <vector>

using namespace qrvend;

TEST_CASE("filling twice gives different bytes") {
    SystemRandom random;
    std::array<std::byte, 16> first{};
    std::array<std::byte, 16> second{};
    random.fill(first);
    random.fill(second);
    CHECK(first != second);
}

TEST_CASE("a large span is filled to its end") {
    SystemRandom random;
    std::vector<std::byte> bytes(100'000);
    random.fill(bytes);
    // 64 zero bytes in a row come about once in 10^149 tries.
    const std::span tail = std::span(bytes).last(64);
    CHECK(std::ranges::any_of(tail, [](std::byte byte) { return byte != std::byte{0}; }));
    std::bitset<256> seen;
    for (const auto byte : bytes) {
        seen.set(std::to_integer<std::size_t>(byte));
    }
    CHECK(seen.all());
}

TEST_CASE("an empty span is no error") {
    SystemRandom().fill({});
}
