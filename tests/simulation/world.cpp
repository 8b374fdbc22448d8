#include "tests/simulation/world.hpp"

#include <algorithm>
#include <stdexcept>
#include <utility>

#include "tests/simulation/vipps_system.hpp"

namespace qrvend::simulation {

namespace {

using namespace std::chrono_literals;

constexpr std::uint64_t settings_part = 30;
constexpr std::uint64_t machine_part = 31;
constexpr std::uint64_t random_part = 32;
constexpr std::uint64_t stir_part = 33;

constexpr milliseconds afterwards = 2min;         // the weather lasts a little longer than the customers
constexpr milliseconds longest_weather = 240h;    // of one run
constexpr milliseconds longest_settlement = 30h;  // in the calm: retries an hour apart, refunds shown hours later
constexpr milliseconds settling = 15min;          // what was lost before the calm has run into its deadlines

std::unique_ptr<PaymentSystem> make_system(const RunOptions& options) {
    if (options.provider == "vipps") {
        return std::make_unique<VippsSystem>(options.seed);
    }
    throw std::invalid_argument("no payment system is called " + options.provider + "; allowed: vipps");
}

// More products than customers can be at the machine at once.
std::vector<Goods> goods() {
    std::vector<Goods> all;
    for (std::uint16_t number = 1; number <= 16; ++number) {
        all.push_back({.slot = Slot{number}, .price_minor = 1000 + 100 * std::int64_t{number}});
    }
    return all;
}

KioskSettings kiosk_settings(std::uint64_t seed) {
    Dice dice(mix(seed, settings_part));
    KioskSettings settings{.id = "vm-0042", .shelves = {}, .account = "123456"};
    settings.capture = dice.pick({CaptureOrder::before_vend, CaptureOrder::after_vend});
    settings.unknown_vend =
        dice.pick({UnknownVend::refund, UnknownVend::refund, UnknownVend::charge, UnknownVend::attention});
    settings.payment_timeout = seconds{dice.pick({20, 60, 300})};
    for (const Goods& one : goods()) {
        const Money price{.minor = one.price_minor, .currency = *Currency::parse("NOK")};
        settings.shelves.push_back({.product = {.slot = one.slot,
                                                .name = "Product " + std::to_string(one.slot.number),
                                                .price = price,
                                                .vat_bp = 1500}});
    }
    return settings;
}

BoardSettings board_settings(std::uint64_t seed) {
    Dice dice(mix(seed, machine_part));
    BoardSettings settings;
    settings.own_keypad = dice.chance(500);
    settings.vend_time = dice.spread(100ms, 15s);
    if (dice.chance(300)) {
        settings.answer_limit = 90s;
    }
    return settings;
}

}  // namespace

World::World(const RunOptions& options)
    : options_(options),
      outside_(options.seed, draw_weather(options.seed), options.only, options.keep),
      system_(make_system(options)),
      random_(mix(options.seed, random_part)),
      settings_(kiosk_settings(options.seed)),
      network_(outside_, *system_, rules_,
               [this](const HttpRequest& request) {
                   return process_ && !died_ ? std::optional(process_->kiosk().on_callback(request)) : std::nullopt;
               }),
      board_(outside_, board_settings(options.seed), [this](const auto& request) { judge_command(request); }),
      crowd_(options.seed, outside_, *system_, board_, network_, goods(),
             [this](Touch touch) {
                 if (process_ && !died_) {
                     process_->screen().touch(touch);
                 }
             }),
      io_(std::make_unique<boost::asio::io_context>()) {
    outside_.kill = [this](std::string_view why) { die(why); };
    disk_.on_death([this] { die("at a write"); });
}

World::~World() {
    bury();
}

// ---- the two halves

void World::rage() {
    start();
    crowd_.invite(options_.customers);
    outside_.after(1s, [this] { stir(); });
    live_until([this] { return crowd_.is_empty(); }, longest_weather);
    live(outside_.elapsed() + afterwards);
}

void World::calm_down() {
    outside_.fate.calm_down();
    outside_.tell({}, "calm");
    board_.repair();
    disk_.set_room(simulated::MemoryDisk::Room::enough);
    outside_.clock.set_wall(outside_.now().wall);
    live_until([this] { return is_idle() && sales_under_way() == 0; }, longest_settlement);
    live(outside_.elapsed() + settling);
}

CustomerNo World::sell_once_more() {
    crowd_.invite(1);
    const CustomerNo no = crowd_.customers().size() + 1;
    const auto served = [this, no] {
        return crowd_.customers().size() == no && crowd_.is_empty() && is_idle() && sales_under_way() == 0;
    };
    live_until(served, longest_settlement);
    return no;
}

// ---- time

template <class Done>
bool World::live_until(Done done, milliseconds limit) {
    const milliseconds begin = outside_.elapsed();
    while (!done()) {
        const milliseconds waited = outside_.elapsed() - begin;
        if (waited >= limit) {
            return false;
        }
        const milliseconds pause = std::clamp<milliseconds>(waited / 60, 1s, 60s);  // the longer, the longer
        live(std::min(begin + limit, outside_.elapsed() + pause));
    }
    return true;
}

// The process runs from one thing that happens outside to the next, which it may itself have brought about.
void World::live(milliseconds until) {
    while (outside_.elapsed() < until || outside_.next().value_or(until) < until) {
        const milliseconds next = std::min(until, outside_.next().value_or(until));
        const auto sooner = [this, next] { return outside_.next().value_or(next) < next; };
        outside_.clock.run_until(*io_, sooner, outside_.clock.now().monotonic + (next - outside_.elapsed()));
        if (died_ || (process_ && process_->end())) {
            bury();
            continue;
        }
        if (outside_.next() && *outside_.next() <= outside_.elapsed()) {
            outside_.let_next_happen();
            if (died_) {
                bury();
            }
        }
    }
}

// ---- the process

void World::start() {
    if (process_) {
        return;
    }
    rules_.process_began();
    const Surroundings around{.outside = outside_,
                              .system = *system_,
                              .rules = rules_,
                              .network = network_,
                              .board = board_,
                              .disk = disk_,
                              .random = random_,
                              .bug = options_.bug,
                              .chooser = [this](Slot slot) { return crowd_.who_wants(slot); },
                              .onlooker = [this](const View& view) { crowd_.look(view); }};
    outside_.tell({}, "process starts");
    process_ = std::make_unique<Process>(around, *io_, settings_);
}

// The lock on the state directory turns the second one away.
void World::start_second() {
    outside_.tell({}, "started a second time");
    if (options_.bug == nullptr || !options_.bug->no_lock || second_ || !process_) {
        return;
    }
    const Surroundings around{.outside = outside_,
                              .system = *system_,
                              .rules = rules_,
                              .network = network_,
                              .board = board_,
                              .disk = disk_,
                              .random = random_,
                              .bug = nullptr,
                              .chooser = [this](Slot slot) { return crowd_.who_wants(slot); },
                              .onlooker = [this](const View& view) { crowd_.look(view); }};
    second_ = std::make_unique<Process>(around, *io_, settings_);
}

void World::die(std::string_view why) {
    outside_.tell({}, "process dies", why);
    if (process_ && !died_) {
        died_ = true;
        ++crashes_;
        outside_.clock.freeze(*io_);
    }
}

void World::bury() {
    if (!process_) {
        return;
    }
    disk_.crash(outside_.fate.strikes(Trouble::tail_lost) ? 0 : disk_.unconfirmed());
    outside_.clock.abandon(std::move(io_));
    second_.reset();
    process_.reset();
    io_ = std::make_unique<boost::asio::io_context>();
    died_ = false;
    crowd_.look_away();
    if (outside_.fate.strikes(Trouble::computer_restarts)) {
        outside_.tell({}, "computer restarts");
        outside_.clock.reboot();
    }
    outside_.after(2s + milliseconds(outside_.elapsed().count() % 5000), [this] { start(); });
}

// ---- what happens now and then

void World::stir() {
    Fate& fate = outside_.fate;
    if (fate.calm()) {
        return;
    }
    if (fate.strikes(Trouble::dies_at_any_time)) {
        die("for no reason");
    }
    if (fate.strikes(Trouble::asked_to_stop) && process_) {
        outside_.tell({}, "asked to stop");
        process_->kiosk().stop();
    }
    if (fate.strikes(Trouble::started_twice)) {
        start_second();
    }
    if (auto dice = fate.strikes(Trouble::clock_steps)) {
        step_clock(*dice);
    }
    if (auto dice = fate.strikes(Trouble::disk_full)) {
        fill_disk(*dice);
    }
    Dice dice(mix(stir_part, static_cast<std::uint64_t>(outside_.elapsed().count())));
    outside_.after(dice.spread(300ms, 60s), [this] { stir(); });
}

void World::step_clock(Dice dice) {
    const milliseconds far = std::chrono::years(10);
    const milliseconds step = dice.chance(500) ? dice.spread(1s, far) : -dice.spread(1s, far);
    outside_.tell({}, "clock steps", std::to_string(step.count()) + " ms");
    outside_.clock.set_wall(outside_.clock.now().wall + step);
}

void World::fill_disk(Dice dice) {
    disk_.set_room(simulated::MemoryDisk::Room::none);
    outside_.after(dice.spread(1s, 600s), [this] { disk_.set_room(simulated::MemoryDisk::Room::enough); });
}

bool World::is_idle() const {
    return process_ && !died_ && process_->screen().showing<view::Idle>() != nullptr;
}

// At the moment of the command: the customer's payment is approved in full, and the customer still waits.
void World::judge_command(const Board::Request& request) {
    const Customer& customer = crowd_.customer(request.customer);
    const std::string& who = customer.reference.empty() ? request.id.text() : customer.reference;
    const auto payment = system_->payment(customer.reference, outside_.now());
    if (!payment || !payment->serves(customer.wants.price_minor)) {
        violations_.push_back({.promise = "2: no vend without a servable approval",
                               .who = who,
                               .detail = "the machine was told to vend for " + request.id.text()});
    }
    if (request.withdrawn) {
        violations_.push_back({.promise = "2: no vend for a selection that was taken back",
                               .who = who,
                               .detail = request.id.text() + " was withdrawn before"});
    }
    if (request.commands > 0) {
        violations_.push_back({.promise = "2: at most one vend command for a sale",
                               .who = who,
                               .detail = request.id.text() + " was commanded again"});
    }
}

}  // namespace qrvend::simulation
