#include "display/look/page.hpp"

#include <algorithm>

namespace qrvend::display {

namespace {

int aligned(const Rect& area, int width, Align align) {
    switch (align) {
        case Align::left: return area.x;
        case Align::middle: return area.x + (area.width - width) / 2;
        case Align::right: break;
    }
    return area.right() - width;
}

std::uint8_t mix_channel(std::uint8_t under, std::uint8_t top, int parts) {
    return static_cast<std::uint8_t>((under * (1000 - parts) + top * parts + 500) / 1000);
}

}  // namespace

Colour mix(Colour under, Colour top, int parts) {
    return {.red = mix_channel(under.red, top.red, parts),
            .green = mix_channel(under.green, top.green, parts),
            .blue = mix_channel(under.blue, top.blue, parts)};
}

Page::Page(const Look& look)
    : look_(look),
      measures_(measure(look.settings, look.size)),
      scene_{.size = look.size, .background = look.settings.theme.background, .items = {}, .targets = {}} {}

Style Page::on_background(Font font, Align align) const {
    return {.font = font, .colour = theme().text, .behind = theme().background, .align = align};
}

Style Page::muted_on_background(Font font, Align align) const {
    return {.font = font, .colour = theme().muted, .behind = theme().background, .align = align};
}

Rect Page::content() const {
    return Rect{.x = 0, .y = 0, .width = look_.size.width, .height = look_.size.height}.inset(measures_.margin);
}

void Page::touchable(const Rect& rect, Action action) {
    scene_.targets.push_back({.rect = rect, .action = std::move(action)});
}

void Page::line(const Rect& area, std::string_view text, const Style& style) {
    const Wrapped wrapped = wrap(look_.metrics, text, style.font, area.width, 1);
    const int height = line_height(style.font.px);
    lines({.x = area.x, .y = area.y + (area.height - height) / 2, .width = area.width, .height = height}, wrapped,
          style);
}

int Page::lines(const Rect& area, const Wrapped& wrapped, const Style& style) {
    const int height = line_height(style.font.px);
    int y = area.y;
    for (const std::string& text : wrapped.lines) {
        const int width = width_of(text, style.font);
        add(TextLine{.rect = {.x = aligned(area, width, style.align), .y = y, .width = width, .height = height},
                     .text = text,
                     .font = style.font,
                     .colour = style.colour,
                     .behind = style.behind,
                     .wording = style.wording,
                     .shortened = wrapped.shortened});
        y += height;
    }
    return y - area.y;
}

void Page::card(const Rect& rect) {
    add(Box{.rect = rect,
            .radius = measures_.radius,
            .fill = theme().surface,
            .border = theme().surface,
            .border_width = 0});
}

Page::Touched Page::next_target_is() const {
    const std::size_t number = scene_.targets.size();
    if (look_.ui.pressed == number) {
        return Touched::pressed;
    }
    return look_.ui.focus == number ? Touched::focused : Touched::no;
}

Colour Page::button_face(const Rect& rect, ButtonKind kind) {
    const Touched touched = next_target_is();
    const int radius = std::min(measures_.radius, rect.height / 2);
    const bool main = kind == ButtonKind::main;
    Colour fill = main ? theme().accent : theme().surface;
    if (touched == Touched::pressed) {
        fill = mix(fill, main ? theme().text : theme().border, main ? 250 : 120);
    }
    const int ring = std::max(3, measures_.body / 9);
    const bool focused = touched == Touched::focused;
    add(Box{.rect = rect,
            .radius = radius,
            .fill = fill,
            .border = focused ? theme().text : kind == ButtonKind::plain ? theme().border : fill,
            .border_width = focused ? ring : std::max(1, ring / 3)});
    return fill;
}

void Page::button(const Rect& rect, std::string_view label, ButtonKind kind, Action action) {
    const Colour face = button_face(rect, kind);
    line(rect.inset(measures_.gap / 2), label,
         {.font = bold(),
          .colour = kind == ButtonKind::main ? theme().on_accent : theme().text,
          .behind = face,
          .align = Align::middle});
    touchable(rect, std::move(action));
}

void Page::icon_button(const Rect& rect, Shape shape, Action action) {
    button_face(rect, ButtonKind::plain);
    const int side = std::min(rect.width, rect.height) * 6 / 10;
    add(Icon{.rect = {.x = rect.x + (rect.width - side) / 2,
                      .y = rect.y + (rect.height - side) / 2,
                      .width = side,
                      .height = side},
             .shape = shape,
             .colour = theme().text});
    touchable(rect, std::move(action));
}

// Upright cards carry the shape above the text, long ones before it.
void Page::step_card(const Rect& rect, Shape shape, std::string_view text) {
    card(rect);
    const Style style{
        .font = bold(), .colour = theme().text, .behind = theme().surface, .align = Align::middle};
    const bool beside = rect.width > rect.height * 3 / 2;
    Rect inner = rect.inset(measures_.gap);
    const int text_height = line_height(measures_.body);
    const int room = beside ? inner.height : inner.height - 2 * text_height - measures_.gap / 2;
    const int side = std::min({room, inner.width, measures_.body * 4});
    Rect square{.x = inner.x, .y = inner.y + (inner.height - side) / 2, .width = side, .height = side};
    if (!beside) {
        square.x = inner.x + (inner.width - side) / 2;
        square.y = inner.y + (room - side) / 2;
    }
    badge(square, shape, theme().accent);
    if (beside) {
        const int x = square.right() + measures_.gap;
        Style left = style;
        left.align = Align::left;
        line({.x = x, .y = inner.y, .width = inner.right() - x, .height = inner.height}, text, left);
        return;
    }
    inner.y = inner.bottom() - 2 * text_height;
    lines(inner, wrap_evenly(look_.metrics, text, style.font, inner.width, 2), style);
}

void Page::badge(const Rect& square, Shape shape, Colour colour) {
    const Colour tint = mix(theme().background, colour, 130);
    add(Box{.rect = square, .radius = square.width / 2, .fill = tint, .border = tint, .border_width = 0});
    add(Icon{.rect = square.inset(square.width / 5), .shape = shape, .colour = colour});
}

}  // namespace qrvend::display
