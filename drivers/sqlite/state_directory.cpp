#include "drivers/sqlite/state_directory.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>
#include <utility>

namespace qrvend::sqlite {

namespace {

constexpr mode_t owner_only_file = 0600;
constexpr mode_t owner_only_directory = 0700;

std::string reason(int error_number) {
    return std::generic_category().message(error_number);
}

FileDescriptor open_file(const std::filesystem::path& file, int flags) {
    return FileDescriptor(::open(file.c_str(), flags | O_CLOEXEC, owner_only_file));
}

std::unexpected<OpenError> cannot(std::string_view what, const std::filesystem::path& file, int error_number) {
    return std::unexpected(OpenError{fmt::format("cannot {} {}: {}", what, file.string(), reason(error_number))});
}

}  // namespace

FileDescriptor::FileDescriptor(FileDescriptor&& other) noexcept : number_(std::exchange(other.number_, -1)) {}

FileDescriptor& FileDescriptor::operator=(FileDescriptor&& other) noexcept {
    std::swap(number_, other.number_);
    return *this;
}

FileDescriptor::~FileDescriptor() {
    if (is_open()) {
        ::close(number_);
    }
}

std::expected<StateDirectory, OpenError> StateDirectory::lock(const std::filesystem::path& path) {
    if (::mkdir(path.c_str(), owner_only_directory) != 0 && errno != EEXIST) {
        return cannot("create the state directory", path, errno);
    }
    const auto lock_file = path / "lock";
    FileDescriptor lock = open_file(lock_file, O_RDWR | O_CREAT);
    if (!lock.is_open()) {
        return cannot("open", lock_file, errno);
    }
    if (::flock(lock.number(), LOCK_EX | LOCK_NB) != 0) {
        if (errno != EWOULDBLOCK) {
            return cannot("lock", lock_file, errno);
        }
        return std::unexpected(OpenError{fmt::format(
            "{} is in use by another qrvend, and only one process may write a journal: stop that one first "
            "('fuser {}' names it), or name another state_directory",
            path.string(), lock_file.string())});
    }
    return StateDirectory(path, std::move(lock));
}

std::expected<void, OpenError> StateDirectory::create_database_file() const {
    const FileDescriptor file = open_file(database_file(), O_RDWR | O_CREAT);
    if (!file.is_open()) {
        return cannot("open", database_file(), errno);
    }
    if (::fchmod(file.number(), owner_only_file) != 0) {
        return cannot("set the mode of", database_file(), errno);
    }
    // The name must survive a power cut as surely as what will be written under it.
    const FileDescriptor directory = open_file(path_, O_RDONLY | O_DIRECTORY);
    if (!directory.is_open() || ::fsync(directory.number()) != 0) {
        return cannot("write the directory", path_, errno);
    }
    return {};
}

std::expected<void, std::string> Reserve::make_whole() const {
    if (!is_whole()) {
        const FileDescriptor file = open_file(file_, O_RDWR | O_CREAT);
        const int error = file.is_open() ? ::posix_fallocate(file.number(), 0, size_bytes) : errno;
        if (error != 0) {
            return std::unexpected(
                fmt::format("cannot set {} KiB aside in {}: {}", size_bytes / 1024, file_.string(), reason(error)));
        }
    }
    struct statvfs disk{};
    if (::statvfs(file_.c_str(), &disk) != 0) {
        return std::unexpected(
            fmt::format("cannot ask how full the disk of {} is: {}", file_.string(), reason(errno)));
    }
    const std::uint64_t free_bytes = std::uint64_t{disk.f_bavail} * disk.f_frsize;
    if (free_bytes < min_free_bytes_) {
        return std::unexpected(fmt::format("{} KiB are free on the disk of {}, at least {} are needed",
                                           free_bytes / 1024, file_.string(), min_free_bytes_ / 1024));
    }
    return {};
}

bool Reserve::release() const {
    if (::unlink(file_.c_str()) != 0) {
        return false;
    }
    // Some file systems hand freed blocks out only after their own next commit. If this fails, the write that
    // follows finds no room and says so.
    const FileDescriptor directory = open_file(file_.parent_path(), O_RDONLY | O_DIRECTORY);
    if (directory.is_open()) {
        ::syncfs(directory.number());
    }
    return true;
}

bool Reserve::is_whole() const {
    struct stat status{};
    constexpr std::uint64_t stat_block_bytes = 512;  // whatever the file system's own block size (stat(2))
    return ::stat(file_.c_str(), &status) == 0 && S_ISREG(status.st_mode) &&
           std::cmp_equal(status.st_size, size_bytes) &&
           static_cast<std::uint64_t>(status.st_blocks) * stat_block_bytes >= size_bytes;
}

}  // namespace qrvend::sqlite
