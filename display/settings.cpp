#include "display/settings.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "display/look/measures.hpp"

namespace qrvend::display {

namespace {

std::optional<std::uint8_t> hex_byte(std::string_view digits) {
    unsigned value = 0;
    for (const char digit : digits) {
        value *= 16;
        if (digit >= '0' && digit <= '9') {
            value += static_cast<unsigned>(digit - '0');
        } else if (digit >= 'a' && digit <= 'f') {
            value += static_cast<unsigned>(digit - 'a') + 10;
        } else if (digit >= 'A' && digit <= 'F') {
            value += static_cast<unsigned>(digit - 'A') + 10;
        } else {
            return std::nullopt;
        }
    }
    return static_cast<std::uint8_t>(value);
}

// WCAG 2.1, definition of relative luminance.
double luminance(Colour colour) {
    const auto linear = [](std::uint8_t channel) {
        const double part = channel / 255.0;
        return part <= 0.03928 ? part / 12.92 : std::pow((part + 0.055) / 1.055, 2.4);
    };
    return 0.2126 * linear(colour.red) + 0.7152 * linear(colour.green) + 0.0722 * linear(colour.blue);
}

constexpr int text_contrast_percent = 450;
constexpr int part_contrast_percent = 300;

struct Pair {
    std::string_view field;
    Colour front;
    std::string_view behind;
    Colour back;
    int needed_percent;
};

std::vector<Pair> pairs_of(const Theme& theme) {
    return {
        {"text", theme.text, "background", theme.background, text_contrast_percent},
        {"text", theme.text, "surface", theme.surface, text_contrast_percent},
        {"muted", theme.muted, "background", theme.background, text_contrast_percent},
        {"muted", theme.muted, "surface", theme.surface, text_contrast_percent},
        {"accent", theme.accent, "background", theme.background, text_contrast_percent},
        {"accent", theme.accent, "surface", theme.surface, text_contrast_percent},
        {"on_accent", theme.on_accent, "accent", theme.accent, text_contrast_percent},
        {"on_accent", theme.on_accent, "alert", theme.alert, text_contrast_percent},
        {"alert", theme.alert, "background", theme.background, text_contrast_percent},
        {"border", theme.border, "background", theme.background, part_contrast_percent},
        {"border", theme.border, "surface", theme.surface, part_contrast_percent},
    };
}

void check_languages(const Settings& settings, std::vector<Problem>& problems) {
    if (settings.languages.empty()) {
        problems.push_back({"languages", "is empty; name at least one of nb, sv, da, fi, en"});
    }
    for (auto it = settings.languages.begin(); it != settings.languages.end(); ++it) {
        if (std::find(settings.languages.begin(), it, *it) != it) {
            problems.push_back({"languages", fmt::format("names {} twice", code_of(*it))});
        }
    }
}

void check_range(std::string_view field, int value, int lowest, int highest, std::vector<Problem>& problems) {
    if (value < lowest || value > highest) {
        problems.push_back({std::string{field}, fmt::format("is {}; allowed is {} to {}", value, lowest, highest)});
    }
}

}  // namespace

std::optional<Colour> parse_colour(std::string_view text) {
    if (text.size() != 7 || text.front() != '#') {
        return std::nullopt;
    }
    const auto red = hex_byte(text.substr(1, 2));
    const auto green = hex_byte(text.substr(3, 2));
    const auto blue = hex_byte(text.substr(5, 2));
    if (!red || !green || !blue) {
        return std::nullopt;
    }
    return Colour{.red = *red, .green = *green, .blue = *blue};
}

std::string to_string(Colour colour) {
    return fmt::format("#{:02x}{:02x}{:02x}", colour.red, colour.green, colour.blue);
}

std::optional<Language> parse_language(std::string_view code) {
    const auto* found = std::ranges::find(all_languages, code, code_of);
    return found == all_languages.end() ? std::nullopt : std::optional{*found};
}

std::string_view code_of(Language language) {
    switch (language) {
        case Language::nb:
            return "nb";
        case Language::sv:
            return "sv";
        case Language::da:
            return "da";
        case Language::fi:
            return "fi";
        case Language::en:
            return "en";
    }
    return {};
}

int contrast_percent(Colour one, Colour other) {
    const double first = luminance(one);
    const double second = luminance(other);
    return static_cast<int>(100 * (std::max(first, second) + 0.05) / (std::min(first, second) + 0.05));
}

std::vector<Problem> check(const Theme& theme) {
    std::vector<Problem> problems;
    for (const Pair& pair : pairs_of(theme)) {
        const int contrast = contrast_percent(pair.front, pair.back);
        if (contrast < pair.needed_percent) {
            problems.push_back(
                {std::string{pair.field},
                 fmt::format("{} on {} {} has a contrast of {}.{:02}:1; {}.{}:1 is needed to be read by everybody",
                             to_string(pair.front), pair.behind, to_string(pair.back), contrast / 100,
                             contrast % 100, pair.needed_percent / 100, pair.needed_percent % 100 / 10)});
        }
    }
    return problems;
}

std::vector<Problem> check(const Settings& settings) {
    std::vector<Problem> problems = check(settings.theme);
    check_languages(settings, problems);
    check_range("diagonal_mm", settings.diagonal_mm, 100, 2500, problems);
    check_range("viewing_distance_mm", settings.viewing_distance_mm, 200, 3000, problems);
    if (settings.mode == Settings::Mode::window) {
        check_range("window.width", settings.window.width, smallest_screen.width, largest_screen.width, problems);
        check_range("window.height", settings.window.height, smallest_screen.height, largest_screen.height,
                    problems);
    }
    for (const auto& [field, path] : {std::pair{"font", &settings.font}, {"bold_font", &settings.bold_font}}) {
        if (path->empty()) {
            problems.push_back({field, "is empty; name a font file, or leave it out for Debian's fonts-inter"});
        }
    }
    return problems;
}

std::vector<Problem> check(const Settings& settings, Size size) {
    std::vector<Problem> problems;
    const Measures measures = measure(settings, size);
    if (measures.body < measures.needed_text) {
        problems.push_back(
            {"viewing_distance_mm",
             fmt::format("letters can be read from {} mm on this screen, not from {} mm (EN 301 549, 5.1.4)",
                         settings.viewing_distance_mm * measures.body / measures.needed_text,
                         settings.viewing_distance_mm)});
    }
    if (measures.button < measures.wanted_target) {
        problems.push_back({"diagonal_mm", fmt::format("buttons are {} pixels high; 15 mm would be {}",
                                                       measures.button, measures.wanted_target)});
    }
    return problems;
}

}  // namespace qrvend::display
