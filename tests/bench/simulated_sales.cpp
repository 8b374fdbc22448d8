// Whole sales without sockets, disk and waiting: the real kiosk and the real Vipps driver against the sandbox, in
// memory, on a simulated clock. What is left is the computing that a sale costs, on both sides together.

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <memory>
#include <stdexcept>

#include "controller/kiosk/kiosk.hpp"
#include "drivers/http/memory.hpp"
#include "drivers/simulated/clock.hpp"
#include "drivers/simulated/machine.hpp"
#include "drivers/simulated/memory_journal.hpp"
#include "drivers/vipps/provider.hpp"
#include "drivers/vipps/sandbox/host.hpp"
#include "tests/bench/figure.hpp"
#include "tests/bench/measuring.hpp"
#include "tests/support/recording_screen.hpp"
#include "tests/support/seeded_random.hpp"

namespace qrvend::bench {

namespace asio = boost::asio;

namespace {

Money price() {
    return {.minor = 3500, .currency = *Currency::parse("NOK")};
}

constexpr const char* sandbox_url = "http://sandbox.example";
constexpr const char* kiosk_url = "http://127.0.0.1:9000";
constexpr Slot slot{12};

class QuietLog final : public Log {
public:
    void write(LogLevel, std::string_view, std::initializer_list<LogField>) override {}
};

vipps::sandbox::Settings sandbox_settings() {
    vipps::sandbox::Settings settings;
    settings.public_url = sandbox_url;
    settings.plain_http_webhooks = true;
    return settings;
}

vipps::Settings driver_settings() {
    const vipps::sandbox::Settings account;
    vipps::Settings settings;
    settings.base_url = kiosk_url;
    settings.merchant_serial_number = account.merchant_serial_number;
    settings.client_id = account.client_id;
    settings.client_secret = account.client_secret;
    settings.subscription_key = account.subscription_key;
    return settings;
}

KioskSettings kiosk_settings() {
    KioskSettings settings{.id = "vm-0042", .shelves = {}, .account = "123456"};
    settings.shelves.push_back({.product = {.slot = slot, .name = "Cola 0,5 l", .price = price(), .vat_bp = 1500}});
    return settings;
}

/// The world in memory. Ends as a crash does: everything that waits is dropped.
class World {
public:
    World() {
        transport_.route(kiosk_url, host_.handler());
        asio::co_spawn(*io_, kiosk_.run(), asio::detached);
    }
    ~World() {
        disk_.crash();
        clock_.abandon(std::move(io_));
    }
    World(const World&) = delete;
    World& operator=(const World&) = delete;

    void sell() {
        until<view::Idle>();
        screen_.touch(touch::Select{slot});
        until<view::ScanToPay>();
        const auto payment = sandbox_.payments(clock_.now()).back();
        if (!sandbox_.approve(payment.reference, vipps::sandbox::CustomerAge::old_enough, clock_.now())) {
            throw std::runtime_error("the sandbox takes no approval");
        }
        until<view::TakeProduct>();
        screen_.touch(touch::Dismiss{});
        if (!clock_.run_until(*io_, [this] { return kiosk_.sales_under_way() == 0; })) {
            throw std::runtime_error("a simulated sale does not end");
        }
    }

private:
    template <class Wanted>
    void until() {
        const auto limit = clock_.now().monotonic + seconds{600};
        if (!clock_.run_until(*io_, [this] { return screen_.showing<Wanted>() != nullptr; }, limit)) {
            throw std::runtime_error("a view did not come in simulated time");
        }
    }

    simulated::SimulatedClock clock_;
    std::unique_ptr<asio::io_context> io_ = std::make_unique<asio::io_context>();
    test::SeededRandom random_{1};
    QuietLog log_;
    simulated::MemoryDisk disk_;
    simulated::MemoryJournal journal_{*io_, disk_};
    http::MemoryTransport transport_{clock_};
    vipps::sandbox::Sandbox sandbox_{sandbox_settings(), random_};
    vipps::sandbox::Host host_{sandbox_, transport_, clock_};
    vipps::Provider provider_{driver_settings(), transport_, clock_, log_, journal_};
    simulated::Machine machine_{clock_, {.own_keypad = false}};
    test::RecordingScreen screen_{clock_};
    Kiosk kiosk_{{.clock = clock_,
                  .random = random_,
                  .journal = journal_,
                  .provider = provider_,
                  .machine = machine_,
                  .screen = screen_,
                  .log = log_},
                 io_->get_executor(),
                 kiosk_settings()};
};

}  // namespace

std::vector<Figure> measure_simulated_sales(const Options& options) {
    World world;
    world.sell();  // the first fetches a token
    const auto begin = Steady::now();
    for (int sale = 0; sale < options.rounds; ++sale) {
        world.sell();
    }
    const double seconds_taken = in_ms(Steady::now() - begin) / 1000;
    return {{.name = "simulated_sales_per_s",
             .value = options.rounds / seconds_taken,
             .note = "one core, no faults, provider's side included"}};
}

}  // namespace qrvend::bench
