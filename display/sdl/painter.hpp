#pragma once
// Draws scenes on a surface in main memory: opaque fills, smooth corners, text. No GPU takes part.

#include "display/look/scene.hpp"
#include "display/sdl/fonts.hpp"
#include "display/sdl/pictures.hpp"

namespace qrvend::display::sdl {

class Painter {
public:
    /// The fonts must outlive the painter.
    explicit Painter(const Fonts& fonts) : fonts_(fonts) {}

    /// Draws what lies within `part` of the scene. The surface has 32 bits a pixel and the scene's size.
    void paint(SDL_Surface& surface, const Scene& scene, const Rect& part);

private:
    const Fonts& fonts_;
    Pictures pictures_;
};

}  // namespace qrvend::display::sdl
