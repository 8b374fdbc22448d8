#pragma once
// Smooth shapes on a surface of 32 bits a pixel, within a clip rectangle.

#include "display/look/icons.hpp"
#include "display/sdl/sdl.hpp"

namespace qrvend::display::sdl {

class Canvas {
public:
    /// Draws only within `clip`.
    Canvas(SDL_Surface& surface, const Rect& clip);

    void fill(const Rect& rect, Colour colour);
    void round_box(const Box& box);
    void stroke(const Stroke& stroke, Point origin, int side, Colour colour);
    void blit(SDL_Surface& source, Point at);

private:
    void blend(int x, int y, Colour colour, int coverage);  ///< coverage 0 to 255
    void round_rect(const Rect& rect, int radius, Colour colour);
    void corner(const Rect& square, Point centre, int radius, Colour colour);

    SDL_Surface& surface_;
    Rect clip_;
};

}  // namespace qrvend::display::sdl
