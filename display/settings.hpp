#pragma once
// What an operator may decide about the screen: colours, languages, fonts, and how large the glass is. Everything
// has a default that passes check(). Sizes on the glass follow EN 301 549 v3.2.1 (5.1.4) and WCAG 2.1
// (1.4.3, 1.4.11).

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace qrvend::display {

struct Colour {
    std::uint8_t red = 0;
    std::uint8_t green = 0;
    std::uint8_t blue = 0;
    bool operator==(const Colour&) const = default;
};

/// The colour of "#1a2b3c" (six hexadecimal digits), or nothing.
std::optional<Colour> parse_colour(std::string_view text);

/// "#1a2b3c"
std::string to_string(Colour colour);

/// The colours of the screen. Code to scan: always black on white, whatever the theme.
struct Theme {
    Colour background{0xF3, 0xF4, 0xF1};  ///< behind everything
    Colour surface{0xFF, 0xFF, 0xFF};     ///< cards and secondary buttons
    Colour text{0x15, 0x1C, 0x1A};
    Colour muted{0x53, 0x5F, 0x5B};      ///< text of less weight
    Colour border{0x7F, 0x8B, 0x87};     ///< outline of what can be touched
    Colour accent{0x0B, 0x6B, 0x53};     ///< prices, the main button, all is well
    Colour on_accent{0xFF, 0xFF, 0xFF};  ///< text on the accent
    Colour alert{0xA8, 0x2A, 0x1C};      ///< something went wrong
    bool operator==(const Theme&) const = default;
};

/// The languages that the screen speaks, by their ISO 639-1 codes.
enum class Language : std::uint8_t { nb, sv, da, fi, en };

inline constexpr std::array all_languages{Language::nb, Language::sv, Language::da, Language::fi, Language::en};

/// The language of a code such as "nb", or nothing.
std::optional<Language> parse_language(std::string_view code);
std::string_view code_of(Language language);

struct Size {
    int width = 0;   ///< pixels
    int height = 0;  ///< pixels
    bool operator==(const Size&) const = default;
};

/// Sizes that the layout is made for; others are drawn as well as they can be.
inline constexpr Size smallest_screen{.width = 480, .height = 480};
inline constexpr Size largest_screen{.width = 3840, .height = 3840};

struct Settings {
    enum class Mode : std::uint8_t { full_screen, window };

    Theme theme;
    std::string logo;  ///< path of a PNG, JPEG or SVG file, shown top left; empty for none

    /// OpenType or TrueType files; the defaults are those of Debian's fonts-inter.
    std::string font = "/usr/share/fonts/opentype/inter/Inter-Medium.otf";
    std::string bold_font = "/usr/share/fonts/opentype/inter/Inter-SemiBold.otf";

    /// In the order of the buttons, each once, at least one; the first is what the screen returns to.
    std::vector<Language> languages{Language::nb, Language::en};

    /// Sales terms for the idle view, one short text for each language; one that is missing is shown in the first
    /// language that has it.
    std::map<Language, std::string> terms;

    std::string contact;  ///< how to reach the operator, such as a telephone number; empty for none

    int diagonal_mm = 546;          ///< of the picture on the glass (21.5 inches)
    int viewing_distance_mm = 600;  ///< from the customer's eyes to the glass

    Mode mode = Mode::full_screen;
    Size window{.width = 540, .height = 960};  ///< in mode `window` only
    std::string video_driver;                  ///< SDL's name of it (kmsdrm, wayland, x11); empty: SDL chooses
};

/// What is wrong, and where: `field` is the name in Settings or Theme.
struct Problem {
    std::string field;
    std::string message;
    bool operator==(const Problem&) const = default;
};

/// How far two colours are apart, 1 to 21, times 100 and rounded down (WCAG 2.1, "contrast ratio"): 450 is 4.5:1.
int contrast_percent(Colour one, Colour other);

/// Every pair of colours that the screen puts on each other with too little contrast. Empty: the theme can be used.
std::vector<Problem> check(const Theme& theme);

/// The theme's problems, and languages, distances or sizes that cannot be used. Touches no file.
std::vector<Problem> check(const Settings& settings);

/// Whether letters and buttons come out large enough on a screen of this many pixels. A problem here is a warning:
/// the layout has already made them as large as the views allow.
std::vector<Problem> check(const Settings& settings, Size size);

}  // namespace qrvend::display
