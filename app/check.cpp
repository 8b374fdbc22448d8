#include <iostream>

#include "app/commands.hpp"
#include "config/config.hpp"
#include "config/schema.hpp"

namespace qrvend::app {

int check(const std::filesystem::path& config_file) {
    const auto config = config::load(config_file);
    const auto& problems = config ? config->warnings : config.error();
    for (const config::Problem& problem : problems) {
        std::cerr << to_string(problem) << '\n';
    }
    if (!config) {
        return exit_failed;
    }
    std::cout << config_file.string() << ": " << config->products.size() << " products, "
              << config->payment.provider << ", " << config->machine.driver << " machine: fit to start\n";
    return 0;
}

int print_schema() {
    std::cout << config::schema();
    return 0;
}

}  // namespace qrvend::app
