#pragma once
// Reading small files whole, without being held up by what is not one: a pipe, a device, a folder.

#include <sys/types.h>

#include <cstddef>
#include <expected>
#include <filesystem>
#include <string>

namespace qrvend::config {

struct SmallFile {
    std::string content;
    mode_t mode = 0;  ///< permission bits
};

/// The content of the regular file `path`, or what stands in the way: "No such file or directory", "not a file",
/// "larger than 4096 bytes".
std::expected<SmallFile, std::string> read_small_file(const std::filesystem::path& path, std::size_t max_bytes);

/// What keeps `path` from being read as a regular file; empty where nothing does.
std::string why_unreadable(const std::filesystem::path& path);

}  // namespace qrvend::config
