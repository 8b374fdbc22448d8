#pragma once
// SDL_image, loaded when the first picture is: Debian's build brings a dozen formats along, 1.5 MB of memory that a
// screen without pictures does not need.

#include "display/sdl/sdl.hpp"

namespace qrvend::display::sdl {

/// The picture in `input`, which stays the caller's; an SVG drawing is drawn `svg_height` pixels high. nullptr
/// where it cannot be read; SDL_GetError() says why.
Surface load_picture(SDL_RWops& input, int svg_height);

/// False where it cannot be written; SDL_GetError() says why.
bool save_png(SDL_Surface& surface, const char* path);

}  // namespace qrvend::display::sdl
