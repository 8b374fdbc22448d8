#include "display/panel.hpp"

#include <dlfcn.h>
#include <fmt/format.h>

#include <array>
#include <system_error>

namespace qrvend::display {

namespace {

constexpr const char* file_name = "libqrvend_display.so";

std::filesystem::path module_path() {
    std::error_code error;
    const auto program = std::filesystem::read_symlink("/proc/self/exe", error);
    const auto folder = program.parent_path();
    for (const auto& candidate : {folder / file_name, folder.parent_path() / "lib" / "qrvend" / file_name}) {
        if (std::filesystem::exists(candidate, error)) {
            return candidate;
        }
    }
    return file_name;  // wherever the dynamic linker looks
}

std::expected<const PanelModule*, std::string> load() {
    void* library = dlopen(module_path().c_str(), RTLD_NOW | RTLD_LOCAL);
    if (library == nullptr) {
        return std::unexpected(fmt::format("cannot load the screen's module: {}", dlerror()));
    }
    const auto entry = reinterpret_cast<PanelEntry>(dlsym(library, panel_symbol));
    if (entry == nullptr) {
        return std::unexpected(fmt::format("the screen's module has no {}", panel_symbol));
    }
    const PanelModule* module = entry();
    if (module->version != panel_version) {
        return std::unexpected(fmt::format("the screen's module is of another build (version {}, needed is {})",
                                           module->version, panel_version));
    }
    return module;
}

}  // namespace

std::expected<const PanelModule*, std::string> load_panel_module() {
    static const auto module = load();  // dlopen() would count, not load again; a failure does not mend by itself
    return module;
}

}  // namespace qrvend::display
