#include "display/sdl/fonts.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace qrvend::display::sdl {

namespace {

constexpr int any_size = 16;

// More lines than the views of one sale in one language hold; beyond that, measuring begins anew.
constexpr std::size_t most_widths_kept = 1000;

std::string explain(const std::string& path) {
    const bool ours = path.starts_with("/usr/share/fonts/opentype/inter/");
    return fmt::format("cannot open the font {}: {}{}", path, TTF_GetError(),
                       ours ? " (Debian package fonts-inter)" : "");
}

bool is_digit(char letter) {
    return letter >= '0' && letter <= '9';
}

// At the sizes of a screen, letters need no fitting to the pixels, and cost a third less without.
OpenFont open_face(const std::string& path) {
    OpenFont font{TTF_OpenFont(path.c_str(), any_size)};
    if (font) {
        TTF_SetFontHinting(font.get(), TTF_HINTING_NONE);
    }
    return font;
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
    fonts->medium_.font = open_face(settings.font);
    if (!fonts->medium_.font) {
        return std::unexpected(explain(settings.font));
    }
    fonts->bold_.font = open_face(settings.bold_font);
    if (!fonts->bold_.font) {
        return std::unexpected(explain(settings.bold_font));
    }
    return fonts;
}

Fonts::~Fonts() {
    medium_.font.reset();
    bold_.font.reset();
    TTF_Quit();
}

TTF_Font* Fonts::at_size(const Font& font) const {
    const Face& face = font.weight == Weight::bold ? bold_ : medium_;
    if (face.px != font.px && TTF_SetFontSize(face.font.get(), font.px) == 0) {
        face.px = font.px;
    }
    return face.font.get();
}

int Fonts::digit_width(const Font& font) const {
    int widest = 0;
    for (char digit = '0'; digit <= '9'; ++digit) {
        widest = std::max(widest, width({&digit, 1}, {.weight = font.weight, .px = font.px, .tabular = false}));
    }
    return widest;
}

int Fonts::measured(const std::string& text, const Font& font) const {
    int width = 0;
    TTF_SizeUTF8(at_size(font), text.c_str(), &width, nullptr);
    return width;
}

int Fonts::width(std::string_view text, const Font& font) const {
    if (!font.tabular) {
        const std::pair key{font, std::string{text}};
        const auto known = widths_.find(key);
        if (known != widths_.end()) {
            return known->second;
        }
        if (widths_.size() >= most_widths_kept) {
            widths_.clear();
        }
        return widths_.emplace(key, measured(key.second, font)).first->second;
    }
    const Font plain{.weight = font.weight, .px = font.px, .tabular = false};
    int all = 0;
    for (const char letter : text) {
        all += is_digit(letter) ? digit_width(font) : width({&letter, 1}, plain);
    }
    return all;
}

Surface Fonts::draw(const std::string& text, const Font& font, Colour colour, int& ascent) const {
    TTF_Font* open = at_size(font);
    ascent = TTF_FontAscent(open);
    return Surface{text.empty() ? nullptr : TTF_RenderUTF8_Blended(open, text.c_str(), to_sdl(colour))};
}

}  // namespace qrvend::display::sdl
