#pragma once
// A simulated board and the driver before it, on three rungs with the same hands: in memory on simulated time, over
// TCP, and over a pseudo-terminal. The board outlives the driver, which can be killed and started again.

#include <doctest/doctest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <memory>
#include <optional>

#include "drivers/modbus/board_server.hpp"
#include "drivers/modbus/libmodbus_bus.hpp"
#include "drivers/modbus/machine.hpp"
#include "drivers/modbus/memory_bus.hpp"
#include "drivers/simulated/clock.hpp"
#include "drivers/system/clock.hpp"
#include "drivers/system/temporary_folder.hpp"
#include "tests/support/recording_log.hpp"

namespace qrvend::modbus::test {

namespace asio = boost::asio;
using namespace std::chrono_literals;
using Outcome = VendResult::Outcome;
using What = SimulatedBoard::Deed::What;
using Fate = SimulatedBoard::Fate;

inline constexpr SimulatedBoard::Mechanics quick{.turn = 150ms, .fall = 60ms, .sensor_wait = 300ms};

/// Quick enough for tests in real time.
inline Settings hastened(Settings settings) {
    settings.line.response_timeout = 150ms;
    settings.line.byte_timeout = 50ms;
    settings.line.gap = 2ms;
    settings.poll = 20ms;
    if (auto* relays = std::get_if<RelayBoard>(&settings.board)) {
        relays->pulse = 200ms;
        relays->sensor->drop_wait = seconds(1);
    } else {
        std::get<ControllerBoard>(settings.board).accept_wait = 500ms;
    }
    return settings;
}

/// In memory.
class MemoryRung {
public:
    MemoryRung() {
        cable_.board = SimulatedBoard(quick);
        cable_.response_timeout = 150ms;
    }
    Line line() const { return {.way = Tcp{.host = "memory"}}; }
    void unplug() { cable_.plugged = false; }
    void plug_in() { cable_.plugged = true; }
    template <class Work>
    auto with_board(Work work) {
        cable_.board.advance(clock_.now().monotonic);
        return work(cable_.board);
    }
    MonotonicTime now() const { return clock_.now().monotonic; }

    struct Process {
        std::unique_ptr<asio::io_context> io = std::make_unique<asio::io_context>();
    };
    Clock& clock_of(Process&) { return clock_; }
    std::unique_ptr<Bus> bus(Process&, const Line&) { return std::make_unique<MemoryBus>(clock_, cable_); }
    template <class Done>
    bool run_until(Process& process, Done done) {
        return clock_.run_until(*process.io, done, clock_.now().monotonic + 200s);
    }
    void end(Process& process, std::unique_ptr<Machine> machine) {
        clock_.abandon(std::move(process.io));
        machine.reset();
    }

private:
    simulated::SimulatedClock clock_;
    MemoryLine cable_;
};

/// Over a real line, in real time.
class RealRung {
public:
    Line line() const { return server_->line(); }
    void unplug() { server_->unplug(); }
    void plug_in() { server_->plug_in(); }
    template <class Work>
    auto with_board(Work work) {
        return server_->with_board(work);
    }
    MonotonicTime now() const { return BoardServer::now(); }

    struct Process {
        std::unique_ptr<asio::io_context> io = std::make_unique<asio::io_context>();
        std::unique_ptr<SystemClock> clock = std::make_unique<SystemClock>(*io);
    };
    Clock& clock_of(Process& process) { return *process.clock; }
    std::unique_ptr<Bus> bus(Process& process, const Line& line) {
        return std::make_unique<LibmodbusBus>(*process.io, line);
    }
    template <class Done>
    bool run_until(Process& process, Done done) {
        const auto patience = std::chrono::steady_clock::now() + 60s;
        while (!done() && std::chrono::steady_clock::now() < patience) {
            process.io->restart();
            process.io->run_one_for(50ms);
        }
        return done();
    }
    void end(Process& process, std::unique_ptr<Machine> machine) {
        machine.reset();
        process.clock.reset();
        process.io.reset();
    }

protected:
    std::unique_ptr<BoardServer> server_;
};

class TcpRung : public RealRung {
public:
    TcpRung() { server_ = std::make_unique<BoardServer>(quick); }
};

class PtyRung : public RealRung {
public:
    PtyRung() { server_ = std::make_unique<BoardServer>(quick, folder_.path() / "board"); }
    ~PtyRung() { server_.reset(); }

private:
    TemporaryFolder folder_;
};

template <class Rung>
class Stand {
    Rung rung_;  // first: the settings name its line

public:
    ~Stand() { kill(); }

    /// What the next start() uses; relays where nothing else is said.
    Settings settings = hastened(relay_settings(rung_.line()));
    void use_controller() { settings = hastened(controller_settings(rung_.line())); }
    RelayBoard& relays() { return std::get<RelayBoard>(settings.board); }

    void start() {
        process_ = std::make_unique<typename Rung::Process>();
        machine_ = std::make_unique<Machine>(*process_->io, rung_.clock_of(*process_), log,
                                             rung_.bus(*process_, settings.line), settings);
    }
    void start_and_be_ready() {
        start();
        REQUIRE(until([this] { return machine().status().ready(); }));
    }
    void kill() {
        if (process_) {
            rung_.end(*process_, std::move(machine_));
            process_.reset();
        }
    }

    Machine& machine() { return *machine_; }
    void unplug() { rung_.unplug(); }
    void plug_in() { rung_.plug_in(); }
    template <class Work>
    auto board(Work work) {
        return rung_.with_board(work);
    }
    int count(What what) {
        return board([&](SimulatedBoard& it) { return it.count(what); });
    }
    void restart_board(milliseconds silent_for) {
        board([&](SimulatedBoard& it) { it.restart(rung_.now(), silent_for); });
    }
    /// The next request that `which` picks meets this fate; all others are served.
    void strike(Fate fate, std::function<bool(const Request&)> which) {
        board([&](SimulatedBoard& it) {
            it.fate = [fate, which, struck = false](const Request& request) mutable {
                if (struck || !which(request)) {
                    return Fate::served;
                }
                struck = true;
                return fate;
            };
        });
    }

    template <class Done>
    bool until(Done done) {
        return rung_.run_until(*process_, done);
    }
    /// Lets time pass, also where no driver runs.
    void pass(milliseconds time) {
        const MonotonicTime end = rung_.now() + time;
        typename Rung::Process empty;
        typename Rung::Process& process = process_ ? *process_ : empty;
        Clock& clock = rung_.clock_of(process);
        asio::co_spawn(*process.io, sleep_until(clock, clock.now().monotonic + time), asio::detached);
        REQUIRE(rung_.run_until(process, [&] { return rung_.now() >= end; }));
    }
    template <class T>
    std::shared_ptr<std::optional<T>> begin(asio::awaitable<T> act) {
        auto result = std::make_shared<std::optional<T>>();
        asio::co_spawn(*process_->io, std::move(act), [result](const std::exception_ptr& error, T value) {
            REQUIRE_FALSE(error);
            *result = std::move(value);
        });
        return result;
    }
    std::shared_ptr<bool> begin(asio::awaitable<void> act) {
        auto done = std::make_shared<bool>(false);
        asio::co_spawn(*process_->io, std::move(act), [done](const std::exception_ptr&) { *done = true; });
        return done;
    }
    template <class T>
    T finish(asio::awaitable<T> act) {
        const auto result = begin(std::move(act));
        REQUIRE(until([&] { return result->has_value(); }));
        return std::move(**result);
    }

    VendTicket ticket_for(Slot slot) {
        const auto selection = machine().select(slot);
        REQUIRE(selection);
        const auto ticket = finish(machine().prepare(selection->request, slot));
        REQUIRE(ticket);
        return *ticket;
    }
    VendResult sell(Slot slot = Slot{3}) { return finish(machine().vend(ticket_for(slot))); }
    bool has_fault(const std::string& code) {
        const auto faults = machine().status().faults;
        return std::ranges::find(faults, code, &MachineFault::code) != faults.end();
    }

    qrvend::test::RecordingLog log;

private:
    std::unique_ptr<typename Rung::Process> process_;
    std::unique_ptr<Machine> machine_;
};

inline bool is_start(const Request& request) {
    return std::holds_alternative<FlashCoil>(request.what) ||
           std::holds_alternative<WriteRegisters>(request.what) ||
           (std::holds_alternative<WriteCoil>(request.what) && std::get<WriteCoil>(request.what).on &&
            std::get<WriteCoil>(request.what).address < BoardMap::relay_count);
}

inline bool is_read(const Request& request) {
    return std::holds_alternative<Read>(request.what);
}

}  // namespace qrvend::modbus::test
