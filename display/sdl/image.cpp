#include "display/sdl/image.hpp"

#include <fmt/format.h>

#include "display/sdl/image_files.hpp"
#include "display/sdl/painter.hpp"

namespace qrvend::display::sdl {

Surface paint(const View& view, const Phrases& phrases, const Settings& settings, const Fonts& fonts, Size size,
              MonotonicTime now) {
    Surface surface{SDL_CreateRGBSurfaceWithFormat(0, size.width, size.height, 32, SDL_PIXELFORMAT_XRGB8888)};
    if (surface) {
        const Look look{.settings = settings, .metrics = fonts, .phrases = phrases, .size = size, .ui = {}};
        const Scene scene = layout(view, look, code_of(view), now);
        Painter{fonts}.paint(*surface, scene, {.x = 0, .y = 0, .width = size.width, .height = size.height});
    }
    return surface;
}

std::expected<void, std::string> write_png(const std::filesystem::path& out, const View& view, Language language,
                                           const Settings& settings, Size size, MonotonicTime now) {
    const auto fonts = Fonts::open(settings);
    if (!fonts) {
        return std::unexpected(fonts.error());
    }
    const Surface surface = paint(view, Phrases{language}, settings, **fonts, size, now);
    if (!surface || !save_png(*surface, out.c_str())) {
        return std::unexpected(fmt::format("cannot write {}: {}", out.string(), SDL_GetError()));
    }
    return {};
}

}  // namespace qrvend::display::sdl
