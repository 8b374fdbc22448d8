#include "display/sdl/image_files.hpp"

#include <SDL_image.h>
#include <dlfcn.h>

namespace qrvend::display::sdl {

namespace {

struct Library {
    decltype(&IMG_Load_RW) load = nullptr;
    decltype(&IMG_isSVG) is_svg = nullptr;
    decltype(&IMG_LoadSizedSVG_RW) load_svg = nullptr;
    decltype(&IMG_SavePNG) save_png = nullptr;

    bool complete() const {
        return load != nullptr && is_svg != nullptr && load_svg != nullptr && save_png != nullptr;
    }
};

Library open_library() {
    Library library;
    void* file = dlopen("libSDL2_image-2.0.so.0", RTLD_NOW | RTLD_LOCAL);
    if (file != nullptr) {
        library.load = reinterpret_cast<decltype(library.load)>(dlsym(file, "IMG_Load_RW"));
        library.is_svg = reinterpret_cast<decltype(library.is_svg)>(dlsym(file, "IMG_isSVG"));
        library.load_svg = reinterpret_cast<decltype(library.load_svg)>(dlsym(file, "IMG_LoadSizedSVG_RW"));
        library.save_png = reinterpret_cast<decltype(library.save_png)>(dlsym(file, "IMG_SavePNG"));
    }
    return library;
}

const Library* library() {
    static const Library opened = open_library();
    if (!opened.complete()) {
        SDL_SetError("cannot load SDL_image (Debian package libsdl2-image-2.0-0)");
        return nullptr;
    }
    return &opened;
}

}  // namespace

Surface load_picture(SDL_RWops& input, int svg_height) {
    const Library* image = library();
    if (image == nullptr) {
        return nullptr;
    }
    return Surface{image->is_svg(&input) != 0 ? image->load_svg(&input, 0, svg_height) : image->load(&input, 0)};
}

bool save_png(SDL_Surface& surface, const char* path) {
    const Library* image = library();
    return image != nullptr && image->save_png(&surface, path) == 0;
}

}  // namespace qrvend::display::sdl
