#pragma once
// How wide letters are: all that layout needs to know of a font.

#include <string_view>

#include "display/look/scene.hpp"

namespace qrvend::display {

class Metrics {
public:
    virtual ~Metrics() = default;

    /// Pixels from the first to after the last letter of one line of UTF-8.
    virtual int width(std::string_view text, const Font& font) const = 0;
};

}  // namespace qrvend::display
