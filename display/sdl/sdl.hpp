#pragma once
// SDL's objects with owners.

#include <SDL.h>
#include <SDL_ttf.h>

#include <memory>

namespace qrvend::display::sdl {

template <auto Function>
struct Deleter {
    template <class Thing>
    void operator()(Thing* thing) const {
        Function(thing);
    }
};

using Surface = std::unique_ptr<SDL_Surface, Deleter<SDL_FreeSurface>>;
using OpenFont = std::unique_ptr<TTF_Font, Deleter<TTF_CloseFont>>;
using Window = std::unique_ptr<SDL_Window, Deleter<SDL_DestroyWindow>>;

}  // namespace qrvend::display::sdl
