#include "drivers/modbus/machine.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <stdexcept>
#include <utility>

#include "drivers/modbus/controller_mechanism.hpp"
#include "drivers/modbus/fault_inputs.hpp"
#include "drivers/modbus/inputs.hpp"
#include "drivers/modbus/relay_mechanism.hpp"

namespace qrvend::modbus {

namespace asio = boost::asio;

namespace {

constexpr std::size_t most_open_requests = 8;  // somebody drums on the keypad

Settings checked(Settings settings) {
    if (const auto found = problems(settings); !found.empty()) {
        throw std::invalid_argument(fmt::format("Modbus: {}", fmt::join(found, "; ")));
    }
    return settings;
}

std::unique_ptr<Mechanism> make_mechanism(Clock& clock, Bus& bus, const Settings& settings) {
    if (const auto* relays = std::get_if<RelayBoard>(&settings.board)) {
        return std::make_unique<RelayMechanism>(clock, bus, *relays, settings.poll);
    }
    return std::make_unique<ControllerMechanism>(clock, bus, std::get<ControllerBoard>(settings.board),
                                                 settings.poll);
}

std::vector<Request> reads_for(const Settings& settings, const Mechanism& mechanism) {
    std::vector<Point> points = mechanism.points();
    for (const FaultInput& fault : settings.faults) {
        points.push_back(fault.point);
    }
    if (settings.keypad) {
        points.push_back(settings.keypad->point);
    }
    return reads_of(std::move(points));
}

}  // namespace

Machine::Machine(asio::io_context& io, Clock& clock, Log& log, std::unique_ptr<Bus> bus, Settings settings)
    : clock_(clock),
      log_(log),
      settings_(checked(std::move(settings))),
      bus_(std::move(bus)),
      mechanism_(make_mechanism(clock, *bus_, settings_)),
      reads_(reads_for(settings_, *mechanism_)),
      status_{.faults = {*health_.fault()}},
      status_bell_(clock),
      selection_bell_(clock),
      start_(fmt::format("modbus-{:x}", clock.now().wall.time_since_epoch().count())) {
    if (settings_.keypad) {
        keys_.emplace(*settings_.keypad);
    }
    asio::co_spawn(io, look_for_ever(), leave_the_loop);
}

MachineTraits Machine::traits() const {
    return {.own_keypad = settings_.keypad.has_value(), .confirms_product = confirms_product(settings_)};
}

asio::awaitable<void> Machine::status_changed() {
    co_await status_bell_.wait();
}

asio::awaitable<Selection> Machine::next_selection() {
    while (pressed_.empty()) {
        co_await selection_bell_.wait();
    }
    Selection selection = std::move(pressed_.front());
    pressed_.pop_front();
    co_return selection;
}

Result<Selection> Machine::select(Slot slot) {
    if (vending_) {
        return refused("busy", "a vend is under way");
    }
    if (!mechanism_->has(slot)) {
        return refused("unknown_slot", "no motor belongs to this slot");
    }
    return open_request(slot);
}

asio::awaitable<void> Machine::withdrawn(RequestId request) {
    for (auto open = open_.find(request); open != open_.end(); open = open_.find(request)) {
        const std::shared_ptr<Bell> bell = open->second;
        co_await bell->wait();
    }
}

asio::awaitable<void> Machine::decline(RequestId request, DeclineReason) {
    end_request(request);
    co_return;
}

asio::awaitable<Result<VendTicket>> Machine::prepare(RequestId request, Slot slot) {
    if (!is_open(request)) {
        co_return unsent("withdrawn", "the customer has taken the selection back");
    }
    if (!status_.ready()) {
        co_return unsent(status_.faults.front().code, status_.faults.front().detail);
    }
    auto state = co_await mechanism_->prepare(slot);
    if (!state) {
        co_return std::unexpected(std::move(state.error()));
    }
    co_return VendTicket{.request = std::move(request), .slot = slot, .state = std::move(*state)};
}

asio::awaitable<VendResult> Machine::vend(VendTicket ticket) {
    if (!is_open(ticket.request)) {
        co_return VendResult{.outcome = VendResult::Outcome::unsent, .reason = "the selection was taken back"};
    }
    end_request(ticket.request);
    vending_ = true;
    VendResult result = co_await mechanism_->vend(ticket.slot, std::move(ticket.state));
    vending_ = false;
    if (keys_) {
        keys_->forget();
    }
    co_return result;
}

asio::awaitable<std::optional<VendResult>> Machine::outcome_of(VendTicket ticket) {
    return mechanism_->outcome_of(std::move(ticket.state));
}

// ---- the rounds

asio::awaitable<void> Machine::look_for_ever() {
    while (true) {
        if (!vending_) {
            const auto seen = co_await round();
            if (!vending_) {  // one may have begun meanwhile: what was seen is old
                judge(seen);
                if (seen) {
                    co_await take_key(*seen);
                }
            }
        }
        co_await sleep_until(clock_, clock_.now().monotonic + settings_.poll);
    }
}

asio::awaitable<Result<Values>> Machine::round() {
    if (const auto kept_up = co_await mechanism_->upkeep(); !kept_up) {
        co_return std::unexpected(kept_up.error());
    }
    Values values;
    for (const Request& read : reads_) {
        const auto words = co_await bus_->ask(read);
        if (!words) {
            Failure failure = words.error();
            failure.detail = fmt::format("unit {}: {}", read.unit, failure.detail);
            co_return std::unexpected(std::move(failure));
        }
        if (!enter(read, *words, values)) {
            co_return unknown("garbled", fmt::format("unit {}: too many values or too few", read.unit));
        }
    }
    co_return values;
}

void Machine::judge(const Result<Values>& round) {
    if (!round) {
        health_.lost(round.error());
        // What the inputs said last stands until they can be read again.
        std::vector<MachineFault> faults = status_.faults;
        if (const auto& fault = health_.fault()) {
            faults = {*fault};
        }
        set_faults(std::move(faults));
        return;
    }
    health_.answered();
    std::vector<MachineFault> faults = mechanism_->faults(*round);
    std::ranges::move(faults_of(settings_.faults, *round), std::back_inserter(faults));
    set_faults(std::move(faults));
}

// A fault is its code: a temperature that moves is no change.
void Machine::set_faults(std::vector<MachineFault> faults) {
    bool changed = false;
    const auto report = [&](const std::vector<MachineFault>& from, const std::vector<MachineFault>& lacking,
                            LogLevel level, std::string_view message) {
        for (const MachineFault& fault : from) {
            if (std::ranges::find(lacking, fault.code, &MachineFault::code) == lacking.end()) {
                log_.write(level, message, {{"code", fault.code}, {"detail", fault.detail}});
                changed = true;
            }
        }
    };
    report(status_.faults, faults, LogLevel::notice, "a fault of the machine is over");
    report(faults, status_.faults, LogLevel::warning, "the machine has a fault");
    status_.faults = std::move(faults);
    if (changed) {
        status_bell_.ring();
    }
}

asio::awaitable<void> Machine::take_key(Values values) {
    if (!keys_) {
        co_return;
    }
    const auto event = keys_->see(values[settings_.keypad->point], clock_.now().monotonic);
    if (event) {
        press(*event);
    }
    if (settings_.keypad->acknowledge && values[settings_.keypad->point] != settings_.keypad->idle_value) {
        co_await acknowledge_key();
    }
}

asio::awaitable<void> Machine::acknowledge_key() {
    const Point& point = settings_.keypad->point;
    const auto done = co_await bus_->ask(
        {.unit = point.unit,
         .what = WriteRegister{.address = point.address, .value = settings_.keypad->idle_value}});
    if (!done) {
        log_.write(LogLevel::info, "a key could not be acknowledged yet", {{"code", done.error().code}});
    }
}

void Machine::press(const Keys::Event& event) {
    switch (event.what) {
        case Keys::What::selected:
            if (mechanism_->has(event.slot) && open_.size() < most_open_requests) {
                pressed_.push_back(open_request(event.slot));
                selection_bell_.ring();
                return;
            }
            break;
        case Keys::What::cancelled:
            while (!open_.empty()) {
                end_request(open_.begin()->first);
            }
            pressed_.clear();
            return;
        case Keys::What::meaningless:
            break;
    }
    log_.write(LogLevel::warning, "a selection on the keypad that no table knows",
               {{"value", std::to_string(event.value)}});
}

Selection Machine::open_request(Slot slot) {
    const RequestId request{fmt::format("{}-{}", start_, ++requests_)};
    open_.emplace(request, std::make_shared<Bell>(clock_));
    return {.request = request, .slot = slot};
}

void Machine::end_request(const RequestId& request) {
    if (const auto open = open_.find(request); open != open_.end()) {
        const std::shared_ptr<Bell> bell = open->second;
        open_.erase(open);
        bell->ring();
    }
}

}  // namespace qrvend::modbus
