#pragma once
// One customer-facing state of the screen: the view, the language, the page, the finger. Turns SDL's events into
// touches and keeps the window painted. Lives in the display's thread for as long as one window stands.

#include <chrono>
#include <memory>
#include <optional>

#include "display/look/layout.hpp"
#include "display/panel.hpp"
#include "display/sdl/window.hpp"

namespace qrvend::display::sdl {

class Session {
public:
    Session(const Settings& settings, const Fonts& fonts, Glass& glass, PanelListener& listener);

    /// Another view. A new sale keeps the language; its end brings the first one back.
    void show(Shown shown);

    /// Handles all events that SDL holds, the waiter's bell among them: whoever looks for work must do so
    /// afterwards.
    void handle_events();

    /// Paints what has changed.
    void paint();

    /// When paint() has to be called though nothing happens.
    std::optional<SteadyTime> deadline() const;

private:
    void handle(const SDL_Event& event);
    void press(Point point);
    void release(Point point);
    void key(SDL_Keycode key);
    void move_focus(int by);
    void act(const Action& action);
    void use_language(Language language);
    void reset_language_when_left_alone();
    MonotonicTime now() const;

    const Settings& settings_;
    const Fonts& fonts_;
    Glass& glass_;
    PanelListener& listener_;
    Painter painter_;

    std::optional<Shown> shown_;
    SteadyTime shown_at_;
    std::shared_ptr<const QrMatrix> code_;
    Phrases phrases_;
    Ui ui_;
    std::optional<Scene> scene_;  ///< what is on the glass; nothing where it has to be painted whole
    bool reported_ = false;       ///< the listener knows that this view is on the glass
    SteadyTime touched_at_;
};

}  // namespace qrvend::display::sdl
