#include "display/sdl/canvas.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>

namespace qrvend::display::sdl {

namespace {

SDL_Rect to_sdl(const Rect& rect) {
    return {.x = rect.x, .y = rect.y, .w = rect.width, .h = rect.height};
}

Rect overlap(const Rect& one, const Rect& other) {
    const int left = std::max(one.x, other.x);
    const int top = std::max(one.y, other.y);
    return {.x = left,
            .y = top,
            .width = std::min(one.right(), other.right()) - left,
            .height = std::min(one.bottom(), other.bottom()) - top};
}

// How much of a pixel lies inside an edge that is `distance` pixels beyond its middle.
int coverage_at(float distance) {
    return static_cast<int>(std::lround(std::clamp(distance + 0.5F, 0.0F, 1.0F) * 255.0F));
}

std::uint32_t mixed(std::uint32_t under, std::uint8_t over, Uint8 shift, int coverage) {
    const auto was = static_cast<int>(under >> shift & 0xFFU);
    const int now = was + (over - was) * coverage / 255;
    return static_cast<std::uint32_t>(now) << shift;
}

}  // namespace

Canvas::Canvas(SDL_Surface& surface, const Rect& clip)
    : surface_(surface), clip_(overlap(clip, {.x = 0, .y = 0, .width = surface.w, .height = surface.h})) {
    const SDL_Rect area = to_sdl(clip_);
    SDL_SetClipRect(&surface_, &area);
}

void Canvas::fill(const Rect& rect, Colour colour) {
    const SDL_Rect area = to_sdl(rect);
    SDL_FillRect(&surface_, &area, SDL_MapRGB(surface_.format, colour.red, colour.green, colour.blue));
}

void Canvas::blend(int x, int y, Colour colour, int coverage) {
    if (coverage <= 0) {
        return;
    }
    auto* bytes = static_cast<std::uint8_t*>(surface_.pixels) + static_cast<std::ptrdiff_t>(y) * surface_.pitch;
    auto& pixel = reinterpret_cast<std::uint32_t*>(bytes)[x];
    const SDL_PixelFormat& format = *surface_.format;
    pixel = mixed(pixel, colour.red, format.Rshift, coverage) |
            mixed(pixel, colour.green, format.Gshift, coverage) |
            mixed(pixel, colour.blue, format.Bshift, coverage) | format.Amask;
}

void Canvas::corner(const Rect& square, Point centre, int radius, Colour colour) {
    const Rect area = overlap(square, clip_);
    for (int y = area.y; y < area.bottom(); ++y) {
        for (int x = area.x; x < area.right(); ++x) {
            const float dx = static_cast<float>(x - centre.x) + 0.5F;
            const float dy = static_cast<float>(y - centre.y) + 0.5F;
            const float inside = static_cast<float>(radius) - std::sqrt(dx * dx + dy * dy);
            blend(x, y, colour, coverage_at(inside));
        }
    }
}

void Canvas::round_rect(const Rect& rect, int radius, Colour colour) {
    radius = std::min({radius, rect.width / 2, rect.height / 2});
    fill({.x = rect.x + radius, .y = rect.y, .width = rect.width - 2 * radius, .height = rect.height}, colour);
    fill({.x = rect.x, .y = rect.y + radius, .width = radius, .height = rect.height - 2 * radius}, colour);
    fill({.x = rect.right() - radius, .y = rect.y + radius, .width = radius, .height = rect.height - 2 * radius},
         colour);
    const Point middle_low{.x = rect.x + radius, .y = rect.y + radius};
    const Point middle_high{.x = rect.right() - radius, .y = rect.bottom() - radius};
    for (const int left : {rect.x, middle_high.x}) {
        for (const int top : {rect.y, middle_high.y}) {
            const Point centre{.x = left == rect.x ? middle_low.x : middle_high.x,
                               .y = top == rect.y ? middle_low.y : middle_high.y};
            corner({.x = left, .y = top, .width = radius, .height = radius}, centre, radius, colour);
        }
    }
}

void Canvas::round_box(const Box& box) {
    if (!box.rect.meets(clip_)) {
        return;
    }
    if (box.border_width <= 0 || box.border == box.fill) {
        round_rect(box.rect, box.radius, box.fill);
        return;
    }
    round_rect(box.rect, box.radius, box.border);
    round_rect(box.rect.inset(box.border_width), std::max(0, box.radius - box.border_width), box.fill);
}

void Canvas::stroke(const Stroke& stroke, Point origin, int side, Colour colour) {
    const auto scale = static_cast<float>(side) / static_cast<float>(icon_units);
    const float from_x = static_cast<float>(origin.x) + static_cast<float>(stroke.from.x) * scale;
    const float from_y = static_cast<float>(origin.y) + static_cast<float>(stroke.from.y) * scale;
    const float along_x = static_cast<float>(stroke.to.x - stroke.from.x) * scale;
    const float along_y = static_cast<float>(stroke.to.y - stroke.from.y) * scale;
    const float half = static_cast<float>(stroke.width) * scale / 2;
    const float squared = along_x * along_x + along_y * along_y;
    const auto left = static_cast<int>(std::floor(std::min(from_x, from_x + along_x) - half - 1));
    const auto right = static_cast<int>(std::ceil(std::max(from_x, from_x + along_x) + half + 1));
    const auto top = static_cast<int>(std::floor(std::min(from_y, from_y + along_y) - half - 1));
    const auto bottom = static_cast<int>(std::ceil(std::max(from_y, from_y + along_y) + half + 1));
    const Rect area = overlap({.x = left, .y = top, .width = right - left, .height = bottom - top}, clip_);
    for (int y = area.y; y < area.bottom(); ++y) {
        for (int x = area.x; x < area.right(); ++x) {
            const float dx = static_cast<float>(x) + 0.5F - from_x;
            const float dy = static_cast<float>(y) + 0.5F - from_y;
            const float part = squared > 0 ? std::clamp((dx * along_x + dy * along_y) / squared, 0.0F, 1.0F) : 0.0F;
            const float away_x = dx - part * along_x;
            const float away_y = dy - part * along_y;
            blend(x, y, colour, coverage_at(half - std::sqrt(away_x * away_x + away_y * away_y)));
        }
    }
}

void Canvas::blit(SDL_Surface& source, Point at) {
    SDL_Rect place{.x = at.x, .y = at.y, .w = source.w, .h = source.h};
    SDL_BlitSurface(&source, nullptr, &surface_, &place);
}

}  // namespace qrvend::display::sdl
