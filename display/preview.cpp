// Sample data for every view, so that a technician can look at a theme before a machine shows it.

#include <fmt/format.h>

#include <array>
#include <system_error>
#include <utility>

#include "display/display.hpp"
#include "display/samples.hpp"

namespace qrvend::display {

namespace {

constexpr std::array sizes{Size{.width = 1080, .height = 1920}, Size{.width = 1280, .height = 800}};

}  // namespace

std::expected<int, std::string> preview(const std::filesystem::path& out, const Settings& settings) {
    std::error_code error;
    std::filesystem::create_directories(out, error);
    if (error) {
        return std::unexpected(fmt::format("cannot make {}: {}", out.string(), error.message()));
    }
    int written = 0;
    for (const Language language : all_languages) {
        for (const Size size : sizes) {
            for (const Sample& sample : samples(language)) {
                const auto file =
                    out / fmt::format("{}-{}-{}x{}.png", sample.name, code_of(language), size.width, size.height);
                const auto done = write_png(file, sample.view, language, settings, size, sample_time);
                if (!done) {
                    return std::unexpected(done.error());
                }
                ++written;
            }
        }
    }
    return written;
}

}  // namespace qrvend::display
