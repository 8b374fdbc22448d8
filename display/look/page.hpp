#pragma once
// A scene in the making: puts text, cards and buttons on it in the screen's style, so that the layouts only say
// where.

#include <string>
#include <string_view>

#include "display/look/layout.hpp"
#include "display/look/measures.hpp"
#include "display/look/wrap.hpp"

namespace qrvend::display {

enum class Align : std::uint8_t { left, middle, right };

enum class ButtonKind : std::uint8_t { main, plain, card };

/// How a line of text is to look.
struct Style {
    Font font;
    Colour colour;
    Colour behind;
    Align align = Align::left;
    Wording wording = Wording::ours;
};

/// `parts` thousandths of `top` over `under`.
Colour mix(Colour under, Colour top, int parts);

class Page {
public:
    explicit Page(const Look& look);

    const Look& look() const { return look_; }
    const Measures& measures() const { return measures_; }
    const Theme& theme() const { return look_.settings.theme; }
    std::string words(Text key) const { return look_.phrases(key); }
    int width_of(std::string_view text, const Font& font) const { return look_.metrics.width(text, font); }

    Font body() const { return {.weight = Weight::medium, .px = measures_.body}; }
    Font bold() const { return {.weight = Weight::bold, .px = measures_.body}; }
    Font title() const { return {.weight = Weight::bold, .px = measures_.title}; }
    Font small() const { return {.weight = Weight::medium, .px = measures_.small}; }

    /// Text in the theme's colours on the background.
    Style on_background(Font font, Align align = Align::left) const;
    Style muted_on_background(Font font, Align align = Align::left) const;

    /// The screen without its margin.
    Rect content() const;

    void add(Item item) { scene_.items.push_back(std::move(item)); }
    void touchable(const Rect& rect, const Action& action);

    /// One line in the middle of the area's height; shortened where it is too wide.
    void line(const Rect& area, std::string_view text, const Style& style);

    /// Wrapped lines from the area's top down; the height they take.
    int lines(const Rect& area, const Wrapped& wrapped, const Style& style);

    void card(const Rect& rect);

    /// The thin line around cards.
    Colour outline() const;
    int hairline() const;

    void button(const Rect& rect, std::string_view label, ButtonKind kind, const Action& action);
    void icon_button(const Rect& rect, Shape shape, const Action& action);

    /// The body of a button without label and target; the colour that they stand on.
    Colour button_face(const Rect& rect, ButtonKind kind);

    /// A card with a shape and, beside it, a word or two; whether the words fit there whole.
    void step_card(const Rect& rect, Shape shape, std::string_view text, int badge_side);
    bool step_fits(const Rect& rect, std::string_view text, int badge_side) const;

    /// The same with the words below the shape; without a shape where there is no room for it.
    void stacked_step_card(const Rect& rect, Shape shape, std::string_view text);

    /// A shape in a disc of a light tint of `colour`.
    void badge(const Rect& square, Shape shape, Colour colour);

    Scene take() && { return std::move(scene_); }

private:
    enum class Touched : std::uint8_t { no, focused, pressed };
    Touched next_target_is() const;

    Look look_;
    Measures measures_;
    Scene scene_;
};

}  // namespace qrvend::display
