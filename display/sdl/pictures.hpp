#pragma once
// Product pictures, logos and finished codes, read once and kept at the size in which they are shown. The oldest go
// when they are more than a few megabytes together.

#include <cstddef>
#include <list>
#include <string>

#include "display/look/scene.hpp"
#include "display/sdl/sdl.hpp"

namespace qrvend::display::sdl {

class Pictures {
public:
    /// The picture scaled to fit into its rectangle: made smaller by averaging, larger by whole multiples, so that
    /// a code stays sharp. nullptr where it cannot be read. Valid until the next call.
    SDL_Surface* find(const Picture& picture);

private:
    struct Entry {
        std::string path;
        PngBytes bytes;
        Size room;
        Surface surface;
    };
    void forget_the_oldest();

    std::list<Entry> entries_;  ///< the newest first
};

/// `source` (32 bits a pixel) at the largest size that fits into `room`.
Surface scaled(SDL_Surface& source, Size room);

}  // namespace qrvend::display::sdl
