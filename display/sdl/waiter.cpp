#include "display/sdl/waiter.hpp"

#include <SDL.h>
#include <SDL_syswm.h>
#include <dlfcn.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <filesystem>
#include <limits>
#include <system_error>
#include <utility>
#include <vector>

namespace qrvend::display::sdl {

namespace {

int milliseconds_until(std::optional<SteadyTime> deadline) {
    if (!deadline) {
        return -1;
    }
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(*deadline - std::chrono::steady_clock::now());
    return static_cast<int>(std::clamp<std::int64_t>(left.count(), 0, std::numeric_limits<int>::max()));
}

/// A file descriptor with an owner.
class File {
public:
    explicit File(int number = -1) : number_(number) {}
    ~File() {
        if (number_ >= 0) {
            close(number_);
        }
    }
    File(File&& other) noexcept : number_(std::exchange(other.number_, -1)) {}
    File& operator=(File&& other) noexcept {
        std::swap(number_, other.number_);
        return *this;
    }
    int number() const { return number_; }

    /// Reads away what is there.
    void drain() const {
        std::array<char, 4096> bytes{};
        while (read(number_, bytes.data(), bytes.size()) > 0) {
        }
    }

private:
    int number_;
};

constexpr const char* input_folder = "/dev/input";

/// The connection of X11 or Wayland, where the window has one; else -1.
int connection_of(SDL_Window* window) {
    SDL_SysWMinfo info;
    SDL_VERSION(&info.version);
    if (window == nullptr || SDL_GetWindowWMInfo(window, &info) != SDL_TRUE) {
        return -1;
    }
#ifdef SDL_VIDEO_DRIVER_X11
    if (info.subsystem == SDL_SYSWM_X11) {
        return ConnectionNumber(info.info.x11.display);
    }
#endif
#ifdef SDL_VIDEO_DRIVER_WAYLAND
    if (info.subsystem == SDL_SYSWM_WAYLAND) {
        void* library = dlopen("libwayland-client.so.0", RTLD_NOW | RTLD_NOLOAD);
        const auto get_fd = library == nullptr
                                ? nullptr
                                : reinterpret_cast<int (*)(wl_display*)>(dlsym(library, "wl_display_get_fd"));
        return get_fd == nullptr ? -1 : get_fd(info.info.wl.display);
    }
#endif
    return -1;
}

}  // namespace

class Waiter::Files {
public:
    explicit Files(int connection)
        : bell_(eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)),
          folder_(inotify_init1(IN_NONBLOCK | IN_CLOEXEC)),
          connection_(connection) {
        if (connection_ < 0) {
            inotify_add_watch(folder_.number(), input_folder, IN_CREATE | IN_DELETE | IN_ATTRIB);
            open_devices();
        }
    }

    void wait(std::optional<SteadyTime> deadline) {
        std::vector<pollfd> watched{{.fd = bell_.number(), .events = POLLIN, .revents = 0},
                                    {.fd = folder_.number(), .events = POLLIN, .revents = 0},
                                    {.fd = connection_, .events = POLLIN, .revents = 0}};
        for (const File& device : devices_) {
            watched.push_back({.fd = device.number(), .events = POLLIN, .revents = 0});
        }
        poll(watched.data(), watched.size(), milliseconds_until(deadline));
        bell_.drain();
        const bool device_gone = std::any_of(watched.begin() + 3, watched.end(), [](const pollfd& file) {
            return (file.revents & (POLLERR | POLLHUP | POLLNVAL)) != 0;
        });
        if (watched[1].revents != 0 || device_gone) {
            folder_.drain();
            open_devices();
        }
        // SDL reads the devices through descriptors of its own; these only tell that there is something to read.
        std::ranges::for_each(devices_, &File::drain);
    }

    void ring() {
        const std::uint64_t one = 1;
        // Fails only where the bell has been rung 2^64 - 2 times and not heard: it is ringing then.
        [[maybe_unused]] const auto written = write(bell_.number(), &one, sizeof one);
    }

private:
    void open_devices() {
        devices_.clear();
        std::error_code error;
        for (const auto& entry : std::filesystem::directory_iterator(input_folder, error)) {
            if (!entry.path().filename().string().starts_with("event")) {
                continue;
            }
            File device{open(entry.path().c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC)};
            if (device.number() >= 0) {
                devices_.push_back(std::move(device));
            }
        }
    }

    File bell_;
    File folder_;
    int connection_;
    std::vector<File> devices_;
};

Waiter::Waiter(SDL_Window* window) : files_(std::make_unique<Files>(connection_of(window))) {}

Waiter::~Waiter() = default;

void Waiter::wait(std::optional<SteadyTime> deadline) {
    // Painting may have read events into the library's own queue, where no descriptor shows them.
    SDL_PumpEvents();
    if (SDL_HasEvents(SDL_FIRSTEVENT, SDL_LASTEVENT) != SDL_TRUE) {
        files_->wait(deadline);
    }
}

void Waiter::ring() {
    files_->ring();
}

}  // namespace qrvend::display::sdl
