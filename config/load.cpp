#include <algorithm>
#include <array>
#include <cstdlib>

#include "config/config.hpp"
#include "config/files.hpp"
#include "config/reader.hpp"
#include "config/sections.hpp"
#include "config/tree.hpp"

namespace qrvend::config {

namespace {

LogLevel log_level(std::string_view name) {
    struct Named {
        std::string_view name;
        LogLevel level;
    };
    constexpr std::array levels{
        Named{"critical", LogLevel::critical}, Named{"error", LogLevel::error}, Named{"warning", LogLevel::warning},
        Named{"notice", LogLevel::notice},     Named{"info", LogLevel::info},   Named{"debug", LogLevel::debug},
    };
    const auto* const found = std::ranges::find(levels, name, &Named::name);
    return found == levels.end() ? LogLevel::notice : found->level;
}

void check_rules(const Record& root, Problems& problems) {
    check_products(root, problems);
    check_machine(root, problems);
    check_payment(root, problems);
    check_display(root, problems);
    check_web(root, problems);
}

Config settings(const Record& root) {
    return {.kiosk = kiosk_settings(root),
            .products = product_settings(root),
            .machine = machine_settings(root),
            .payment = payment_settings(root),
            .display = display_settings(root),
            .web = web_settings(root),
            .state_directory = root.text("state_directory").value(),
            .log_level = log_level(root.text("log_level").value()),
            .warnings = {}};
}

}  // namespace

Surroundings Surroundings::of_this_process() {
    const char* const directory = std::getenv("CREDENTIALS_DIRECTORY");
    if (directory == nullptr || *directory == '\0') {
        return {};
    }
    return {.credentials_directory = directory};
}

std::expected<Config, std::vector<Problem>> load(const std::filesystem::path& file,
                                                 const Surroundings& surroundings) {
    const auto content = read_small_file(file, max_file_bytes);
    if (!content) {
        Problems problems(file.native());
        problems.error({.path = "(file)"}, content.error(), "a config file that can be read must be there");
        return std::unexpected(std::move(problems).take());
    }
    return load_text(content->content, file, surroundings);
}

std::expected<Config, std::vector<Problem>> load_text(std::string_view text, const std::filesystem::path& file,
                                                      const Surroundings& surroundings) {
    Problems problems(file.native());
    const auto tree = parse_tree(text, problems);
    if (!tree) {
        return std::unexpected(std::move(problems).take());
    }
    if (tree->kind != Node::Kind::object) {
        problems.error({.line = tree->line, .path = "(file)"}, "found " + describe(*tree),
                       "allowed is an object {...}");
        return std::unexpected(std::move(problems).take());
    }
    Reader reader(std::filesystem::absolute(file).parent_path(), surroundings, problems);
    const Record root = reader.read(*tree, root_section(), {.line = tree->line, .path = ""});
    check_rules(root, problems);
    if (problems.has_error()) {
        return std::unexpected(std::move(problems).take());
    }
    Config config = settings(root);
    config.warnings = std::move(problems).take();
    return config;
}

}  // namespace qrvend::config
