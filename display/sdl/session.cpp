#include "display/sdl/session.hpp"

#include <algorithm>

namespace qrvend::display::sdl {

namespace {

using Steady = std::chrono::steady_clock;

// A customer who walks away leaves the language to the next.
constexpr std::chrono::seconds language_kept_idle{60};

// The second tap of a double tap must not hit what has just appeared under the finger.
constexpr std::chrono::milliseconds blind_after_change{300};

bool idle(const View& view) {
    return std::holds_alternative<view::Idle>(view) || std::holds_alternative<view::OutOfService>(view);
}

std::optional<std::size_t> target_at(const Scene& scene, Point point) {
    const auto hit =
        std::ranges::find_if(scene.targets, [&](const Target& target) { return target.rect.contains(point); });
    if (hit == scene.targets.end()) {
        return std::nullopt;
    }
    return static_cast<std::size_t>(hit - scene.targets.begin());
}

}  // namespace

Session::Session(const Settings& settings, const Fonts& fonts, Glass& glass, PanelListener& listener)
    : settings_(settings),
      fonts_(fonts),
      glass_(glass),
      listener_(listener),
      painter_(fonts),
      phrases_(settings.languages.front()) {}

MonotonicTime Session::now() const {
    const auto since = std::chrono::duration_cast<milliseconds>(Steady::now() - shown_at_);
    return shown_ ? shown_->now + since : MonotonicTime{};
}

void Session::show(Shown shown) {
    const bool sale_ended = shown_ && !idle(shown_->view) && idle(shown.view);
    const bool other_kind = !shown_ || shown_->view.index() != shown.view.index();
    shown_ = std::move(shown);
    shown_at_ = Steady::now();
    code_ = code_of(shown_->view);
    reported_ = false;
    ui_.pressed.reset();
    if (other_kind) {
        ui_ = {};
        touched_at_ = shown_at_ + blind_after_change;
    }
    if (sale_ended) {
        use_language(settings_.languages.front());
    }
}

void Session::use_language(Language language) {
    phrases_ = Phrases{language};
}

void Session::handle_events() {
    SDL_Event event;
    while (SDL_PollEvent(&event) == 1) {
        handle(event);
    }
}

void Session::reset_language_when_left_alone() {
    const bool other = phrases_.language() != settings_.languages.front() || ui_.page != 0;
    if (other && shown_ && idle(shown_->view) && Steady::now() >= touched_at_ + language_kept_idle) {
        use_language(settings_.languages.front());
        ui_ = {};
    }
}

std::optional<SteadyTime> Session::deadline() const {
    if (!shown_) {
        return std::nullopt;
    }
    std::optional<SteadyTime> next;
    if (const auto change = next_change(shown_->view, now())) {
        next = shown_at_ + (*change - shown_->now);
    }
    const bool other = phrases_.language() != settings_.languages.front() || ui_.page != 0;
    if (other && idle(shown_->view)) {
        const SteadyTime reset = touched_at_ + language_kept_idle;
        next = next ? std::min(*next, reset) : reset;
    }
    return next;
}

void Session::handle(const SDL_Event& event) {
    switch (event.type) {
        case SDL_QUIT:
            glass_.mark_lost();
            break;
        case SDL_WINDOWEVENT:
            // Exposed, resized, restored: the server may have lost the picture.
            if (event.window.event != SDL_WINDOWEVENT_ENTER && event.window.event != SDL_WINDOWEVENT_LEAVE) {
                scene_.reset();
            }
            break;
        // SDL makes mouse events of touches.
        case SDL_MOUSEBUTTONDOWN:
            press({.x = event.button.x, .y = event.button.y});
            break;
        case SDL_MOUSEBUTTONUP:
            release({.x = event.button.x, .y = event.button.y});
            break;
        case SDL_KEYDOWN:
            key(event.key.keysym.sym);
            break;
        default:
            break;
    }
}

// A finger counts where it has come down and gone up on the same target, after the view has stood for a moment.
void Session::press(Point point) {
    if (!scene_ || !shown_ || Steady::now() < touched_at_) {
        return;
    }
    ui_.focus.reset();
    ui_.pressed = target_at(*scene_, point);
    paint();
}

void Session::release(Point point) {
    const auto pressed = std::exchange(ui_.pressed, std::nullopt);
    if (!scene_ || !pressed || target_at(*scene_, point) != pressed) {
        return;
    }
    const Action action = scene_->targets.at(*pressed).action;
    act(action);
}

void Session::move_focus(int by) {
    if (!scene_ || scene_->targets.empty()) {
        return;
    }
    const auto count = static_cast<int>(scene_->targets.size());
    const int here = ui_.focus ? static_cast<int>(*ui_.focus) : (by > 0 ? -1 : 0);
    ui_.focus = static_cast<std::size_t>((here + by + count) % count);
}

// Everything that can be touched can be reached with the keys (EN 301 549, 5.1.6).
void Session::key(SDL_Keycode key) {
    if (!scene_) {
        return;
    }
    if (key == SDLK_TAB || key == SDLK_RIGHT || key == SDLK_DOWN) {
        move_focus((SDL_GetModState() & KMOD_SHIFT) != 0 ? -1 : 1);
    } else if (key == SDLK_LEFT || key == SDLK_UP) {
        move_focus(-1);
    } else if ((key == SDLK_RETURN || key == SDLK_KP_ENTER || key == SDLK_SPACE) && ui_.focus &&
               *ui_.focus < scene_->targets.size()) {
        const Action action = scene_->targets[*ui_.focus].action;
        act(action);
    } else if (key == SDLK_ESCAPE) {
        const auto way_out = std::ranges::find_if(scene_->targets, [](const Target& target) {
            return target.action == Action{Touch{touch::Cancel{}}} ||
                   target.action == Action{Touch{touch::Dismiss{}}};
        });
        if (way_out != scene_->targets.end()) {
            const Action action = way_out->action;
            act(action);
        }
    }
}

void Session::act(const Action& action) {
    touched_at_ = Steady::now();
    if (const auto* touch = std::get_if<Touch>(&action)) {
        listener_.touched(shown_->number, *touch);
    } else if (const auto* language = std::get_if<ChangeLanguage>(&action)) {
        use_language(language->to);
    } else if (const auto* turn = std::get_if<TurnPage>(&action)) {
        ui_.page = turn->to;
        ui_.focus.reset();
    }
}

void Session::paint() {
    if (!shown_) {
        return;
    }
    reset_language_when_left_alone();
    const Size size = glass_.size();
    const Look look{.settings = settings_, .metrics = fonts_, .phrases = phrases_, .size = size, .ui = ui_};
    Scene next = layout(shown_->view, look, code_, now());
    const Rect whole{.x = 0, .y = 0, .width = size.width, .height = size.height};
    const Rect part = scene_ ? changed(*scene_, next) : whole;
    if (part.empty() || glass_.show(painter_, next, part)) {
        scene_ = std::move(next);
        if (!reported_) {
            reported_ = true;
            listener_.painted(shown_->number);
        }
    } else {
        scene_.reset();
    }
}

}  // namespace qrvend::display::sdl
