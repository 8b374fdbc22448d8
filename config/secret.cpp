#include "config/secret.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "config/files.hpp"

namespace qrvend::config {

namespace {

constexpr mode_t open_to_others = 0007;
constexpr mode_t open_to_group = 0070;

void check_permissions(const std::filesystem::path& path, mode_t mode, const Place& place, Problems& problems) {
    const std::string remedy = fmt::format("only its owner may: chmod 600 {}", path.native());
    if ((mode & open_to_others) != 0) {
        problems.error(place, fmt::format("everybody may use {} (mode {:04o})", path.native(), mode), remedy);
    } else if ((mode & open_to_group) != 0) {
        problems.warning(place, fmt::format("a whole group may use {} (mode {:04o})", path.native(), mode), remedy);
    }
}

void drop_line_end(std::string& text) {
    if (text.ends_with('\n')) {
        text.pop_back();
        if (text.ends_with('\r')) {
            text.pop_back();
        }
    }
}

/// Secrets travel in HTTP headers: printable ASCII without blanks (RFC 9110, 5.5).
bool is_one_word(const std::string& text) {
    return std::ranges::all_of(text, [](char one) { return one > ' ' && one <= '~'; });
}

}  // namespace

std::optional<std::string> read_secret(const std::filesystem::path& path, SecretKeeper keeper, const Place& place,
                                       Problems& problems) {
    auto file = read_small_file(path, max_secret_bytes);
    if (!file) {
        problems.error(place, fmt::format("{}: {}", path.native(), file.error()),
                       "the secret must be in a file that this user can read");
        return std::nullopt;
    }
    if (keeper == SecretKeeper::technician) {
        check_permissions(path, file->mode, place, problems);
    }
    drop_line_end(file->content);
    if (file->content.empty()) {
        problems.error(place, fmt::format("{} is empty", path.native()), "the secret must stand in it");
        return std::nullopt;
    }
    if (!is_one_word(file->content)) {
        problems.error(place, fmt::format("{} holds more than one word or odd characters", path.native()),
                       "only the secret may stand in it, on one line");
        return std::nullopt;
    }
    return std::move(file->content);
}

}  // namespace qrvend::config
