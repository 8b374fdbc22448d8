#pragma once
// A kiosk and the world around it. The world (time, disk, the payment system's books, the machine's record)
// outlives the process that sells (kiosk, journal, event loop, drivers), which can be started, stopped and killed
// at any instant, as often as a test likes.

#include <unistd.h>

#include <boost/asio/co_spawn.hpp>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "controller/kiosk/kiosk.hpp"
#include "drivers/simulated/clock.hpp"
#include "drivers/simulated/machine.hpp"
#include "drivers/simulated/memory_journal.hpp"
#include "tests/support/payment_book.hpp"
#include "tests/support/recording_log.hpp"
#include "tests/support/recording_screen.hpp"
#include "tests/support/scripted_provider.hpp"
#include "tests/support/seeded_random.hpp"

namespace qrvend::test {

inline Money crowns(std::int64_t minor) {
    return {.minor = minor, .currency = Currency::parse("NOK").value()};
}

/// A record file of the machine's own, removed with it.
class TemporaryRecord {
public:
    TemporaryRecord() : path_(std::filesystem::temp_directory_path() / name()) {}
    ~TemporaryRecord() { std::filesystem::remove(path_); }
    TemporaryRecord(const TemporaryRecord&) = delete;
    TemporaryRecord& operator=(const TemporaryRecord&) = delete;

    const std::filesystem::path& path() const { return path_; }

private:
    static std::string name() {
        static int count = 0;
        return "qrvend-record-" + std::to_string(::getpid()) + "-" + std::to_string(++count);
    }

    std::filesystem::path path_;
};

/// One run of the program. Ends by kill() only: its coroutines are dropped as a crash would drop them.
struct Process {
    Process(simulated::SimulatedClock& clock, simulated::MemoryDisk& disk, PaymentBook& book, Random& random,
            simulated::MachineSettings machine_settings, KioskSettings settings)
        : journal(*io, disk),
          provider(clock, book),
          machine(clock, std::move(machine_settings)),
          screen(clock),
          kiosk({.clock = clock,
                 .random = random,
                 .journal = journal,
                 .provider = provider,
                 .machine = machine,
                 .screen = screen,
                 .log = log},
                io->get_executor(), std::move(settings)) {}

    std::unique_ptr<boost::asio::io_context> io = std::make_unique<boost::asio::io_context>();
    simulated::MemoryJournal journal;
    ScriptedProvider provider;
    simulated::Machine machine;
    RecordingScreen screen;
    RecordingLog log;
    Kiosk kiosk;
    std::optional<Kiosk::End> end;
};

class VendingWorld {
public:
    VendingWorld() {
        settings.id = "vm-0042";
        settings.account = "123456";
        for (const Slot slot : {Slot{12}, Slot{13}}) {
            settings.shelves.push_back({.product = {.slot = slot,
                                                    .name = "Cola " + std::to_string(slot.number),
                                                    .price = crowns(3500),
                                                    .vat_bp = 1500}});
        }
        machine_settings.vend_time = std::chrono::seconds(3);
        machine_settings.record = record.path();
    }
    ~VendingWorld() { kill(); }
    VendingWorld(const VendingWorld&) = delete;
    VendingWorld& operator=(const VendingWorld&) = delete;

    // What the next start() uses.
    TemporaryRecord record;
    KioskSettings settings;
    simulated::MachineSettings machine_settings;

    // What outlives the process.
    simulated::SimulatedClock clock;
    simulated::MemoryDisk disk;
    PaymentBook book;
    SeededRandom random{1};

    void start() {
        died_ = false;
        process_ = std::make_unique<Process>(clock, disk, book, random, machine_settings, settings);
        disk.on_death([this] {
            died_ = true;
            clock.freeze(*process_->io);
        });
        boost::asio::co_spawn(*process_->io, process_->kiosk.run(),
                              [this](const std::exception_ptr& error, Kiosk::End end) {
                                  if (error) {
                                      std::rethrow_exception(error);
                                  }
                                  process_->end = end;
                              });
    }

    /// The process ends at this instant; of the appends under way the `kept` oldest have reached the disk.
    void kill(std::size_t kept = 0) {
        if (process_) {
            disk.crash(kept);
            clock.abandon(std::move(process_->io));
            process_.reset();
        }
    }

    /// A fault of the disk has ended the process: nothing of it runs any more until kill().
    bool died() const { return died_; }
    Kiosk& kiosk() { return process_->kiosk; }
    ScriptedProvider& provider() { return process_->provider; }
    simulated::Machine& machine() { return process_->machine; }
    RecordingScreen& screen() { return process_->screen; }
    RecordingLog& log() { return process_->log; }
    std::optional<Kiosk::End> end() const { return process_->end; }

    /// Lets time pass until `done`; false where that does not come about within `patience`.
    template <std::predicate Done>
    bool until(Done done, milliseconds patience = std::chrono::hours(1)) {
        return clock.run_until(*process_->io, std::move(done), clock.now().monotonic + patience);
    }
    void pass(milliseconds time) { clock.run_for(*process_->io, time); }

    /// Until the screen shows a view of that type.
    template <class Wanted>
    bool until_showing(milliseconds patience = std::chrono::hours(1)) {
        return until([this] { return screen().showing<Wanted>() != nullptr; }, patience);
    }

    /// Until nobody is served and every sale is closed.
    bool until_calm(milliseconds patience = std::chrono::hours(72)) {
        return until([this] { return kiosk().sales_under_way() == 0 && screen().showing<view::Idle>(); }, patience);
    }

    void touch_product(Slot slot = Slot{12}) { screen().touch(touch::Select{.slot = slot}); }

    /// A touch on the product, once the screen offers it.
    bool begin_sale(Slot slot = Slot{12}) {
        const bool idle = until_showing<view::Idle>();
        touch_product(slot);
        return idle && until_showing<view::Preparing>(std::chrono::seconds(1));
    }

    /// Facts of that kind on the disk.
    template <class Wanted>
    std::vector<Wanted> facts() const {
        std::vector<Wanted> found;
        for (const Record& each : disk.records()) {
            if (const auto* fact = std::get_if<Wanted>(&each.fact)) {
                found.push_back(*fact);
            }
        }
        return found;
    }

private:
    std::unique_ptr<Process> process_;
    bool died_ = false;
};

}  // namespace qrvend::test
