#include "display/look/measures.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace qrvend::display {

namespace {

constexpr double needed_degrees = 0.7;
constexpr int wanted_target_mm = 15;

int permille(int length, int part) {
    return length * part / 1000;
}

}  // namespace

Measures measure(const Settings& settings, Size size) {
    const int shorter = std::min(size.width, size.height);
    const double pixels_per_mm = std::hypot(size.width, size.height) / std::max(1, settings.diagonal_mm);
    const double needed_mm = settings.viewing_distance_mm * std::tan(needed_degrees * std::numbers::pi / 180);

    Measures all;
    all.upright = size.height >= size.width;
    all.needed_text = static_cast<int>(std::ceil(needed_mm * pixels_per_mm * 1000 / capital_permille));
    all.wanted_target = static_cast<int>(std::ceil(wanted_target_mm * pixels_per_mm));
    // Beyond the upper limit the longest texts would no longer fit on a screen of this shape.
    all.body = std::clamp(all.needed_text, permille(shorter, 43), permille(shorter, 66));
    all.title = std::clamp(all.body * 3 / 2, all.body, permille(shorter, 86));
    all.small = std::max(permille(all.body, 700), 14);
    all.button = std::max(smallest_target_px, std::min(all.wanted_target, permille(shorter, 170)));
    all.button = std::max(all.button, all.body * 21 / 10);
    all.margin = permille(shorter, 45);
    all.gap = std::max(permille(shorter, 20), all.body * 2 / 5);
    all.radius = permille(shorter, 22);
    return all;
}

}  // namespace qrvend::display
