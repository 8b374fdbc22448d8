#pragma once
// The two fonts of the screen, open once each: another size is set when it is needed, because every open copy of an
// OpenType font costs a few hundred kilobytes.

#include <expected>
#include <map>
#include <memory>
#include <string>
#include <utility>

#include "display/look/metrics.hpp"
#include "display/sdl/sdl.hpp"

namespace qrvend::display::sdl {

class Fonts final : public Metrics {
public:
    /// The error names the file, and the Debian package where it is one of the defaults.
    static std::expected<std::unique_ptr<Fonts>, std::string> open(const Settings& settings);

    int width(std::string_view text, const Font& font) const override;

    /// The text in its colour, transparent around it; nullptr where there is nothing to see. `ascent` is from the
    /// surface's top to the baseline.
    Surface draw(const std::string& text, const Font& font, Colour colour, int& ascent) const;

    ~Fonts() override;
    Fonts(const Fonts&) = delete;
    Fonts& operator=(const Fonts&) = delete;

private:
    Fonts() = default;

    struct Face {
        OpenFont font;
        mutable int px = 0;  ///< the size that is set
    };
    TTF_Font* at_size(const Font& font) const;
    int measured(const std::string& text, const Font& font) const;
    int digit_width(const Font& font) const;

    Face medium_;
    Face bold_;
    mutable std::map<std::pair<Font, std::string>, int>
        widths_;  ///< shaping a line costs a hundred times a look-up
};

}  // namespace qrvend::display::sdl
