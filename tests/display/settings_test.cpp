#include "display/settings.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <numbers>

#include "display/look/measures.hpp"
#include "tests/display/fixtures.hpp"

namespace qrvend::display {

TEST_CASE("colours are read and written as in style sheets") {
    CHECK(parse_colour("#1a2B3c") == Colour{.red = 0x1a, .green = 0x2b, .blue = 0x3c});
    CHECK(to_string(Colour{.red = 0, .green = 255, .blue = 10}) == "#00ff0a");
    for (const std::string_view wrong : {"", "#12345", "#1234567", "1234567", "#12345g", "#+12345", "red"}) {
        CHECK_FALSE(parse_colour(wrong).has_value());
    }
}

TEST_CASE("contrast is that of WCAG") {
    const Colour black{};
    const Colour white{.red = 255, .green = 255, .blue = 255};
    CHECK(contrast_percent(black, white) == 2100);
    CHECK(contrast_percent(white, white) == 100);
    CHECK(contrast_percent(white, *parse_colour("#767676")) == 454);  // the known grey that just passes
    CHECK(contrast_percent(*parse_colour("#777777"), white) == 447);
}

TEST_CASE("the default theme passes, and a dark one can") {
    CHECK(check(Theme{}).empty());
    const Theme dark{.background = *parse_colour("#101418"),
                     .surface = *parse_colour("#1c2228"),
                     .text = *parse_colour("#f2f4f5"),
                     .muted = *parse_colour("#b4bec6"),
                     .border = *parse_colour("#7d8a95"),
                     .accent = *parse_colour("#5fd3a8"),
                     .on_accent = *parse_colour("#08120e"),
                     .alert = *parse_colour("#ff8a7a")};
    CHECK(check(dark).empty());
}

TEST_CASE("a theme that cannot be read is reported colour by colour") {
    Theme theme;
    theme.muted = *parse_colour("#a0a8a5");
    theme.accent = *parse_colour("#ff5b24");  // white on orange looks fine and is not
    const auto problems = check(theme);
    const auto reported = [&](std::string_view field) {
        return std::ranges::any_of(problems, [&](const Problem& problem) { return problem.field == field; });
    };
    CHECK(reported("muted"));
    CHECK(reported("accent"));
    CHECK(reported("on_accent"));
    CHECK_FALSE(reported("text"));
    CHECK(problems.front().message.find("4.5:1 is needed") != std::string::npos);
}

TEST_CASE("settings that cannot be used are reported") {
    CHECK(check(Settings{}).empty());
    Settings settings;
    settings.languages = {};
    settings.diagonal_mm = 0;
    settings.viewing_distance_mm = 5000;
    settings.mode = Settings::Mode::window;
    settings.window = {.width = 10, .height = 960};
    settings.font.clear();
    std::vector<std::string> fields;
    for (const Problem& problem : check(settings)) {
        fields.push_back(problem.field);
    }
    CHECK(fields ==
          std::vector<std::string>{"languages", "diagonal_mm", "viewing_distance_mm", "window.width", "font"});
    settings = {};
    settings.languages = {Language::nb, Language::en, Language::nb};
    REQUIRE(check(settings).size() == 1);
    CHECK(check(settings).front().message == "names nb twice");
}

TEST_CASE("a capital H subtends 0.7 degrees on every screen that the layout is made for") {
    for (const Glassware& glass : glassware) {
        const Settings settings = settings_for(glass);
        CHECK(check(settings, glass.size).empty());
        const Measures measures = measure(settings, glass.size);
        const double pixels_per_mm = std::hypot(glass.size.width, glass.size.height) / glass.diagonal_mm;
        const double capital_mm = measures.body * capital_permille / 1000.0 / pixels_per_mm;
        const double degrees = std::atan(capital_mm / glass.viewing_distance_mm) * 180 / std::numbers::pi;
        CHECK(degrees >= 0.7);
        CHECK(measures.title >= measures.body);
    }
}

TEST_CASE("a capital H of the font is as high as the measures assume") {
    for (const Weight weight : {Weight::medium, Weight::bold}) {
        int ascent = 0;
        const sdl::Surface letter = fonts().draw("H", {.weight = weight, .px = 200, .tabular = false}, {}, ascent);
        REQUIRE(letter);
        int top = letter->h;
        int bottom = 0;
        for (int y = 0; y < letter->h; ++y) {
            const auto* row = static_cast<const std::uint8_t*>(letter->pixels) + y * letter->pitch;
            for (int x = 0; x < letter->w; ++x) {
                if (row[x * 4 + 3] > 127) {
                    top = std::min(top, y);
                    bottom = std::max(bottom, y + 1);
                }
            }
        }
        CHECK(std::abs(bottom - top - 200 * capital_permille / 1000) <= 1);
        CHECK(std::abs(bottom - ascent) <= 1);
    }
}

TEST_CASE("buttons are 15 mm where the panel has room for it, and never under 44 pixels") {
    for (const Glassware& glass : glassware) {
        const Measures measures = measure(settings_for(glass), glass.size);
        CHECK(measures.button >= smallest_target_px);
        CHECK(measures.button >= measures.wanted_target);
    }
    Settings tiny;
    tiny.diagonal_mm = 100;
    const Measures measures = measure(tiny, {.width = 800, .height = 480});
    CHECK(measures.button >= smallest_target_px);
    const auto problems = check(tiny, {.width = 800, .height = 480});
    REQUIRE(problems.size() == 2);
    CHECK(problems.front().field == "viewing_distance_mm");
    CHECK(problems.back().field == "diagonal_mm");
}

TEST_CASE("a font that is missing is named, with the package that has it") {
    Settings settings;
    settings.bold_font = "/usr/share/fonts/opentype/inter/Inter-Missing.otf";
    const auto opened = sdl::Fonts::open(settings);
    REQUIRE_FALSE(opened.has_value());
    CHECK(opened.error().find("Inter-Missing.otf") != std::string::npos);
    CHECK(opened.error().find("fonts-inter") != std::string::npos);
}

}  // namespace qrvend::display
