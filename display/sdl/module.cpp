// What libqrvend_display.so offers to the daemon.

#include "display/panel.hpp"
#include "display/sdl/image.hpp"
#include "display/sdl/thread.hpp"

extern "C" __attribute__((visibility("default"))) const qrvend::display::PanelModule* qrvend_display_module() {
    static constexpr qrvend::display::PanelModule module{.version = qrvend::display::panel_version,
                                                         .open = &qrvend::display::sdl::open_panel,
                                                         .write_png = &qrvend::display::sdl::write_png};
    return &module;
}
