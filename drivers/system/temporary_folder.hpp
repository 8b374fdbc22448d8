#pragma once
// A folder of one's own among the temporary files, for demos, measurements and tests.

#include <filesystem>
#include <string>

namespace qrvend {

class TemporaryFolder {
public:
    /// Makes the folder, usable by its owner only. Throws std::runtime_error, naming the place, where that fails.
    TemporaryFolder();

    /// Removes it with all that is in it; what cannot be removed stays.
    ~TemporaryFolder();

    TemporaryFolder(const TemporaryFolder&) = delete;
    TemporaryFolder& operator=(const TemporaryFolder&) = delete;

    const std::filesystem::path& path() const { return path_; }

    /// The path of a file in it.
    std::string file(const std::string& name) const { return (path_ / name).string(); }

private:
    std::filesystem::path path_;
};

}  // namespace qrvend
