#pragma once
// What must hold in every scene, whatever led to it. The checks look at the truth, never at the sale's own opinion
// of it, except where they compare the two.

#include <array>
#include <string>

#include "tests/controller/sale/model.hpp"

namespace qrvend::test {

/// The moments at which a scene's sale is asked what it does next. All facts carry the same stamp, so these are: at
/// once; when the customer's approving has lasted too long but its end may still be awaited; when all but the
/// machine's limit has passed; when that has passed too.
inline constexpr std::array<std::chrono::seconds, 4> moments{std::chrono::seconds{0}, std::chrono::seconds{35},
                                                             std::chrono::hours{100}, std::chrono::hours{1000}};

/// Between the last two moments.
inline constexpr milliseconds long_answer_limit = std::chrono::hours{500};

/// Money, goods, labels and the attention list. Throws Violation.
void check_scene(const Scene& scene);

/// What next_step says at different times and under different rules. Throws Violation.
void check_decisions(const Scene& scene);

std::string to_string(Move move);

/// Where the sale and the truth stand, in words.
std::string describe(const Scene& scene);

}  // namespace qrvend::test
