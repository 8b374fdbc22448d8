#include "display/look/page.hpp"

#include <algorithm>

namespace qrvend::display {

namespace {

int aligned(const Rect& area, int width, Align align) {
    switch (align) {
        case Align::left:
            return area.x;
        case Align::middle:
            return area.x + (area.width - width) / 2;
        case Align::right:
            break;
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

void Page::touchable(const Rect& rect, const Action& action) {
    scene_.targets.push_back({.rect = rect, .action = action});
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

Colour Page::outline() const {
    return mix(theme().background, theme().border, 350);
}

int Page::hairline() const {
    return std::max(1, measures_.body / 24);
}

void Page::card(const Rect& rect) {
    add(Box{.rect = rect,
            .radius = measures_.radius,
            .fill = theme().surface,
            .border = outline(),
            .border_width = hairline()});
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
    const Colour edge = main ? fill : kind == ButtonKind::card ? outline() : theme().border;
    const bool focused = touched == Touched::focused;
    add(Box{.rect = rect,
            .radius = radius,
            .fill = fill,
            .border = focused ? theme().text : edge,
            .border_width = focused ? ring : hairline()});
    return fill;
}

void Page::button(const Rect& rect, std::string_view label, ButtonKind kind, const Action& action) {
    const Colour face = button_face(rect, kind);
    line(rect.inset(measures_.gap / 2), label,
         {.font = bold(),
          .colour = kind == ButtonKind::main ? theme().on_accent : theme().text,
          .behind = face,
          .align = Align::middle});
    touchable(rect, action);
}

void Page::icon_button(const Rect& rect, Shape shape, const Action& action) {
    button_face(rect, ButtonKind::plain);
    const int side = std::min(rect.width, rect.height) * 6 / 10;
    add(Icon{.rect = {.x = rect.x + (rect.width - side) / 2,
                      .y = rect.y + (rect.height - side) / 2,
                      .width = side,
                      .height = side},
             .shape = shape,
             .colour = theme().text});
    touchable(rect, action);
}

bool Page::step_fits(const Rect& rect, std::string_view text, int badge_side) const {
    const int width = rect.width - 3 * measures_.gap - badge_side;
    const Wrapped wrapped = wrap(look_.metrics, text, bold(), width, 2);
    return !wrapped.shortened && badge_side <= rect.height - measures_.gap;
}

void Page::step_card(const Rect& rect, Shape shape, std::string_view text, int badge_side) {
    card(rect);
    const Style style{.font = bold(), .colour = theme().text, .behind = theme().surface};
    badge({.x = rect.x + measures_.gap,
           .y = rect.y + (rect.height - badge_side) / 2,
           .width = badge_side,
           .height = badge_side},
          shape, theme().accent);
    const int x = rect.x + 2 * measures_.gap + badge_side;
    const int width = rect.right() - measures_.gap - x;
    const Wrapped wrapped = wrap(look_.metrics, text, style.font, width, 2);
    const int height = static_cast<int>(wrapped.lines.size()) * line_height(measures_.body);
    lines({.x = x, .y = rect.y + (rect.height - height) / 2, .width = width, .height = height}, wrapped, style);
}

void Page::stacked_step_card(const Rect& rect, Shape shape, std::string_view text) {
    card(rect);
    Rect inner = rect.inset(measures_.gap);
    const Style style{.font = bold(), .colour = theme().text, .behind = theme().surface, .align = Align::middle};
    const Wrapped wrapped = wrap_evenly(look_.metrics, text, style.font, inner.width, 2);
    const int height = static_cast<int>(wrapped.lines.size()) * line_height(measures_.body);
    const int room = inner.height - 2 * line_height(measures_.body);
    const int side = std::min({room * 9 / 10, inner.width, measures_.body * 5});
    if (side >= measures_.body) {
        badge({.x = inner.x + (inner.width - side) / 2,
               .y = inner.y + (room - side) / 2,
               .width = side,
               .height = side},
              shape, theme().accent);
        inner.y += room;
        inner.height -= room;
    }
    inner.y += (inner.height - height) / 2;
    lines(inner, wrapped, style);
}

void Page::badge(const Rect& square, Shape shape, Colour colour) {
    const Colour tint = mix(theme().background, colour, 130);
    add(Box{.rect = square, .radius = square.width / 2, .fill = tint, .border = tint, .border_width = 0});
    add(Icon{.rect = square.inset(square.width / 5), .shape = shape, .colour = colour});
}

}  // namespace qrvend::display
