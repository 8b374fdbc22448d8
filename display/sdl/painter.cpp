#include "display/sdl/painter.hpp"

#include "display/look/measures.hpp"
#include "display/sdl/canvas.hpp"

namespace qrvend::display::sdl {

namespace {

constexpr Uint8 faded_opacity = 90;

class Brush {
public:
    Brush(Canvas& canvas, const Fonts& fonts, Pictures& pictures)
        : canvas_(canvas), fonts_(fonts), pictures_(pictures) {}

    void operator()(const Box& box) { canvas_.round_box(box); }

    void operator()(const TextLine& line) {
        if (!line.font.tabular) {
            draw_text(line, line.text, line.rect.x, line.font);
            return;
        }
        int x = line.rect.x;
        for (const char letter : line.text) {
            const std::string text{letter};
            const int cell = fonts_.width(text, line.font);
            const Font plain{.weight = line.font.weight, .px = line.font.px, .tabular = false};
            draw_text(line, text, x + (cell - fonts_.width(text, plain)) / 2, plain);
            x += cell;
        }
    }

    void operator()(const Icon& icon) {
        for (const Stroke& stroke : strokes_of(icon.shape)) {
            canvas_.stroke(stroke, {.x = icon.rect.x, .y = icon.rect.y}, icon.rect.width, icon.colour);
        }
    }

    void operator()(const Picture& picture) {
        SDL_Surface* surface = pictures_.find(picture);
        if (surface == nullptr) {
            return;
        }
        const Rect& room = picture.rect;
        const bool left = picture.place == Picture::Place::left;
        SDL_SetSurfaceAlphaMod(surface, picture.faded ? faded_opacity : SDL_ALPHA_OPAQUE);
        canvas_.blit(*surface, {.x = left ? room.x : room.x + (room.width - surface->w) / 2,
                                .y = room.y + (room.height - surface->h) / 2});
    }

    // Runs of dark modules; always black on white.
    void operator()(const Code& code) {
        canvas_.fill(code.rect, {.red = 255, .green = 255, .blue = 255});
        const int size = code.matrix->size();
        const int unit = code.module_px;
        for (int y = 0; y < size; ++y) {
            for (int x = 0; x < size; ++x) {
                int end = x;
                while (end < size && code.matrix->dark(end, y)) {
                    ++end;
                }
                if (end > x) {
                    canvas_.fill({.x = code.rect.x + (x + quiet_modules) * unit,
                                  .y = code.rect.y + (y + quiet_modules) * unit,
                                  .width = (end - x) * unit,
                                  .height = unit},
                                 {});
                    x = end;
                }
            }
        }
    }

private:
    // Capitals stand in the middle of the line's height.
    void draw_text(const TextLine& line, const std::string& text, int x, const Font& font) {
        int ascent = 0;
        const Surface surface = fonts_.draw(text, font, line.colour, ascent);
        if (surface) {
            const int capital = font.px * capital_permille / 1000;
            const int baseline = line.rect.y + (line.rect.height + capital) / 2;
            canvas_.blit(*surface, {.x = x, .y = baseline - ascent});
        }
    }

    Canvas& canvas_;
    const Fonts& fonts_;
    Pictures& pictures_;
};

}  // namespace

void Painter::paint(SDL_Surface& surface, const Scene& scene, const Rect& part) {
    Canvas canvas{surface, part};
    canvas.fill(part, scene.background);
    Brush brush{canvas, fonts_, pictures_};
    for (const Item& item : scene.items) {
        if (rect_of(item).meets(part)) {
            std::visit(brush, item);
        }
    }
    SDL_SetClipRect(&surface, nullptr);
}

}  // namespace qrvend::display::sdl
