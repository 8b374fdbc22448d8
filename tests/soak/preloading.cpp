#include "tests/soak/preloading.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cstdlib>
#include <ctime>
#include <new>
#include <stdexcept>
#include <string>

#include "tests/support/process.hpp"

namespace qrvend::soak {

namespace {

// The C library keeps freed blocks of each size at hand for each thread, and counts them as in use: up to 200 KiB
// that come together over thousands of sales, and look like a leak.
constexpr const char* tunables_variable = "GLIBC_TUNABLES";

void set(const char* variable, const std::string& value) {
    ::setenv(variable, value.c_str(), 1);
}

std::string boot_time_ns() {
    timespec now{};
    clock_gettime(CLOCK_BOOTTIME, &now);
    return std::to_string(now.tv_sec * 1'000'000'000 + now.tv_nsec);
}

}  // namespace

Preloading::Preloading(int speed) {
    const std::filesystem::path library = test::build_directory() + "/libsoak_preload.so";
    if (!std::filesystem::exists(library)) {
        throw std::runtime_error(library.string() + " is missing");
    }
    set(speed_variable, std::to_string(speed));
    set(since_variable, boot_time_ns());
    set("LD_PRELOAD", library);
}

Preloading::~Preloading() {
    for (const char* variable : {speed_variable, since_variable, "LD_PRELOAD"}) {
        ::unsetenv(variable);
    }
}

HeapWatch::HeapWatch(const std::filesystem::path& file) {
    const int opened = ::open(file.c_str(), O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, S_IRUSR | S_IWUSR);
    const bool sized = opened >= 0 && ::ftruncate(opened, sizeof(HeapPage)) == 0;
    void* memory =
        sized ? ::mmap(nullptr, sizeof(HeapPage), PROT_READ | PROT_WRITE, MAP_SHARED, opened, 0) : MAP_FAILED;
    ::close(opened);
    if (memory == MAP_FAILED) {
        throw std::runtime_error("no page of memory in " + file.string());
    }
    page_ = new (memory) HeapPage;
    set(heap_variable, file);
    set(tunables_variable, "glibc.malloc.tcache_count=0");
}

HeapWatch::~HeapWatch() {
    started();
    ::munmap(page_, sizeof(HeapPage));
}

void HeapWatch::started() {
    ::unsetenv(heap_variable);
    ::unsetenv(tunables_variable);
}

void HeapWatch::ask() {
    ++page_->asked;
}

std::optional<std::uint64_t> HeapWatch::answer() const {
    return page_->answered == page_->asked ? std::optional{page_->bytes.load()} : std::nullopt;
}

}  // namespace qrvend::soak
