#pragma once
// The far end of a serial line that says exactly the bytes it is told, and a driver's bus on the near end.

#include <doctest/doctest.h>
#include <poll.h>
#include <pty.h>
#include <unistd.h>

#include <array>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "drivers/modbus/libmodbus_bus.hpp"

namespace qrvend::modbus::test {

namespace asio = boost::asio;
using Bytes = std::vector<std::uint8_t>;

/// "01 05 00 00" as bytes.
inline Bytes bytes(std::string_view text) {
    Bytes found;
    for (std::size_t at = 0; at + 2 <= text.size(); at += 3) {
        found.push_back(static_cast<std::uint8_t>(std::stoi(std::string(text.substr(at, 2)), nullptr, 16)));
    }
    return found;
}

class ScriptedLine {
public:
    ScriptedLine() {
        REQUIRE(::openpty(&far_end_, &near_end_, name_.data(), nullptr, nullptr) == 0);
        termios raw{};
        ::tcgetattr(near_end_, &raw);
        ::cfmakeraw(&raw);
        ::tcsetattr(near_end_, TCSANOW, &raw);
    }
    ~ScriptedLine() {
        ::close(far_end_);
        ::close(near_end_);
    }
    ScriptedLine(const ScriptedLine&) = delete;
    ScriptedLine& operator=(const ScriptedLine&) = delete;

    Line line() const {
        return {.way = Rtu{.device = name_.data()},
                .response_timeout = std::chrono::milliseconds(200),
                .byte_timeout = std::chrono::milliseconds(50)};
    }

    /// Asks, hears what arrives at the far end, and lets that answer. Nothing is heard where nothing was sent.
    Result<Words> exchange(LibmodbusBus& bus, asio::io_context& io, Request request, const Bytes& answer,
                           Bytes* heard = nullptr) {
        std::optional<Result<Words>> result;
        asio::co_spawn(io, bus.ask(std::move(request)),
                       [&](const std::exception_ptr&, Result<Words> words) { result = std::move(words); });
        io.restart();
        io.poll();
        const Bytes frame = hear();
        if (heard != nullptr) {
            *heard = frame;
        }
        say(answer);
        io.restart();
        io.run();
        REQUIRE(result);
        return std::move(*result);
    }

    void say(const Bytes& answer) {
        REQUIRE(::write(far_end_, answer.data(), answer.size()) == static_cast<ssize_t>(answer.size()));
    }

private:
    // A frame ends where the line falls silent.
    Bytes hear() const {
        Bytes frame;
        pollfd arriving{.fd = far_end_, .events = POLLIN, .revents = 0};
        int patience = 2000;
        while (::poll(&arriving, 1, patience) > 0) {
            std::array<std::uint8_t, 256> part{};
            const auto count = ::read(far_end_, part.data(), part.size());
            if (count <= 0) {
                break;
            }
            frame.insert(frame.end(), part.begin(), part.begin() + count);
            patience = 20;
        }
        return frame;
    }

    int far_end_ = -1;
    int near_end_ = -1;
    std::array<char, 128> name_{};
};

}  // namespace qrvend::modbus::test
