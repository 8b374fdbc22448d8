#include "tests/loops/world.hpp"

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <stdexcept>
#include <utility>

namespace qrvend::test {

namespace asio = boost::asio;

namespace {

constexpr const char* sandbox_url = "http://127.0.0.1:8080";
constexpr const char* kiosk_url = "http://127.0.0.1:9000";
constexpr Slot slot{12};

constexpr milliseconds press_again = 10s;  // where a press has led to nothing
constexpr milliseconds in_app = 10s;       // how long an open app keeps a payment from being ended
constexpr milliseconds patience = 72h;     // for all that has to settle

vipps::sandbox::Settings sandbox_settings(const Story& story) {
    vipps::sandbox::Settings settings;
    settings.public_url = sandbox_url;
    settings.plain_http_webhooks = true;
    settings.refund_shown_after = story.refund_takes;
    return settings;
}

vipps::Settings driver_settings(const Story& story) {
    const vipps::sandbox::Settings account;
    vipps::Settings settings;
    settings.base_url = sandbox_url;
    settings.merchant_serial_number = account.merchant_serial_number;
    settings.client_id = account.client_id;
    settings.client_secret = account.client_secret;
    settings.subscription_key = account.subscription_key;
    if (story.webhooks) {
        settings.webhook_url = std::string(kiosk_url) + "/vipps";
    }
    return settings;
}

}  // namespace

Stamp OutsideClock::now() const {
    Stamp stamp = inside_.now();
    stamp.monotonic = MonotonicTime{inside_.elapsed()};
    return stamp;
}

std::uint64_t OutsideClock::call_at(MonotonicTime deadline, std::move_only_function<void()> expired) {
    return inside_.call_at(inside_.now().monotonic + (deadline - now().monotonic), std::move(expired));
}

struct StoryWorld::Process {
    Process(StoryWorld& world, std::unique_ptr<asio::io_context> loop, Journal& journal)
        : io(std::move(loop)),
          provider(driver_settings(world.story_), world.network, world.clock, world.log_, journal),
          machine(world.clock, {.vend_time = 3s, .record = world.machine_record()}),
          screen(world.clock),
          kiosk({.clock = world.clock,
                 .random = world.kiosk_random_,
                 .journal = journal,
                 .provider = provider,
                 .machine = machine,
                 .screen = screen,
                 .log = world.log_},
                io->get_executor(), world.kiosk_settings()) {}

    std::unique_ptr<asio::io_context> io;
    vipps::Provider provider;
    simulated::Machine machine;
    RecordingScreen screen;
    Kiosk kiosk;
    std::optional<Kiosk::End> end;
};

StoryWorld::StoryWorld(Story story,
                       const std::function<std::unique_ptr<Disk>(simulated::SimulatedClock&)>& make_disk)
    : story_(std::move(story)), disk_(make_disk(clock)), sandbox_(sandbox_settings(story_), sandbox_random_) {
    network.route(sandbox_url, host_.handler());
    network.route(kiosk_url, [this](HttpRequest request) { return call_back(std::move(request)); });
}

StoryWorld::~StoryWorld() {
    kill();
}

asio::awaitable<HttpResponse> StoryWorld::call_back(HttpRequest request) {
    co_return process_->kiosk.on_callback(request);
}

KioskSettings StoryWorld::kiosk_settings() const {
    const Money price{.minor = 3500, .currency = Currency::parse("NOK").value()};
    return {.id = "vm-0042",
            .shelves = {{.product = {.slot = slot, .name = "Cola 0,5 l", .price = price, .vat_bp = 1500}}},
            .account = "123456",
            .capture = story_.capture,
            .payment_timeout = 30s};
}

bool StoryWorld::start() {
    auto io = std::make_unique<asio::io_context>();
    died_ = false;
    Journal* journal = disk_->open(*io, log_, [this] {
        died_ = true;
        clock.freeze(*process_->io);
    });
    if (journal == nullptr) {
        return false;
    }
    process_ = std::make_unique<Process>(*this, std::move(io), *journal);
    process_->machine.set_mood(story_.mood);
    if (story_.webhooks) {
        asio::co_spawn(*process_->io, host_.run_webhooks(), asio::detached);
    }
    asio::co_spawn(*process_->io, process_->kiosk.run(), [this](const std::exception_ptr& error, Kiosk::End end) {
        if (error) {
            std::rethrow_exception(error);
        }
        process_->end = end;
    });
    return true;
}

void StoryWorld::kill() {
    if (!process_) {
        return;
    }
    disk_->end();
    clock.abandon(std::move(process_->io));
    process_.reset();
    disk_->close();
    if (story_.reboots) {
        clock.reboot();
    }
}

void StoryWorld::stop() {
    process_->kiosk.stop();
    until(patience, [] { return false; });
    kill();
}

// A process whose journal has broken looks calm for a moment before it ends: its last sale has gone.
bool StoryWorld::play() {
    if (until(patience, [this] { return is_calm(); })) {
        pass(1ms);
    } else if (!over()) {
        kill();
        throw std::runtime_error("it does not come to rest\n" + report());
    }
    return !over();
}

bool StoryWorld::over() const {
    return !process_ || died_ || process_->end.has_value();
}

void StoryWorld::pass(milliseconds time) {
    until(time, [] { return false; });
}

bool StoryWorld::until(milliseconds time, const std::function<bool()>& done) {
    const milliseconds end = clock.elapsed() + time;
    while (true) {
        const milliseconds limit = std::min(end, next_act().value_or(end));
        clock.run_until(
            *process_->io,
            [&] {
                disk_->settle(*process_->io);
                return over() || customer_can_act() || done();
            },
            clock.now().monotonic + (limit - clock.elapsed()));
        if (over()) {
            return false;
        }
        if (customer_can_act()) {
            customer_acts();
        } else if (done()) {
            return true;
        } else if (clock.elapsed() >= end) {
            return false;
        }
    }
}

bool StoryWorld::is_calm() const {
    return disk_->sales() >= story_.customers && process_->kiosk.sales_under_way() == 0 &&
           process_->screen.showing<view::Idle>() != nullptr && acts_.empty();
}

// ---- the customer
// -------------------------------------------------------------------------------------------------

// Whoever is not known to have begun a sale presses, again if need be.
bool StoryWorld::wants_to_press() const {
    return process_->screen.showing<view::Idle>() != nullptr && disk_->sales() < story_.customers;
}

bool StoryWorld::sees_code() const {
    return !scanned_at_ && process_->screen.showing<view::ScanToPay>() != nullptr;
}

std::optional<milliseconds> StoryWorld::next_act() const {
    if (!acts_.empty()) {
        return *scanned_at_ + acts_.front().at;
    }
    if (wants_to_press()) {
        return pressed_at_ ? *pressed_at_ + press_again : clock.elapsed();
    }
    return std::nullopt;
}

bool StoryWorld::customer_can_act() const {
    const auto next = next_act();
    return sees_code() || (next && *next <= clock.elapsed());
}

void StoryWorld::customer_acts() {
    if (sees_code()) {
        scanned_at_ = clock.elapsed();
        reference_ = sandbox_.payments(outside_.now()).back().reference;
        acts_ = story_.acts;
    } else if (!acts_.empty()) {
        const Act act = acts_.front();
        acts_.erase(acts_.begin());
        perform(act.what);
    } else {
        pressed_at_ = clock.elapsed();
        scanned_at_.reset();
        process_->screen.touch(touch::Select{.slot = slot});
    }
}

// What comes too late is refused, by the app or by the machine, and that is that.
void StoryWorld::perform(Act::What what) {
    switch (what) {
        case Act::What::approves:
            std::ignore = sandbox_.approve(reference_, vipps::sandbox::CustomerAge::old_enough, outside_.now());
            break;
        case Act::What::rejects:
            std::ignore = sandbox_.reject(reference_, outside_.now());
            break;
        case Act::What::opens_app:
            std::ignore = sandbox_.start_approving(reference_, in_app, outside_.now());
            break;
        case Act::What::cancels:
            process_->screen.touch(touch::Cancel{});
            break;
        case Act::What::pulls_lever:
            process_->machine.take_back();
            break;
    }
    host_.changed();
}

}  // namespace qrvend::test
