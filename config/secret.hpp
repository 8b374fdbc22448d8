#pragma once
// Secrets live in files of their own: one line, readable by the daemon's user alone. No value ever enters a
// message.

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "config/problem.hpp"

namespace qrvend::config {

inline constexpr std::size_t max_secret_bytes = 4096;

/// Who watches over the permissions of a secret's file.
enum class SecretKeeper : std::uint8_t {
    technician,  ///< made the file: its permissions are checked
    systemd,     ///< the credentials directory: its permissions are systemd's affair
};

/// Reads the secret in `path`; one line feed at its end (or carriage return and line feed) is dropped. Nothing
/// where it cannot be used. Problems are reported at `place`, and name the file.
std::optional<std::string> read_secret(const std::filesystem::path& path, SecretKeeper keeper, const Place& place,
                                       Problems& problems);

}  // namespace qrvend::config
