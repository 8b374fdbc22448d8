#pragma once
// How the display's thread sleeps until something happens, without waking up for nothing. SDL 2.26 can block on X11
// and Wayland only; for every other driver (KMSDRM) its SDL_WaitEvent() looks once a millisecond, so there the
// thread waits for the input devices and for its own bell by poll().

#include <chrono>
#include <memory>
#include <optional>

namespace qrvend::display::sdl {

using SteadyTime = std::chrono::steady_clock::time_point;

class Waiter {
public:
    virtual ~Waiter() = default;

    /// Returns when SDL may have an event, ring() was called, or `deadline` has come. Only from the display's
    /// thread.
    virtual void wait(std::optional<SteadyTime> deadline) = 0;

    /// Ends the present or the next wait. From any thread.
    virtual void ring() = 0;
};

/// The waiter for SDL's video driver of that name, after SDL's video has been started.
std::unique_ptr<Waiter> make_waiter(const char* driver);

}  // namespace qrvend::display::sdl
