#pragma once
// The one window, full screen or not, and its surface in main memory. All calls from the display's thread.

#include <expected>
#include <memory>
#include <string>

#include "display/look/scene.hpp"
#include "display/sdl/painter.hpp"
#include "display/sdl/waiter.hpp"

namespace qrvend::display::sdl {

class Glass {
public:
    /// Starts SDL's video and makes the window. The error says what is missing.
    static std::expected<std::unique_ptr<Glass>, std::string> open(const Settings& settings);

    ~Glass();
    Glass(const Glass&) = delete;
    Glass& operator=(const Glass&) = delete;

    Size size() const;
    const std::string& driver() const { return driver_; }
    Waiter& waiter() { return *waiter_; }

    /// The connection to the display server broke, or the window was closed (SDL_QUIT).
    bool lost() const { return lost_; }
    void mark_lost() { lost_ = true; }

    /// Paints `part` of the scene and hands it to the video driver. False where the driver refuses.
    bool show(Painter& painter, const Scene& scene, const Rect& part);

private:
    Glass() = default;
    bool paint_by_way_of(SDL_Surface& target, Painter& painter, const Scene& scene, const Rect& part);

    std::string driver_;
    Window window_;
    Surface between_;  ///< for a window that has not 32 bits a pixel
    std::unique_ptr<Waiter> waiter_;
    bool lost_ = false;
};

}  // namespace qrvend::display::sdl
