#include "tests/support/faulty_vfs.hpp"

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string_view>

namespace qrvend::test {

namespace {

std::string contents(const std::string& path) {
    std::ifstream stream(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(stream), {}};
}

using namespace std::string_view_literals;

constexpr std::array call_names{"open"sv,   "access"sv, "read"sv,     "size"sv,   "lock"sv,
                                "unlock"sv, "write"sv,  "truncate"sv, "remove"sv, "sync"sv};

void overwrite(std::string& bytes, std::size_t offset, const std::string& with) {
    if (with.empty()) {
        return;
    }
    bytes.resize(std::max(bytes.size(), offset + with.size()));
    bytes.replace(offset, with.size(), with);
}

}  // namespace

// SQLite allocates szOsFile bytes: this, and the real file's own right behind it.
struct FaultyVfs::File {
    sqlite3_file base;
    FaultyVfs* vfs;
    std::string* path;

    static File* of(sqlite3_file* file) { return reinterpret_cast<File*>(file); }
    static sqlite3_file* real(sqlite3_file* file) { return reinterpret_cast<sqlite3_file*>(of(file) + 1); }
};

// A shorter length is taken for durable at once, which is the worse case for what was to be kept.
void FaultyVfs::Durable::shrink(std::size_t size) {
    bytes.resize(std::min(bytes.size(), size));
    for (auto& [offset, written] : unsynced) {
        written.resize(std::min(written.size(), size - std::min(size, offset)));
    }
}

struct FaultyVfs::Methods {
    static FaultyVfs* self(sqlite3_vfs* vfs) { return static_cast<FaultyVfs*>(vfs->pAppData); }

    static int open(sqlite3_vfs* vfs, sqlite3_filename path, sqlite3_file* file, int flags, int* out_flags) {
        auto* faulty = self(vfs);
        file->pMethods = nullptr;
        if (faulty->judge(Call::open, path) != Verdict::pass) {
            return SQLITE_CANTOPEN;
        }
        const std::string before = contents(path);
        const int code = faulty->real_->xOpen(faulty->real_, path, File::real(file), flags, out_flags);
        if (code == SQLITE_OK) {
            File::of(file)->vfs = faulty;
            File::of(file)->path = new std::string(path);
            const std::lock_guard lock(faulty->mutex_);
            faulty->files_.try_emplace(path, Durable{.bytes = before, .unsynced = {}});
            file->pMethods = &table;
        }
        return code;
    }

    static int remove(sqlite3_vfs* vfs, const char* path, int sync_directory) {
        auto* faulty = self(vfs);
        if (faulty->judge(Call::remove, path) != Verdict::pass) {
            return SQLITE_IOERR_DELETE;
        }
        const std::lock_guard lock(faulty->mutex_);
        faulty->files_.erase(path);
        return faulty->real_->xDelete(faulty->real_, path, sync_directory);
    }

    static int access(sqlite3_vfs* vfs, const char* path, int flags, int* result) {
        auto* faulty = self(vfs);
        if (faulty->judge(Call::access, path) != Verdict::pass) {
            return SQLITE_IOERR_ACCESS;
        }
        return faulty->real_->xAccess(faulty->real_, path, flags, result);
    }

    static int close(sqlite3_file* file) {
        delete File::of(file)->path;
        return File::real(file)->pMethods->xClose(File::real(file));
    }

    static bool fails(sqlite3_file* file, Call call) {
        return File::of(file)->vfs->judge(call, File::of(file)->path->c_str()) != Verdict::pass;
    }

    static int read(sqlite3_file* file, void* bytes, int size, sqlite3_int64 offset) {
        if (fails(file, Call::read)) {
            return SQLITE_IOERR_READ;
        }
        return File::real(file)->pMethods->xRead(File::real(file), bytes, size, offset);
    }

    static int write(sqlite3_file* file, const void* bytes, int size, sqlite3_int64 offset) {
        auto* faulty = File::of(file)->vfs;
        const Verdict verdict = faulty->judge(Call::write, File::of(file)->path->c_str());
        if (verdict != Verdict::pass) {
            size /= 2;
        }
        if (verdict == Verdict::pass || !faulty->is_dark()) {
            const int code = File::real(file)->pMethods->xWrite(File::real(file), bytes, size, offset);
            const std::lock_guard lock(faulty->mutex_);
            faulty->files_[*File::of(file)->path].unsynced.emplace_back(
                static_cast<std::size_t>(offset),
                std::string(static_cast<const char*>(bytes), static_cast<std::size_t>(size)));
            if (verdict == Verdict::pass) {
                return code;
            }
        }
        return verdict == Verdict::full ? SQLITE_FULL : SQLITE_IOERR_WRITE;
    }

    static int truncate(sqlite3_file* file, sqlite3_int64 size) {
        auto* faulty = File::of(file)->vfs;
        if (fails(file, Call::truncate)) {
            return SQLITE_IOERR_TRUNCATE;
        }
        const std::lock_guard lock(faulty->mutex_);
        faulty->files_[*File::of(file)->path].shrink(static_cast<std::size_t>(size));
        return File::real(file)->pMethods->xTruncate(File::real(file), size);
    }

    static int sync(sqlite3_file* file, int /*flags*/) {
        auto* faulty = File::of(file)->vfs;
        faulty->wait_while_held();
        if (fails(file, Call::sync)) {
            return SQLITE_IOERR_FSYNC;
        }
        const std::lock_guard lock(faulty->mutex_);
        ++faulty->syncs_;
        auto& durable = faulty->files_[*File::of(file)->path];
        for (const auto& [offset, bytes] : durable.unsynced) {
            overwrite(durable.bytes, offset, bytes);
        }
        durable.unsynced.clear();
        // The real disk need not sync: it is this one whose power is cut.
        return SQLITE_OK;
    }

    static int size(sqlite3_file* file, sqlite3_int64* bytes) {
        if (fails(file, Call::size)) {
            return SQLITE_IOERR_FSTAT;
        }
        return File::real(file)->pMethods->xFileSize(File::real(file), bytes);
    }
    static int lock(sqlite3_file* file, int level) {
        if (fails(file, Call::lock)) {
            return SQLITE_IOERR_LOCK;
        }
        return File::real(file)->pMethods->xLock(File::real(file), level);
    }
    static int unlock(sqlite3_file* file, int level) {
        if (fails(file, Call::unlock)) {
            return SQLITE_IOERR_UNLOCK;
        }
        return File::real(file)->pMethods->xUnlock(File::real(file), level);
    }
    static int check_reserved(sqlite3_file* file, int* is_reserved) {
        return File::real(file)->pMethods->xCheckReservedLock(File::real(file), is_reserved);
    }
    static int control(sqlite3_file* file, int operation, void* argument) {
        return File::real(file)->pMethods->xFileControl(File::real(file), operation, argument);
    }
    static int sector_size(sqlite3_file* file) { return File::real(file)->pMethods->xSectorSize(File::real(file)); }
    static int characteristics(sqlite3_file* file) {
        return File::real(file)->pMethods->xDeviceCharacteristics(File::real(file));
    }

    // Version 1 has no shared memory: the journal does without.
    static constexpr sqlite3_io_methods table = {
        .iVersion = 1,
        .xClose = close,
        .xRead = read,
        .xWrite = write,
        .xTruncate = truncate,
        .xSync = sync,
        .xFileSize = size,
        .xLock = lock,
        .xUnlock = unlock,
        .xCheckReservedLock = check_reserved,
        .xFileControl = control,
        .xSectorSize = sector_size,
        .xDeviceCharacteristics = characteristics,
    };
};

FaultyVfs::FaultyVfs() : real_(sqlite3_vfs_find(nullptr)), vfs_(*real_) {
    vfs_.szOsFile = static_cast<int>(sizeof(File)) + real_->szOsFile;
    vfs_.zName = name;
    vfs_.pAppData = this;
    vfs_.pNext = nullptr;
    vfs_.xOpen = Methods::open;
    vfs_.xDelete = Methods::remove;
    vfs_.xAccess = Methods::access;
    sqlite3_vfs_register(&vfs_, 0);
}

FaultyVfs::~FaultyVfs() {
    sqlite3_vfs_unregister(&vfs_);
}

void FaultyVfs::arm(std::uint64_t nth, Fault fault, Calls calls) {
    const std::lock_guard lock(mutex_);
    countdown_ = nth;
    fault_ = fault;
    calls_ = calls;
    has_struck_ = false;
}

void FaultyVfs::disarm() {
    const std::lock_guard lock(mutex_);
    countdown_ = 0;
    has_struck_ = false;
}

bool FaultyVfs::has_struck() const {
    const std::lock_guard lock(mutex_);
    return has_struck_;
}

bool FaultyVfs::is_dark() const {
    const std::lock_guard lock(mutex_);
    return has_struck_ && fault_ == Fault::power_cut;
}

std::string FaultyVfs::struck_at() const {
    const std::lock_guard lock(mutex_);
    return struck_at_;
}

FaultyVfs::Verdict FaultyVfs::judge(Call call, const char* path) {
    const std::lock_guard lock(mutex_);
    const bool is_full = fault_ == Fault::full || fault_ == Fault::full_for_good;
    const bool counts = is_full ? call == Call::write : calls_ == Calls::all || call >= Call::write;
    if (!counts) {
        return Verdict::pass;
    }
    const bool strikes = countdown_ > 0 && --countdown_ == 0;
    if (strikes) {
        has_struck_ = true;
        struck_at_ = std::string(call_names.at(static_cast<std::size_t>(call))) + " " +
                     std::filesystem::path(path).filename().string();
    }
    const bool goes_on = has_struck_ && fault_ != Fault::io_error && fault_ != Fault::full;
    if (!strikes && !goes_on) {
        return Verdict::pass;
    }
    return is_full ? Verdict::full : Verdict::io_error;
}

void FaultyVfs::lose_unsynced(Survivors survivors) {
    const std::lock_guard lock(mutex_);
    for (auto& [path, durable] : files_) {
        for (std::size_t index = 0; index < durable.unsynced.size(); ++index) {
            const auto& [offset, bytes] = durable.unsynced[index];
            if (survivors == Survivors::every_second && index % 2 == 0) {
                overwrite(durable.bytes, offset, bytes);
            } else if (survivors == Survivors::halves) {
                overwrite(durable.bytes, offset, bytes.substr(0, bytes.size() / 2));
            }
        }
        durable.unsynced.clear();
        if (std::filesystem::exists(path)) {
            std::ofstream(path, std::ios::binary | std::ios::trunc) << durable.bytes;
        }
    }
}

void FaultyVfs::hold_syncs() {
    const std::lock_guard lock(mutex_);
    hold_ = true;
}

void FaultyVfs::release_syncs() {
    const std::lock_guard lock(mutex_);
    hold_ = false;
    changed_.notify_all();
}

void FaultyVfs::await_held_sync() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return is_held_; });
}

void FaultyVfs::wait_while_held() {
    std::unique_lock lock(mutex_);
    is_held_ = hold_;
    changed_.notify_all();
    changed_.wait(lock, [this] { return !hold_; });
    is_held_ = false;
}

std::uint64_t FaultyVfs::syncs() const {
    const std::lock_guard lock(mutex_);
    return syncs_;
}

}  // namespace qrvend::test
