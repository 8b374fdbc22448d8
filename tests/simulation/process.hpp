#pragma once
// One run of the program: the real kiosk, the real client of the payment system, and what they need, on an event
// loop of its own. It ends as a crash ends it, and its world goes on.

#include <boost/asio/io_context.hpp>
#include <memory>
#include <optional>

#include "controller/kiosk/kiosk.hpp"
#include "drivers/simulated/memory_journal.hpp"
#include "tests/simulation/board_driver.hpp"
#include "tests/simulation/network.hpp"
#include "tests/simulation/planted.hpp"
#include "tests/simulation/watched_journal.hpp"
#include "tests/support/recording_screen.hpp"

namespace qrvend::simulation {

/// What outlives every process.
struct Surroundings {
    Outside& outside;
    PaymentSystem& system;
    WireRules& rules;
    Network& network;
    Board& board;
    simulated::MemoryDisk& disk;
    Random& random;
    const Bug* bug;  ///< may be null
    std::function<CustomerNo(Slot)> chooser;
    std::function<void(const View&)> onlooker;
};

class Process {
public:
    /// Begins to run with the next turn of `io`, which the process does not own: a second one may share it.
    Process(const Surroundings& around, boost::asio::io_context& io, KioskSettings settings);

    Kiosk& kiosk() { return *kiosk_; }
    test::RecordingScreen& screen() { return screen_; }
    std::optional<Kiosk::End> end() const { return end_; }

private:
    class QuietLog final : public Log {
    public:
        void write(LogLevel, std::string_view, std::initializer_list<LogField>) override {}
    };

    simulated::MemoryJournal memory_;
    WatchedJournal watched_;
    std::unique_ptr<Clock> planted_clock_;
    Clock& clock_;
    std::unique_ptr<Journal> planted_journal_;
    Journal& journal_;
    std::unique_ptr<HttpTransport> line_;
    std::unique_ptr<HttpTransport> planted_line_;
    QuietLog log_;
    std::unique_ptr<PaymentProvider> client_;
    std::unique_ptr<PaymentProvider> planted_client_;
    BoardDriver driver_;
    std::unique_ptr<Machine> planted_machine_;
    test::RecordingScreen screen_;
    std::unique_ptr<Kiosk> kiosk_;
    std::optional<Kiosk::End> end_;
};

}  // namespace qrvend::simulation
