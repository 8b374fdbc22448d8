#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "config/files.hpp"
#include "config/sections.hpp"

namespace qrvend::config {

namespace {

using display::Settings;
using display::Theme;

constexpr std::string_view colour_pattern = "#[0-9A-Fa-f]{6}";
constexpr std::string_view colour_says = R"(a colour as "#rrggbb")";

struct ThemeColour {
    std::string_view name;
    std::string_view about;
    std::string_view example;
    display::Colour Theme::* member;
};

constexpr std::array colours{
    ThemeColour{"background", "Behind everything.", R"("#f3f4f1")", &Theme::background},
    ThemeColour{"surface", "Cards and secondary buttons.", R"("#ffffff")", &Theme::surface},
    ThemeColour{"text", "Text.", R"("#151c1a")", &Theme::text},
    ThemeColour{"muted", "Text of less weight.", R"("#535f5b")", &Theme::muted},
    ThemeColour{"border", "The outline of what can be touched.", R"("#7f8b87")", &Theme::border},
    ThemeColour{"accent", "Prices, the main button, all is well.", R"("#0b6b53")", &Theme::accent},
    ThemeColour{"on_accent", "Text on the accent.", R"("#ffffff")", &Theme::on_accent},
    ThemeColour{"alert", "Something went wrong.", R"("#a82a1c")", &Theme::alert},
};

Section make_theme_section() {
    Section section{.about =
                        "The colours of the screen; each has a default. Too little contrast (WCAG 2.1, 1.4.3 and "
                        "1.4.11) is an error. The code to scan is always black on white."};
    for (const ThemeColour& colour : colours) {
        section.keys.push_back({.name = colour.name,
                                .type = Key::Type::text,
                                .about = colour.about,
                                .example = colour.example,
                                .pattern = colour_pattern,
                                .pattern_says = colour_says});
    }
    return section;
}

const Section& theme_section() {
    static const Section section = make_theme_section();
    return section;
}

Section make_terms_section() {
    Section section{.about =
                        "The sales terms below the products, in each language. One that is missing is shown in the "
                        "first language that has it."};
    for (const display::Language language : display::all_languages) {
        section.keys.push_back({.name = display::code_of(language),
                                .type = Key::Type::text,
                                .about = "The terms in this language (ISO 639-1).",
                                .example = R"("By paying you accept the terms at example.com/terms.")",
                                .minimum = 1,
                                .maximum = 300});
    }
    return section;
}

const Section& terms_section() {
    static const Section section = make_terms_section();
    return section;
}

const Section& window_section() {
    static const Section section{.about = "The window's size in mode window.",
                                 .keys = {{.name = "width_px",
                                           .type = Key::Type::integer,
                                           .about = "The width.",
                                           .example = "540",
                                           .otherwise = "540",
                                           .minimum = display::smallest_screen.width,
                                           .maximum = display::largest_screen.width},
                                          {.name = "height_px",
                                           .type = Key::Type::integer,
                                           .about = "The height.",
                                           .example = "960",
                                           .otherwise = "960",
                                           .minimum = display::smallest_screen.height,
                                           .maximum = display::largest_screen.height}}};
    return section;
}

Section make_display_section() {
    return {
        .about = "The screen. Absent: the machine has none.",
        .keys = {
            {.name = "enabled",
             .type = Key::Type::boolean,
             .about = "false: no screen is opened, as if this section were absent.",
             .example = "true",
             .otherwise = "true"},
            {.name = "mode",
             .type = Key::Type::text,
             .about = "full_screen for a kiosk, window for a desk.",
             .example = R"("full_screen")",
             .otherwise = R"("full_screen")",
             .choices = {"full_screen", "window"}},
            {.name = "window",
             .type = Key::Type::section,
             .about = window_section().about,
             .otherwise = "{}",
             .section = &window_section()},
            {.name = "video_driver",
             .type = Key::Type::text,
             .about = "SDL's name of the way to the screen: kmsdrm, wayland, x11. Absent: SDL chooses.",
             .example = R"("kmsdrm")",
             .pattern = "[A-Za-z0-9_]{1,32}",
             .pattern_says = "1 to 32 letters, digits and underscores"},
            {.name = "diagonal_mm",
             .type = Key::Type::integer,
             .about =
                 "The diagonal of the picture on the glass; 546 is 21.5 inches. Sizes of letters follow from it.",
             .example = "546",
             .otherwise = "546",
             .minimum = 100,
             .maximum = 2500},
            {.name = "viewing_distance_mm",
             .type = Key::Type::integer,
             .about = "From the customer's eyes to the glass (EN 301 549, 5.1.4).",
             .example = "600",
             .otherwise = "600",
             .minimum = 200,
             .maximum = 3000},
            {.name = "font",
             .type = Key::Type::file,
             .about = "An OpenType or TrueType file. Absent: Inter Medium from Debian's fonts-inter.",
             .example = R"("/usr/share/fonts/opentype/inter/Inter-Medium.otf")"},
            {.name = "bold_font",
             .type = Key::Type::file,
             .about = "The same for bold text. Absent: Inter Bold.",
             .example = R"("/usr/share/fonts/opentype/inter/Inter-Bold.otf")"},
            {.name = "logo",
             .type = Key::Type::file,
             .about = "A PNG, JPEG or SVG file, shown top left.",
             .example = R"("pictures/logo.svg")"},
            {.name = "contact",
             .type = Key::Type::text,
             .about = "How customers reach the operator, such as a telephone number.",
             .example = R"("+47 22 00 00 00")",
             .minimum = 1,
             .maximum = 60},
            {.name = "terms",
             .type = Key::Type::section,
             .about = terms_section().about,
             .otherwise = "{}",
             .section = &terms_section()},
            {.name = "theme",
             .type = Key::Type::section,
             .about = theme_section().about,
             .otherwise = "{}",
             .section = &theme_section()},
        }};
}

/// The theme as far as its colours are sound; defaults for the others.
Theme theme_of(const Record& record) {
    Theme theme;
    for (const ThemeColour& colour : colours) {
        if (const auto text = record.text(colour.name)) {
            theme.*colour.member = display::parse_colour(*text).value();
        }
    }
    return theme;
}

void check_theme(const Record& theme, Problems& problems) {
    for (const display::Problem& problem : display::check(theme_of(theme))) {
        problems.error(theme.place(problem.field), "too little contrast", problem.message);
    }
}

/// A font that the file does not name is expected where Debian puts it.
void check_default_font(const Record& display, std::string_view name, const std::string& path, Problems& problems) {
    if (display.given(name)) {
        return;
    }
    if (const std::string why = why_unreadable(path); !why.empty()) {
        problems.error(display.place(name), fmt::format("missing, and the default {}: {}", path, why),
                       "install fonts-inter, or name the path of a font file");
    }
}

}  // namespace

const Section& display_section() {
    static const Section section = make_display_section();
    return section;
}

void check_display(const Record& root, Problems& problems) {
    const Record* const display = root.section("display");
    if (display == nullptr || display->boolean("enabled") == false) {
        return;
    }
    if (const Record* const theme = display->section("theme"); theme != nullptr) {
        check_theme(*theme, problems);
    }
    check_default_font(*display, "font", Settings{}.font, problems);
    check_default_font(*display, "bold_font", Settings{}.bold_font, problems);
}

std::optional<Settings> display_settings(const Record& root) {
    const Record* const display = root.section("display");
    if (display == nullptr || !display->boolean("enabled").value()) {
        return std::nullopt;
    }
    Settings settings;
    settings.theme = theme_of(*display->section("theme"));
    settings.logo = display->file("logo").value_or("").native();
    settings.font = display->file("font").value_or(settings.font).native();
    settings.bold_font = display->file("bold_font").value_or(settings.bold_font).native();
    settings.languages.clear();
    for (const std::string& code : kiosk_settings(root).languages) {
        settings.languages.push_back(display::parse_language(code).value());
    }
    const Record& terms = *display->section("terms");
    for (const display::Language language : display::all_languages) {
        if (auto text = terms.text(display::code_of(language))) {
            settings.terms.emplace(language, std::move(*text));
        }
    }
    settings.contact = display->text("contact").value_or("");
    settings.diagonal_mm = static_cast<int>(display->integer("diagonal_mm").value());
    settings.viewing_distance_mm = static_cast<int>(display->integer("viewing_distance_mm").value());
    settings.mode = display->text("mode") == "window" ? Settings::Mode::window : Settings::Mode::full_screen;
    const Record& window = *display->section("window");
    settings.window = {.width = static_cast<int>(window.integer("width_px").value()),
                       .height = static_cast<int>(window.integer("height_px").value())};
    settings.video_driver = display->text("video_driver").value_or("");
    return settings;
}

}  // namespace qrvend::config
