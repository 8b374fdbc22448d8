#pragma once
// Views as lines of text.

#include <string>

#include "controller/ports/screen.hpp"
#include "display/settings.hpp"

namespace qrvend::display {

enum class Ink : std::uint8_t {
    plain,  ///< the code's light parts are drawn: right where letters are light on dark
    ansi,   ///< the code is black on white by escape sequences, on any terminal
};

/// What TerminalScreen prints for a view: an empty line, then the view; every line ends in a line feed.
std::string as_text(const View& view, Language language, const Settings& settings, MonotonicTime now, Ink ink);

}  // namespace qrvend::display
