#pragma once
// The directory that holds the journal: who may use it (one process, by flock(2) on a file in it), and room on its
// disk kept back for the sale under way (a file of real blocks that is given up when the disk is full).

#include <cstdint>
#include <expected>
#include <filesystem>
#include <string>

namespace qrvend::sqlite {

/// Why the journal cannot be used: names the file and says what to do about it.
struct OpenError {
    std::string text;
};

/// Owns one file descriptor.
class FileDescriptor {
public:
    explicit FileDescriptor(int number) : number_(number) {}
    FileDescriptor(FileDescriptor&& other) noexcept;
    FileDescriptor& operator=(FileDescriptor&& other) noexcept;
    ~FileDescriptor();

    int number() const { return number_; }
    bool is_open() const { return number_ >= 0; }

private:
    int number_;
};

/// An exclusive hold on a state directory, for as long as this lives. Ends with the process, however it ends.
class StateDirectory {
public:
    /// Creates the directory (mode 0700) where it is missing, and locks it.
    static std::expected<StateDirectory, OpenError> lock(const std::filesystem::path& path);

    /// Creates journal.db, empty and readable by its owner only, where it is missing. SQLite gives its other files
    /// the same mode.
    std::expected<void, OpenError> create_database_file() const;

    std::filesystem::path database_file() const { return path_ / "journal.db"; }
    std::filesystem::path log_file() const { return path_ / "journal.db-wal"; }
    std::filesystem::path reserve_file() const { return path_ / "reserve"; }
    const std::filesystem::path& path() const { return path_; }

private:
    StateDirectory(std::filesystem::path path, FileDescriptor lock)
        : path_(std::move(path)), lock_(std::move(lock)) {}

    std::filesystem::path path_;
    FileDescriptor lock_;
};

/// Room kept back on the disk. The facts of one sale take a few dozen KiB, and until the next checkpoint stand in
/// the write-ahead log as whole pages, about 20 KiB for each append.
class Reserve {
public:
    static constexpr std::uint64_t size_bytes = 1024UL * 1024UL;

    Reserve(std::filesystem::path file, std::uint64_t min_free_bytes)
        : file_(std::move(file)), min_free_bytes_(min_free_bytes) {}

    /// Sees to it that the reserve stands with all its blocks and that `min_free_bytes` more are free. The error
    /// says what is short, for people. Takes microseconds where nothing is to be done.
    std::expected<void, std::string> make_whole() const;

    /// Gives the room up. False where there was none to give.
    bool release() const;

private:
    bool is_whole() const;

    std::filesystem::path file_;
    std::uint64_t min_free_bytes_;
};

}  // namespace qrvend::sqlite
