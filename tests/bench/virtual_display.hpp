#pragma once
// An X server without a monitor (Xvfb), for as long as the object lives.

#include <optional>
#include <string>

#include "tests/support/process.hpp"

namespace qrvend::bench {

class VirtualDisplay {
public:
    /// A server with one screen of 1080x1920. Without Xvfb on this computer there is none: see name().
    VirtualDisplay();

    /// The value for DISPLAY, such as ":1"; empty where there is no server.
    const std::string& name() const { return name_; }

    /// SDL's name of the video driver that paints then: "x11", or "dummy", which paints for nobody.
    std::string video_driver() const { return name_.empty() ? "dummy" : "x11"; }

private:
    std::optional<test::Process> server_;
    std::string name_;
};

/// The size in which everything is painted here.
inline constexpr int glass_width_px = 1080;
inline constexpr int glass_height_px = 1920;

}  // namespace qrvend::bench
