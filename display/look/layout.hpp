#pragma once
// From a view to a scene: pure, and the same for the same arguments.

#include <cstddef>
#include <memory>
#include <optional>

#include "display/look/metrics.hpp"
#include "display/look/scene.hpp"
#include "display/look/texts.hpp"
#include "display/settings.hpp"

namespace qrvend::display {

/// What the customer has done to the screen itself.
struct Ui {
    int page = 0;                        ///< of the products; a number too high means the last
    std::optional<std::size_t> pressed;  ///< the target under the finger
    std::optional<std::size_t> focus;    ///< the target that the keyboard would choose
    bool operator==(const Ui&) const = default;
};

/// All that a scene depends on besides the view. The references are only used during the call.
struct Look {
    const Settings& settings;
    const Metrics& metrics;
    const Phrases& phrases;
    Size size;
    Ui ui;
};

/// `code` is make_qr() of the view's text where it has one: made once, not each second.
Scene layout(const View& view, const Look& look, const std::shared_ptr<const QrMatrix>& code, MonotonicTime now);

/// The code to scan of a view; nullptr where it has none to draw.
std::shared_ptr<const QrMatrix> code_of(const View& view);

/// When the scene will look different though nothing happens; nothing where never.
std::optional<MonotonicTime> next_change(const View& view, MonotonicTime now);

}  // namespace qrvend::display
