#pragma once
// Whether a figure of a long-running process grows. What fills up once (caches, the heap's own holes) is over after
// the warm-up; of what comes afterwards, the median of the first third is held against that of the last third, so
// that neither a single peak nor a single dip decides. A leak is a growth with every sale: the limit has a fixed
// part, for the noise, and a part for each sale between the two thirds.

#include <cstdint>
#include <string>
#include <vector>

namespace qrvend::soak {

struct Point {
    std::int64_t sales = 0;  ///< so many had been made when it was measured
    std::int64_t value = 0;
};

struct Limit {
    std::string figure;
    std::int64_t noise = 0;         ///< in the figure's unit
    std::int64_t per_thousand = 0;  ///< the same, for each thousand sales
};

struct Growth {
    std::int64_t early = 0;  ///< the median of the first third
    std::int64_t late = 0;   ///< the median of the last third
    std::int64_t sales = 0;  ///< between the two
    std::int64_t allowed = 0;

    bool too_much() const { return late - early > allowed; }
};

/// The fewest points of which a growth can be told.
inline constexpr std::size_t fewest_points = 9;

/// `points` are those after the warm-up, in their order. Throws std::invalid_argument where they are too few.
Growth growth_of(const std::vector<Point>& points, const Limit& limit);

/// "heap: 4821096 -> 5142200 in 212 sales, +321104, allowed +57344"
std::string to_text(const Growth& growth, const Limit& limit);

}  // namespace qrvend::soak
