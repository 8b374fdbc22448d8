#pragma once
// The few lengths that the whole screen is built from, in pixels: letters that can be read from where the customer
// stands (EN 301 549 v3.2.1, 5.1.4: a capital H of at least 0.7 degrees) and buttons that a finger finds (15 mm).

#include "display/settings.hpp"

namespace qrvend::display {

/// Height of a capital H in thousandths of the font size: Inter 727, DejaVu Sans 729, Open Sans 714.
inline constexpr int capital_permille = 727;

/// No button is ever lower, whatever the panel.
inline constexpr int smallest_target_px = 44;

struct Measures {
    int needed_text = 0;    ///< font size at which a capital H subtends 0.7 degrees
    int wanted_target = 0;  ///< 15 mm
    int small = 0;          ///< font size of small print
    int body = 0;           ///< font size of all that a customer must read
    int title = 0;          ///< font size of headlines
    int button = 0;         ///< height of what can be touched
    int margin = 0;         ///< around the screen
    int gap = 0;            ///< between things that do not belong together
    int radius = 0;         ///< of a card's corners
    bool upright = true;
};

Measures measure(const Settings& settings, Size size);

/// From one line's top to the next.
inline int line_height(int font_px) {
    return font_px * 5 / 4;
}

}  // namespace qrvend::display
