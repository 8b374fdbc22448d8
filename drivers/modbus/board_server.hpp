#pragma once
// The simulated board on a real line, by libmodbus' server side: over TCP on the loopback, or over a
// pseudo-terminal behind a device name that can be unplugged and plugged in again. One thread serves.

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <mutex>
#include <thread>

#include "drivers/modbus/simulated_board.hpp"

namespace qrvend::modbus {

class BoardServer {
public:
    /// Over TCP on 127.0.0.1, at a port that the system chooses. Throws std::system_error.
    explicit BoardServer(SimulatedBoard::Mechanics mechanics);
    /// Over a pseudo-terminal that `device` is a symbolic link to. Throws std::system_error.
    BoardServer(SimulatedBoard::Mechanics mechanics, std::filesystem::path device);
    ~BoardServer();
    BoardServer(const BoardServer&) = delete;
    BoardServer& operator=(const BoardServer&) = delete;

    /// The line to it.
    Line line() const;

    /// The adapter, or the network: connections break, and no new one can be made.
    void unplug();
    void plug_in();

    /// Runs `work` on the board, while the server does not.
    template <class Work>
    auto with_board(Work work) {
        const std::lock_guard lock(mutex_);
        board_.advance(now());
        return work(board_);
    }

    static MonotonicTime now();

private:
    struct Port;  // what is served on at the moment

    void start();
    void stop();
    void serve(Port& port);
    void answer(Port& port, const std::uint8_t* query, int length);

    std::filesystem::path device_;
    std::unique_ptr<Port> port_;
    std::uint16_t tcp_port_ = 0;
    std::mutex mutex_;  // guards the board
    SimulatedBoard board_;
    std::atomic<bool> stopping_ = false;
    std::thread thread_;
};

}  // namespace qrvend::modbus
