#pragma once
// Breaking a text into lines that fit.

#include <string>
#include <string_view>
#include <vector>

#include "display/look/metrics.hpp"

namespace qrvend::display {

struct Wrapped {
    std::vector<std::string> lines;
    bool shortened = false;  ///< the rest was left out (ellipsis), or a word was broken
};

/// Breaks at spaces (not at U+00A0), and inside a word only where it alone is too wide.
Wrapped wrap(const Metrics& metrics, std::string_view text, const Font& font, int width, int max_lines);

/// The same number of lines, but of like widths: for headlines and text in the middle.
Wrapped wrap_evenly(const Metrics& metrics, std::string_view text, const Font& font, int width, int max_lines);

/// The text with a number and its unit bound together, so that "0,5 l" never breaks over two lines.
std::string keep_units(std::string_view text);

/// The largest size from `largest` down to `smallest` at which the text fits whole; `smallest` where it never does.
Font fit(const Metrics& metrics, std::string_view text, Font largest, int smallest, int width, int max_lines);

}  // namespace qrvend::display
