#pragma once
// The screen of the machine: full-screen views by SDL, in a thread of their own, behind the interface Screen. SDL,
// the fonts and the painter live in a module (libqrvend_display.so) that is loaded when the first screen is made,
// so that a machine without a screen carries none of them.

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <cstdint>
#include <expected>
#include <filesystem>
#include <memory>
#include <string>

#include "controller/ports/clock.hpp"
#include "controller/ports/log.hpp"
#include "controller/ports/screen.hpp"
#include "display/settings.hpp"

namespace qrvend::display {

/// A screen on glass. A display that cannot be opened, or is lost, is logged and tried again (after 1 s, doubling
/// to 60 s); until it is back, views are remembered and no touch arrives.
class SdlScreen final : public Screen {
public:
    /// Never fails and never waits. `clock`, `log` and `io` must outlive the screen.
    SdlScreen(boost::asio::io_context& io, const Clock& clock, Settings settings, Log& log);
    ~SdlScreen() override;
    SdlScreen(const SdlScreen&) = delete;
    SdlScreen& operator=(const SdlScreen&) = delete;

    void show(View view) override;
    boost::asio::awaitable<Touch> next_touch() override;

    /// A window stands and can be painted on.
    bool working() const;

    /// Whether the display's thread has answered the question that the former call put to it; puts a new one. Ask
    /// at most once a second. True on the first call.
    bool responsive();

    /// The number of the newest view whose first frame was handed to the video driver; the first show() is number
    /// 1, and each show() of another view the next. For measurements.
    std::uint64_t newest_painted() const;

private:
    class Link;
    std::shared_ptr<Link> link_;
};

/// Whether the module can be loaded on this computer, and the error where it cannot.
std::expected<void, std::string> module_available();

/// Paints one view and writes it as PNG. Errors name the file or font.
std::expected<void, std::string> write_png(const std::filesystem::path& out, const View& view, Language language,
                                           const Settings& settings, Size size, MonotonicTime now);

/// Writes every view in every language, upright (1080x1920) and lying (1280x800), with sample data, into the folder
/// `out`, which is made where it is missing. Returns the number of files.
std::expected<int, std::string> preview(const std::filesystem::path& out, const Settings& settings);

}  // namespace qrvend::display
