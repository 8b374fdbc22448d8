#pragma once
// A story's whole world on a simulated clock: the real kiosk and the real Vipps driver, the payment system (the
// sandbox), the machine's own record, a customer, a network and a disk that fail on command. The process that sells
// can end at any instant and be started again; all else goes on.

#include <boost/asio/io_context.hpp>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "controller/kiosk/kiosk.hpp"
#include "drivers/simulated/clock.hpp"
#include "drivers/simulated/machine.hpp"
#include "drivers/system/temporary_folder.hpp"
#include "drivers/vipps/provider.hpp"
#include "drivers/vipps/sandbox/host.hpp"
#include "tests/loops/disks.hpp"
#include "tests/loops/network.hpp"
#include "tests/loops/story.hpp"
#include "tests/support/judge.hpp"
#include "tests/support/recording_log.hpp"
#include "tests/support/recording_screen.hpp"
#include "tests/support/seeded_random.hpp"

namespace qrvend::test {

/// The payment system's clock: the same time, but it does not notice when the kiosk's computer restarts.
class OutsideClock final : public Clock {
public:
    explicit OutsideClock(simulated::SimulatedClock& inside) : inside_(inside) {}

    Stamp now() const override;
    std::uint64_t call_at(MonotonicTime deadline, std::move_only_function<void()> expired) override;
    void cancel(std::uint64_t wait) override { inside_.cancel(wait); }

private:
    simulated::SimulatedClock& inside_;
};

class StoryWorld {
public:
    StoryWorld(Story story, const std::function<std::unique_ptr<Disk>(simulated::SimulatedClock&)>& make_disk);
    ~StoryWorld();
    StoryWorld(const StoryWorld&) = delete;
    StoryWorld& operator=(const StoryWorld&) = delete;

    simulated::SimulatedClock clock;
    FaultyNetwork network{clock};

    /// False where the process cannot start.
    bool start();

    /// The process ends at this instant, if it has not yet.
    void kill();

    /// Ends it in good order: SIGTERM. The journal is closed.
    void stop();

    /// Lets the story go on until all customers are served, every sale is closed and the screen is idle. False
    /// where the process ends before. Throws std::runtime_error with the report where it comes to no rest in three
    /// days.
    bool play();

    /// Lets so much time pass.
    void pass(milliseconds time);

    /// No process, or it has come to its end.
    bool over() const;

    /// Between two processes: everything that is not as it must be, one a line; empty where all is well.
    std::vector<std::string> verdict();

    /// How each sale ended.
    std::vector<SaleResult> results();

    /// What happened, for the reader of a failure: facts, payments, deeds and calls.
    std::string report();

private:
    struct Process;

    KioskSettings kiosk_settings() const;
    boost::asio::awaitable<HttpResponse> call_back(HttpRequest request);
    bool until(milliseconds patience, const std::function<bool()>& done);
    bool is_calm() const;
    std::vector<BookedPayment> payments();
    std::filesystem::path machine_record() const { return folder_.file("machine"); }

    // The customer.
    bool wants_to_press() const;
    bool sees_code() const;
    std::optional<milliseconds> next_act() const;  ///< in the world's time
    bool customer_can_act() const;
    void customer_acts();
    void perform(Act::What what);

    Story story_;
    std::unique_ptr<Disk> disk_;
    TemporaryFolder folder_;
    OutsideClock outside_{clock};
    SeededRandom kiosk_random_{1};
    SeededRandom sandbox_random_{2};
    vipps::sandbox::Sandbox sandbox_;
    vipps::sandbox::Host host_{sandbox_, network, outside_};
    RecordingLog log_;
    std::unique_ptr<Process> process_;
    bool died_ = false;

    // The present customer; times are the world's own.
    std::optional<milliseconds> pressed_at_;
    std::optional<milliseconds> scanned_at_;
    std::string reference_;
    std::vector<Act> acts_;
};

}  // namespace qrvend::test
