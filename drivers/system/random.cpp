#include "drivers/system/random.hpp"

#include <sys/random.h>

#include <cerrno>
#include <system_error>

namespace qrvend {

void SystemRandom::fill(std::span<std::byte> bytes) {
    while (!bytes.empty()) {
        const auto count = getrandom(bytes.data(), bytes.size(), 0);
        if (count < 0) {
            if (errno == EINTR) {
                continue;
            }
            throw std::system_error(errno, std::generic_category(), "getrandom");
        }
        bytes = bytes.subspan(static_cast<std::size_t>(count));
    }
}

}  // namespace qrvend
