#pragma once
// The border between the daemon and the module that holds SDL (libqrvend_display.so): plain calls, no Asio. The
// module is never unloaded. Both sides are built from the same source; `panel_version` refuses a module of another
// build.

#include <cstdint>
#include <expected>
#include <filesystem>
#include <memory>
#include <string>

#include "controller/ports/screen.hpp"
#include "display/settings.hpp"

namespace qrvend::display {

/// Raised with every change of what crosses the border.
inline constexpr std::uint32_t panel_version = 1;

/// A view on its way to the glass.
struct Shown {
    std::uint64_t number = 0;  ///< of the view; a touch names the view that it was meant for
    View view;
    MonotonicTime now;  ///< when it was shown, by the daemon's clock
};

/// What the display's thread tells the daemon. All calls come from that thread; none may wait.
class PanelListener {
public:
    virtual ~PanelListener() = default;

    /// A touch on view `number`.
    virtual void touched(std::uint64_t number, Touch touch) = 0;

    /// A window stands (`driver` is SDL's name of the video driver).
    virtual void opened(std::string driver, Size size) = 0;

    /// No window could be made, or it is gone; another attempt follows.
    virtual void failed(std::string why) = 0;

    /// View `number` has been handed to the video driver.
    virtual void painted(std::uint64_t number) = 0;
};

/// A window and the thread that owns it. The calls return at once and may come from any thread.
class Panel {
public:
    /// Ends the thread. Waits for it at most a second: a thread that is stuck in a video driver is left behind.
    virtual ~Panel() = default;

    virtual void show(Shown shown) = 0;

    /// Asks the thread to repeat `question` in answer().
    virtual void ask(std::uint64_t question) = 0;
    virtual std::uint64_t answer() const = 0;
};

/// What the module offers.
struct PanelModule {
    std::uint32_t version = panel_version;

    std::unique_ptr<Panel> (*open)(Settings settings, std::shared_ptr<PanelListener> listener) = nullptr;

    std::expected<void, std::string> (*write_png)(const std::filesystem::path& out, const View& view,
                                                  Language language, const Settings& settings, Size size,
                                                  MonotonicTime now) = nullptr;
};

/// The name of the module's one symbol, a function without parameters that returns `const PanelModule*`.
inline constexpr const char* panel_symbol = "qrvend_display_module";
using PanelEntry = const PanelModule* (*)();

/// The module, loaded when it is first asked for: from the program's own folder, or from ../lib/qrvend beside it.
std::expected<const PanelModule*, std::string> load_panel_module();

}  // namespace qrvend::display
