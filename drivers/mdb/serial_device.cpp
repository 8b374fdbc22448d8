#include "drivers/mdb/serial_device.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <termios.h>
#include <unistd.h>

#include <cerrno>
#include <string_view>
#include <system_error>
#include <utility>

namespace qrvend::mdb {

namespace {

MachineFault fault(const std::string& device, std::string code, std::string_view what, int error) {
    return {.code = std::move(code),
            .detail = fmt::format("{}: {} ({})", device, what, std::generic_category().message(error))};
}

MachineFault cannot_open(const std::string& device, int error) {
    switch (error) {
        case ENOENT:
        case ENXIO:
        case ENODEV:
            return fault(device, "no_device", "there is no such device: plug the adapter in, or correct the name",
                         error);
        case EACCES:
        case EPERM:
            return fault(device, "no_permission", "this user may not use it: add the user to the group dialout",
                         error);
        case EBUSY:
        case EWOULDBLOCK:
            return fault(device, "port_in_use", "another program uses it: stop that program", error);
        case ENOTTY:
        case EINVAL:
        case EISDIR:
            return fault(device, "not_a_port", "it is not a serial port that takes these settings", error);
        default:
            return fault(device, "cannot_open", "it cannot be opened", error);
    }
}

// A pseudo-terminal is known by its number (Linux, Documentation/admin-guide/devices.txt).
bool is_pseudo_terminal(int descriptor) {
    constexpr unsigned first = 136;
    constexpr unsigned last = 143;
    struct stat status{};
    return ::fstat(descriptor, &status) == 0 && major(status.st_rdev) >= first && major(status.st_rdev) <= last;
}

// flock(2) keeps out programs that ask, TIOCEXCL (ioctl_tty(2)) those that do not, such as a modem manager. On a
// pseudo-terminal the latter would outlive us and keep ourselves out.
bool claim(int descriptor) {
    return ::flock(descriptor, LOCK_EX | LOCK_NB) == 0 &&
           (is_pseudo_terminal(descriptor) || ::ioctl(descriptor, TIOCEXCL) == 0);
}

// HUPCL stays off, so that a restart of ours does not pull at the adapter's control lines.
bool set_up(int descriptor, Baud baud) {
    termios settings{};
    if (::tcgetattr(descriptor, &settings) != 0) {
        return false;
    }
    ::cfmakeraw(&settings);
    settings.c_cflag &= ~static_cast<tcflag_t>(CSTOPB | CRTSCTS | HUPCL);
    settings.c_cflag |= CLOCAL | CREAD;
    settings.c_iflag |= IGNBRK;
    settings.c_cc[VMIN] = 1;
    settings.c_cc[VTIME] = 0;
    const speed_t speed = baud == Baud::b9600 ? B9600 : B115200;
    return ::cfsetispeed(&settings, speed) == 0 && ::cfsetospeed(&settings, speed) == 0 &&
           ::tcsetattr(descriptor, TCSANOW, &settings) == 0;
}

}  // namespace

std::expected<int, MachineFault> open_serial(const std::string& device, Baud baud) {
    const int descriptor = ::open(device.c_str(), O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
    if (descriptor < 0) {
        return std::unexpected(cannot_open(device, errno));
    }
    if (::isatty(descriptor) == 0 || !claim(descriptor) || !set_up(descriptor, baud)) {
        const int error = errno;
        ::close(descriptor);
        return std::unexpected(cannot_open(device, error));
    }
    return descriptor;
}

MachineFault lost_serial(const std::string& device, int error) {
    return fault(device, "unplugged", "the adapter is gone: plug it in again", error);
}

}  // namespace qrvend::mdb
