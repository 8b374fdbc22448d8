#include <iostream>

#include "app/commands.hpp"
#include "config/config.hpp"
#include "display/display.hpp"

namespace qrvend::app {

int preview(const std::filesystem::path& out, const std::filesystem::path& config_file) {
    display::Settings settings;
    settings.languages.assign(display::all_languages.begin(), display::all_languages.end());
    if (!config_file.empty()) {
        if (check(config_file) != 0) {
            return exit_failed;
        }
        if (const auto config = config::load(config_file); config && config->display) {
            settings = *config->display;
        }
    }
    const auto written = display::preview(out, settings);
    if (!written) {
        std::cerr << "qrvend preview: " << written.error() << '\n';
        return exit_failed;
    }
    std::cout << *written << " pictures in " << out.string() << '\n';
    return 0;
}

}  // namespace qrvend::app
