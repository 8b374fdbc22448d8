#pragma once
// How many cards stand side by side and below each other.

#include "display/look/scene.hpp"

namespace qrvend::display {

struct CardLimits {
    int smallest_width = 1;
    int smallest_height = 1;
    int gap = 0;
    int best_height_permille = 1000;  ///< of the width: no card of a single page is higher
};

struct Grid {
    int columns = 1;
    int rows = 1;
    int pages = 1;
    Rect area;
    int card_width = 1;
    int card_height = 1;
    int gap = 0;

    int per_page() const { return columns * rows; }
    Rect card(int place) const;  ///< 0 is the first of a page
};

/// The grid that shows `count` cards largest. Where they do not fit at their smallest, several pages; a pager then
/// needs `pager_height` of the area's bottom.
Grid make_grid(int count, Rect area, const CardLimits& limits, int pager_height);

}  // namespace qrvend::display
