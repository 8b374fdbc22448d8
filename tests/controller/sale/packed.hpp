#pragma once
// A scene in 256 bits, so that all of them fit into memory and two are equal when their bits are. Left out is what
// cannot change a decision: stamps (all facts carry the same one), keys and bytes, how often something failed or
// was tried beyond the numbers that next_step compares with, and delayed requests that can do nothing any more.

#include <array>
#include <cstdint>

#include "tests/controller/sale/model.hpp"

namespace qrvend::test {

using Packed = std::array<std::uint64_t, 4>;

Packed pack(const Scene& scene);

/// The scene of `packed`, under the rules that `policy` adds to those that are packed.
Scene unpack(const Packed& packed, const Policy& policy);

}  // namespace qrvend::test
