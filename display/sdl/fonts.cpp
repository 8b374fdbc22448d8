#include "display/sdl/fonts.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace qrvend::display::sdl {

namespace {

constexpr int any_size = 16;

std::string explain(const std::string& path) {
    const bool ours = path.starts_with("/usr/share/fonts/opentype/inter/");
    return fmt::format("cannot open the font {}: {}{}", path, TTF_GetError(),
                       ours ? " (Debian package fonts-inter)" : "");
}

bool is_digit(char letter) {
    return letter >= '0' && letter <= '9';
}

SDL_Color to_sdl(Colour colour) {
    return {.r = colour.red, .g = colour.green, .b = colour.blue, .a = SDL_ALPHA_OPAQUE};
}

}  // namespace

std::expected<std::unique_ptr<Fonts>, std::string> Fonts::open(const Settings& settings) {
    if (TTF_Init() != 0) {
        return std::unexpected(fmt::format("cannot start SDL_ttf: {}", TTF_GetError()));
    }
    std::unique_ptr<Fonts> fonts{
        new Fonts};  // the constructor is private; from here on, the destructor ends SDL_ttf
    fonts->medium_.reset(TTF_OpenFont(settings.font.c_str(), any_size));
    if (!fonts->medium_) {
        return std::unexpected(explain(settings.font));
    }
    fonts->bold_.reset(TTF_OpenFont(settings.bold_font.c_str(), any_size));
    if (!fonts->bold_) {
        return std::unexpected(explain(settings.bold_font));
    }
    return fonts;
}

Fonts::~Fonts() {
    medium_.reset();
    bold_.reset();
    TTF_Quit();
}

TTF_Font* Fonts::at_size(const Font& font) const {
    TTF_Font* open = font.weight == Weight::bold ? bold_.get() : medium_.get();
    TTF_SetFontSize(open, font.px);
    return open;
}

int Fonts::digit_width(const Font& font) const {
    TTF_Font* open = at_size(font);
    int widest = 0;
    for (Uint16 digit = '0'; digit <= '9'; ++digit) {
        int advance = 0;
        if (TTF_GlyphMetrics(open, digit, nullptr, nullptr, nullptr, nullptr, &advance) == 0) {
            widest = std::max(widest, advance);
        }
    }
    return widest;
}

int Fonts::width(std::string_view text, const Font& font) const {
    int width = 0;
    if (!font.tabular) {
        TTF_SizeUTF8(at_size(font), std::string{text}.c_str(), &width, nullptr);
        return width;
    }
    for (const char letter : text) {
        width += is_digit(letter) ? digit_width(font)
                                  : this->width({&letter, 1}, {.weight = font.weight, .px = font.px});
    }
    return width;
}

Surface Fonts::draw(const std::string& text, const Font& font, Colour colour, int& ascent) const {
    TTF_Font* open = at_size(font);
    ascent = TTF_FontAscent(open);
    return Surface{text.empty() ? nullptr : TTF_RenderUTF8_Blended(open, text.c_str(), to_sdl(colour))};
}

}  // namespace qrvend::display::sdl
