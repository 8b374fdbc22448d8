#include "display/sdl/window.hpp"

#include <fmt/format.h>

namespace qrvend::display::sdl {

namespace {

void set_hints(const Settings& settings) {
    SDL_SetHint(SDL_HINT_NO_SIGNAL_HANDLERS, "1");
    SDL_SetHint(SDL_HINT_VIDEO_MINIMIZE_ON_FOCUS_LOSS, "0");
    SDL_SetHint(SDL_HINT_VIDEO_ALLOW_SCREENSAVER, "0");
    SDL_SetHint(SDL_HINT_MOUSE_FOCUS_CLICKTHROUGH, "1");
    SDL_SetHint(SDL_HINT_APP_NAME, "qrvend");
    if (!settings.video_driver.empty()) {
        SDL_SetHint(SDL_HINT_VIDEODRIVER, settings.video_driver.c_str());
    }
}

}  // namespace

std::expected<std::unique_ptr<Glass>, std::string> Glass::open(const Settings& settings) {
    set_hints(settings);
    if (SDL_InitSubSystem(SDL_INIT_VIDEO) != 0) {
        return std::unexpected(fmt::format("no video: {}", SDL_GetError()));
    }
    std::unique_ptr<Glass> glass{new Glass};  // the constructor is private; from here on, the destructor ends SDL
    glass->driver_ = SDL_GetCurrentVideoDriver();
    if (glass->driver_ == "x11") {
        // Else the window's surface goes through OpenGL, which costs 90 MB with Mesa's software renderer. The
        // drivers that have no surface of their own (KMSDRM, Wayland) need that way.
        SDL_SetHint(SDL_HINT_FRAMEBUFFER_ACCELERATION, "0");
    }
    const bool full = settings.mode == Settings::Mode::full_screen;
    SDL_Rect place{.x = SDL_WINDOWPOS_UNDEFINED,
                   .y = SDL_WINDOWPOS_UNDEFINED,
                   .w = settings.window.width,
                   .h = settings.window.height};
    if (full && SDL_GetDisplayBounds(0, &place) != 0) {
        return std::unexpected(fmt::format("no screen ({}): {}", glass->driver_, SDL_GetError()));
    }
    // Full screen, an X server without a window manager leaves the window where and as large as it was made.
    const Uint32 flags = full ? SDL_WINDOW_FULLSCREEN_DESKTOP | SDL_WINDOW_BORDERLESS : SDL_WINDOW_RESIZABLE;
    glass->window_.reset(SDL_CreateWindow("qrvend", place.x, place.y, place.w, place.h, flags));
    if (!glass->window_) {
        return std::unexpected(fmt::format("no window ({}): {}", glass->driver_, SDL_GetError()));
    }
    if (full) {
        SDL_ShowCursor(SDL_DISABLE);
    }
    glass->waiter_ = std::make_unique<Waiter>(glass->window_.get());
    return glass;
}

Glass::~Glass() {
    waiter_.reset();
    window_.reset();
    SDL_QuitSubSystem(SDL_INIT_VIDEO);
}

Size Glass::size() const {
    Size size;
    SDL_GetWindowSize(window_.get(), &size.width, &size.height);
    return size;
}

bool Glass::paint_by_way_of(SDL_Surface& target, Painter& painter, const Scene& scene, const Rect& part) {
    if (!between_ || between_->w != target.w || between_->h != target.h) {
        between_.reset(SDL_CreateRGBSurfaceWithFormat(0, target.w, target.h, 32, SDL_PIXELFORMAT_XRGB8888));
    }
    if (!between_) {
        return false;
    }
    painter.paint(*between_, scene, part);
    return SDL_BlitSurface(between_.get(), nullptr, &target, nullptr) == 0;
}

bool Glass::show(Painter& painter, const Scene& scene, const Rect& part) {
    SDL_Surface* surface = SDL_GetWindowSurface(window_.get());
    if (surface == nullptr || surface->w != scene.size.width || surface->h != scene.size.height) {
        return false;
    }
    if (surface->format->BytesPerPixel == 4) {
        painter.paint(*surface, scene, part);
    } else if (!paint_by_way_of(*surface, painter, scene, part)) {
        return false;
    }
    const SDL_Rect area{.x = part.x, .y = part.y, .w = part.width, .h = part.height};
    return SDL_UpdateWindowSurfaceRects(window_.get(), &area, 1) == 0;
}

}  // namespace qrvend::display::sdl
