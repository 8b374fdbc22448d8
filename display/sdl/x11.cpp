// Xlib ends the whole process when its connection to the X server breaks. A kiosk must outlive its X server: so
// every connection that SDL opens is told at birth to do no more than bring SDL_QUIT (XSetIOErrorExitHandler,
// libX11 1.7). Nobody calls what is in here but SDL.

#include <SDL.h>
#include <dlfcn.h>

#include <atomic>

// The few names of Xlib.h that are needed here; its header and library are not a dependency of ours.
struct _XDisplay;

namespace qrvend::display::sdl {

namespace {

using Connection = _XDisplay;
using ExitHandler = void (*)(Connection*, void*);
using ErrorHandler = int (*)(Connection*);

std::atomic<bool> broken{false};

void give_up(Connection*, void*) {
    if (broken.exchange(true)) {
        return;
    }
    SDL_Event event{};
    event.type = SDL_QUIT;
    SDL_PeepEvents(&event, 1, SDL_ADDEVENT, SDL_FIRSTEVENT, SDL_LASTEVENT);
}

template <class Function>
Function xlib_function(const char* name) {
    static void* const xlib = dlopen("libX11.so.6", RTLD_NOW | RTLD_NOLOAD);  // SDL has loaded it
    return xlib == nullptr ? nullptr : reinterpret_cast<Function>(dlsym(xlib, name));
}

void survive_loss(Connection* connection) {
    const auto set_error_handler = xlib_function<ErrorHandler (*)(ErrorHandler)>("XSetIOErrorHandler");
    const auto set_exit_handler =
        xlib_function<void (*)(Connection*, ExitHandler, void*)>("XSetIOErrorExitHandler");
    if (set_exit_handler != nullptr && set_error_handler != nullptr) {
        set_error_handler([](Connection*) { return 0; });
        set_exit_handler(connection, &give_up, nullptr);
    }
}

}  // namespace

}  // namespace qrvend::display::sdl

// These stand before Xlib's own functions, because the linker looks into this module first. Where SDL finds Xlib in
// another way than by linking to it, a lost X server ends the process, as Xlib wants it.

// SDL opens a second connection that it shows to nobody.
extern "C" __attribute__((visibility("default"))) _XDisplay* XOpenDisplay(const char* name) {
    using namespace qrvend::display::sdl;
    const auto open = xlib_function<_XDisplay* (*)(const char*)>("XOpenDisplay");
    _XDisplay* connection = open == nullptr ? nullptr : open(name);
    if (connection != nullptr) {
        broken = false;
        survive_loss(connection);
    }
    return connection;
}

// SDL hides a window before it destroys it, and waits in here until the X server has done so.
extern "C" __attribute__((visibility("default"))) int XIfEvent(_XDisplay* connection, void* event,
                                                               int (*wanted)(_XDisplay*, void*, char*),
                                                               char* argument) {
    using namespace qrvend::display::sdl;
    const auto wait_for = xlib_function<decltype(&XIfEvent)>("XIfEvent");
    return wait_for == nullptr || broken ? 0 : wait_for(connection, event, wanted, argument);
}
