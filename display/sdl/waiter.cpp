#include "display/sdl/waiter.hpp"

#include <SDL.h>
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
#include <string_view>
#include <system_error>
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

/// X11 and Wayland: SDL sleeps on the connection to the display server, and an event of ours wakes it.
class EventWaiter final : public Waiter {
public:
    EventWaiter() : bell_(SDL_RegisterEvents(1)) {}

    void wait(std::optional<SteadyTime> deadline) override {
        // A null pointer leaves the event in SDL's queue.
        SDL_WaitEventTimeout(nullptr, milliseconds_until(deadline));
    }

    void ring() override {
        SDL_Event event{};
        event.type = bell_;
        SDL_PushEvent(&event);
    }

private:
    Uint32 bell_;
};

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

/// Anything else: poll() on the bell, the input devices, and the folder in which they come and go.
class DeviceWaiter final : public Waiter {
public:
    DeviceWaiter()
        : bell_(eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)), folder_(inotify_init1(IN_NONBLOCK | IN_CLOEXEC)) {
        inotify_add_watch(folder_.number(), input_folder, IN_CREATE | IN_DELETE | IN_ATTRIB);
        open_devices();
    }

    void wait(std::optional<SteadyTime> deadline) override {
        std::vector<pollfd> watched{{.fd = bell_.number(), .events = POLLIN, .revents = 0},
                                    {.fd = folder_.number(), .events = POLLIN, .revents = 0}};
        for (const File& device : devices_) {
            watched.push_back({.fd = device.number(), .events = POLLIN, .revents = 0});
        }
        poll(watched.data(), watched.size(), milliseconds_until(deadline));
        bell_.drain();
        const bool device_gone = std::ranges::any_of(
            watched, [](const pollfd& file) { return (file.revents & (POLLERR | POLLHUP | POLLNVAL)) != 0; });
        if (watched[1].revents != 0 || device_gone) {
            folder_.drain();
            open_devices();
        }
        // SDL reads the devices through descriptors of its own; these only tell that there is something to read.
        std::ranges::for_each(devices_, &File::drain);
    }

    void ring() override {
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
    std::vector<File> devices_;
};

}  // namespace

std::unique_ptr<Waiter> make_waiter(const char* driver) {
    const std::string_view name{driver == nullptr ? "" : driver};
    if (name == "x11" || name == "wayland") {
        return std::make_unique<EventWaiter>();
    }
    return std::make_unique<DeviceWaiter>();
}

}  // namespace qrvend::display::sdl
