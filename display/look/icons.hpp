#pragma once
// The line drawings of the screen as strokes with round ends, in a square of a thousand units.

#include <vector>

#include "display/look/scene.hpp"

namespace qrvend::display {

inline constexpr int icon_units = 1000;

struct Stroke {
    Point from;
    Point to;
    int width = 90;
};

std::vector<Stroke> strokes_of(Shape shape);

}  // namespace qrvend::display
