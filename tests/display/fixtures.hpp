#pragma once
// Screens as they are sold, the real fonts, and scenes made with them.

#include <doctest/doctest.h>

#include <array>
#include <filesystem>
#include <memory>
#include <string>

#include "display/look/layout.hpp"
#include "display/look/measures.hpp"
#include "display/samples.hpp"
#include "display/sdl/fonts.hpp"
#include "drivers/system/temporary_folder.hpp"

namespace qrvend::display {

struct Glassware {
    Size size;
    int diagonal_mm;
    int viewing_distance_mm;
};

/// Panels of 7, 10 and 21 inches, upright and lying, at the distance from which each is used.
inline constexpr std::array glassware{
    Glassware{{.width = 480, .height = 800}, 178, 350},   Glassware{{.width = 800, .height = 480}, 178, 350},
    Glassware{{.width = 800, .height = 1280}, 257, 500},  Glassware{{.width = 1280, .height = 800}, 257, 500},
    Glassware{{.width = 1080, .height = 1920}, 546, 600}, Glassware{{.width = 1920, .height = 1080}, 546, 600}};

inline Settings settings_for(const Glassware& glass) {
    Settings settings;
    settings.languages.assign(all_languages.begin(), all_languages.end());
    settings.diagonal_mm = glass.diagonal_mm;
    settings.viewing_distance_mm = glass.viewing_distance_mm;
    settings.contact = "+47 22 33 44 55";
    for (const Language language : all_languages) {
        settings.terms[language] = "Petra Automat AS, org. 987 654 321. petra.example/terms";
    }
    return settings;
}

/// Inter, opened once.
inline const sdl::Fonts& fonts() {
    static const auto opened = sdl::Fonts::open(Settings{});
    REQUIRE_MESSAGE(opened.has_value(), (opened ? "" : opened.error()));
    return **opened;
}

inline Scene scene_of(const View& view, const Settings& settings, Size size, const Phrases& phrases, Ui ui = {}) {
    const Look look{.settings = settings, .metrics = fonts(), .phrases = phrases, .size = size, .ui = ui};
    return layout(view, look, code_of(view), sample_time);
}

template <class Kind>
std::vector<Kind> all_of(const Scene& scene) {
    std::vector<Kind> found;
    for (const Item& item : scene.items) {
        if (const auto* kind = std::get_if<Kind>(&item)) {
            found.push_back(*kind);
        }
    }
    return found;
}

}  // namespace qrvend::display
