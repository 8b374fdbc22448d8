#pragma once
// A view painted without a window: for previews and tests.

#include <expected>
#include <filesystem>
#include <string>

#include "display/look/layout.hpp"
#include "display/sdl/fonts.hpp"

namespace qrvend::display::sdl {

/// The view as it stands on a screen of that size. `phrases` gives the language.
Surface paint(const View& view, const Phrases& phrases, const Settings& settings, const Fonts& fonts, Size size,
              MonotonicTime now);

std::expected<void, std::string> write_png(const std::filesystem::path& out, const View& view, Language language,
                                           const Settings& settings, Size size, MonotonicTime now);

}  // namespace qrvend::display::sdl
