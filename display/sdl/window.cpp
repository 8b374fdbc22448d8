#include "display/sdl/window.hpp"

#include <SDL_syswm.h>
#include <dlfcn.h>
#include <fmt/format.h>

#include <atomic>

namespace qrvend::display::sdl {

namespace {

std::atomic<bool> connection_broken{false};

// Xlib ends the whole process when its connection breaks, unless it is told not to (libX11 1.7). Looked up at run
// time, because SDL also loads Xlib only where X11 is used.
#ifdef SDL_VIDEO_DRIVER_X11
void survive_loss_of_x11(SDL_Window* window) {
    using Handler = void (*)(Display*, void*);
    using SetHandler = void (*)(Display*, Handler, void*);
    SDL_SysWMinfo info;
    SDL_VERSION(&info.version);
    if (SDL_GetWindowWMInfo(window, &info) != SDL_TRUE || info.subsystem != SDL_SYSWM_X11) {
        return;
    }
    void* xlib = dlopen("libX11.so.6", RTLD_NOW | RTLD_NOLOAD);
    if (xlib == nullptr) {
        return;
    }
    if (const auto set = reinterpret_cast<SetHandler>(dlsym(xlib, "XSetIOErrorExitHandler"))) {
        set(info.info.x11.display, [](Display*, void*) { connection_broken = true; }, nullptr);
    }
    dlclose(xlib);
}
#else
void survive_loss_of_x11(SDL_Window*) {}
#endif

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
    connection_broken = false;
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
    const Uint32 flags = full ? SDL_WINDOW_FULLSCREEN_DESKTOP : SDL_WINDOW_RESIZABLE;
    glass->window_.reset(SDL_CreateWindow("qrvend", SDL_WINDOWPOS_UNDEFINED, SDL_WINDOWPOS_UNDEFINED,
                                          settings.window.width, settings.window.height, flags));
    if (!glass->window_) {
        return std::unexpected(fmt::format("no window ({}): {}", glass->driver_, SDL_GetError()));
    }
    survive_loss_of_x11(glass->window_.get());
    if (full) {
        SDL_ShowCursor(SDL_DISABLE);
    }
    glass->waiter_ = make_waiter(glass->driver_.c_str());
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

bool Glass::lost() const {
    return closed_ || connection_broken;
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
