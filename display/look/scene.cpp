#include "display/look/scene.hpp"

#include <algorithm>

namespace qrvend::display {

Rect around(const Rect& one, const Rect& other) {
    if (one.empty()) {
        return other;
    }
    if (other.empty()) {
        return one;
    }
    const int left = std::min(one.x, other.x);
    const int top = std::min(one.y, other.y);
    return {.x = left,
            .y = top,
            .width = std::max(one.right(), other.right()) - left,
            .height = std::max(one.bottom(), other.bottom()) - top};
}

const Rect& rect_of(const Item& item) {
    return std::visit([](const auto& thing) -> const Rect& { return thing.rect; }, item);
}

Rect changed(const Scene& before, const Scene& after) {
    if (before.size != after.size || before.background != after.background ||
        before.items.size() != after.items.size()) {
        return {.x = 0, .y = 0, .width = after.size.width, .height = after.size.height};
    }
    Rect dirty;
    for (std::size_t i = 0; i < after.items.size(); ++i) {
        if (before.items[i] != after.items[i]) {
            dirty = around(dirty, around(rect_of(before.items[i]), rect_of(after.items[i])));
        }
    }
    return dirty;
}

}  // namespace qrvend::display
