#pragma once
// How the display's thread sleeps until something happens, without waking up for nothing and without anybody having
// to call SDL to wake it: by poll() on a bell, and on the connection to the X or Wayland server or, without one
// (KMSDRM), on the input devices. SDL 2.26 cannot do it: on KMSDRM its SDL_WaitEvent() looks once a millisecond,
// and on X11 an event that is pushed to wake it writes to the X server, which may have stopped reading.

#include <SDL.h>

#include <chrono>
#include <memory>
#include <optional>

namespace qrvend::display::sdl {

using SteadyTime = std::chrono::steady_clock::time_point;

class Waiter {
public:
    /// For that window, which must stand as long.
    explicit Waiter(SDL_Window* window);
    ~Waiter();
    Waiter(const Waiter&) = delete;
    Waiter& operator=(const Waiter&) = delete;

    /// Returns when SDL may have an event, ring() was called, or `deadline` has come. Only from the display's
    /// thread.
    void wait(std::optional<SteadyTime> deadline);

    /// Ends the present or the next wait. From any thread; never waits.
    void ring();

private:
    class Files;
    std::unique_ptr<Files> files_;
};

}  // namespace qrvend::display::sdl
