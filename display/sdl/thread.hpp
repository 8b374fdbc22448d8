#pragma once
// The display's thread: opens the window, serves it until it is lost, and tries again.

#include <memory>

#include "display/panel.hpp"

namespace qrvend::display::sdl {

std::unique_ptr<Panel> open_panel(Settings settings, std::shared_ptr<PanelListener> listener);

}  // namespace qrvend::display::sdl
