#include "config/files.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

namespace qrvend::config {

namespace {

constexpr mode_t permission_bits = 07777;

std::string last_error() {
    return std::generic_category().message(errno);
}

/// An open file, closed at the end of its life.
class Descriptor {
public:
    // Without O_NONBLOCK a pipe that nobody writes to would hold the start up for ever.
    explicit Descriptor(const std::filesystem::path& path)
        : number_(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK)) {}
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    ~Descriptor() {
        if (number_ >= 0) {
            ::close(number_);
        }
    }

    int number() const { return number_; }

private:
    int number_;
};

/// What keeps an opened file from being read; empty where nothing does.
std::string why_not_a_file(const Descriptor& file, struct stat& status) {
    if (file.number() < 0 || ::fstat(file.number(), &status) != 0) {
        return last_error();
    }
    return S_ISREG(status.st_mode) ? "" : "not a file";
}

}  // namespace

std::expected<SmallFile, std::string> read_small_file(const std::filesystem::path& path, std::size_t max_bytes) {
    const Descriptor file(path);
    struct stat status{};
    if (std::string why = why_not_a_file(file, status); !why.empty()) {
        return std::unexpected(std::move(why));
    }
    // One byte more than allowed is asked for: a file may grow while it is read.
    std::string content(max_bytes + 1, '\0');
    std::size_t filled = 0;
    while (filled < content.size()) {
        const ssize_t count = ::read(file.number(), content.data() + filled, content.size() - filled);
        if (count < 0 && errno == EINTR) {
            continue;
        }
        if (count < 0) {
            return std::unexpected(last_error());
        }
        if (count == 0) {
            break;
        }
        filled += static_cast<std::size_t>(count);
    }
    if (filled > max_bytes) {
        return std::unexpected(fmt::format("larger than {} bytes", max_bytes));
    }
    content.resize(filled);
    return SmallFile{.content = std::move(content), .mode = status.st_mode & permission_bits};
}

std::string why_unreadable(const std::filesystem::path& path) {
    const Descriptor file(path);
    struct stat status{};
    return why_not_a_file(file, status);
}

}  // namespace qrvend::config
