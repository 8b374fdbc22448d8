#pragma once
// A pseudo-terminal under a stable name, as an adapter with a link in /dev/serial/by-id has it; and an event loop
// on simulated time that gives the kernel the moment that it needs to pass bytes on.

#include <doctest/doctest.h>
#include <fcntl.h>
#include <stdlib.h>
#include <termios.h>
#include <unistd.h>

#include <array>
#include <boost/asio/io_context.hpp>
#include <chrono>
#include <concepts>
#include <filesystem>
#include <string>
#include <thread>

#include "drivers/simulated/clock.hpp"

namespace qrvend::test {

class Pty {
public:
    explicit Pty(std::filesystem::path name) : name_(std::move(name)) { plug_in(); }
    ~Pty() { unplug(); }
    Pty(const Pty&) = delete;
    Pty& operator=(const Pty&) = delete;

    void plug_in() {
        master_ = ::posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC | O_NONBLOCK);
        REQUIRE(master_ >= 0);
        REQUIRE(::grantpt(master_) == 0);
        REQUIRE(::unlockpt(master_) == 0);
        std::array<char, 64> device{};
        REQUIRE(::ptsname_r(master_, device.data(), device.size()) == 0);
        std::filesystem::create_symlink(device.data(), name_);
    }
    void unplug() {
        if (master_ >= 0) {
            ::close(master_);
            master_ = -1;
            std::filesystem::remove(name_);
        }
    }

    void write(std::string_view bytes) const {
        REQUIRE(::write(master_, bytes.data(), bytes.size()) == static_cast<ssize_t>(bytes.size()));
    }
    /// What has arrived since the last call.
    std::string read() const {
        std::array<char, 4096> bytes{};
        const ssize_t count = ::read(master_, bytes.data(), bytes.size());
        return count > 0 ? std::string(bytes.data(), static_cast<std::size_t>(count)) : std::string();
    }

private:
    std::filesystem::path name_;
    int master_ = -1;
};

struct PtyLoop {
    ~PtyLoop() { clock.abandon(std::move(io)); }

    void pass(milliseconds time) { clock.run_for(*io, time); }

    /// Lets time pass in small steps until `done`; false where that does not come about within `patience`.
    template <std::predicate Done>
    bool until(Done done, milliseconds patience = std::chrono::minutes(1)) {
        const MonotonicTime end = clock.now().monotonic + patience;
        while (clock.now().monotonic < end) {
            if (done()) {
                return true;
            }
            pass(milliseconds(10));
            std::this_thread::sleep_for(std::chrono::microseconds(200));
        }
        return done();
    }

    simulated::SimulatedClock clock;
    std::unique_ptr<boost::asio::io_context> io = std::make_unique<boost::asio::io_context>();
};

}  // namespace qrvend::test
