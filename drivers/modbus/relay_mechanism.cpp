#include "drivers/modbus/relay_mechanism.hpp"

#include <algorithm>
#include <set>
#include <utility>

#include "controller/kiosk/wait.hpp"

namespace qrvend::modbus {

namespace asio = boost::asio;

namespace {

using namespace std::chrono_literals;
using By = RelayBoard::By;
using Outcome = VendResult::Outcome;

constexpr milliseconds off_patience = 30s;     // for a vend; after it, upkeep goes on trying
constexpr milliseconds recall_patience = 60s;  // for the board to answer after a restart of ours

Request read_of(const Point& point) {
    return {.unit = point.unit, .what = Read{.table = point.table, .address = point.address, .count = 1}};
}

}  // namespace

RelayMechanism::RelayMechanism(Clock& clock, Bus& bus, RelayBoard board, milliseconds poll)
    : clock_(clock),
      bus_(bus),
      board_(std::move(board)),
      poll_(poll),
      started_(clock.now().monotonic),
      maybe_on_(board_.relays),
      off_since_(started_) {}

bool RelayMechanism::has(Slot slot) const {
    return std::ranges::find(board_.relays, slot, &Relay::slot) != board_.relays.end();
}

std::vector<Point> RelayMechanism::points() const {
    if (!board_.sensor) {
        return {};
    }
    return {board_.sensor->beam.value_or(board_.sensor->value)};
}

// Of the latch alone nothing can be said here: it may hold the drop of a vend that is not written down yet.
std::vector<MachineFault> RelayMechanism::faults(const Values& values) const {
    if (!board_.sensor || !board_.sensor->beam) {
        return {};
    }
    const auto beam = values.find(*board_.sensor->beam);
    if (beam == values.end() || (beam->second != 0) != board_.sensor->blocked_when) {
        return {};
    }
    const SensorLook blocked{.beam_free = false};
    return {{.code = "drop_sensor_blocked", .detail = sensor_fault(*board_.sensor, blocked)}};
}

asio::awaitable<Result<void>> RelayMechanism::upkeep() {
    while (!maybe_on_.empty()) {
        const Relay relay = maybe_on_.back();
        if (board_.by == By::flash && now() < started_ + board_.pulse) {
            const auto on = co_await is_on(relay);
            if (!on && on.error().world != World::refused) {
                co_return std::unexpected(on.error());
            }
            if (on.value_or(true)) {
                co_return unsent("vend_running", "a relay that was on at the start has not switched off yet");
            }
        }
        const auto answer = co_await bus_.ask(off_request(relay));
        if (!answer) {
            co_return std::unexpected(answer.error());
        }
        maybe_on_.pop_back();
        off_since_ = now();
    }
    co_return co_await call_boards();
}

// A board that has gone is noticed before it is needed. One that refuses to be read has answered.
asio::awaitable<Result<void>> RelayMechanism::call_boards() {
    std::set<std::uint8_t> called;
    for (const Relay& relay : board_.relays) {
        if (!called.insert(relay.unit).second) {
            continue;
        }
        const auto on = co_await is_on(relay);
        if (!on && on.error().world != World::refused) {
            co_return std::unexpected(on.error());
        }
    }
    co_return Result<void>{};
}

asio::awaitable<Result<bool>> RelayMechanism::is_on(Relay relay) {
    const Table table = board_.by == By::register_pair ? Table::holding_registers : Table::coils;
    const std::uint16_t on = board_.by == By::register_pair ? board_.on_value : std::uint16_t{1};
    const auto state = co_await bus_.ask(read_of({.unit = relay.unit, .table = table, .address = relay.address}));
    if (!state) {
        co_return std::unexpected(state.error());
    }
    co_return state->front() == on;
}

asio::awaitable<Result<std::string>> RelayMechanism::prepare(Slot slot) {
    if (!has(slot)) {
        co_return unsent("unknown_slot", "no relay belongs to this slot");
    }
    RelayTicket ticket;
    if (board_.sensor) {
        // Only here is it certain that no earlier vend will be asked after, and that its drop may be forgotten.
        if (const auto& clear = board_.sensor->clear) {
            Request request{.unit = clear->unit, .what = WriteRegister{clear->address, clear->value}};
            if (clear->is_coil) {
                request.what = WriteCoil{.address = clear->address, .on = clear->value != 0};
            }
            if (const auto cleared = co_await bus_.ask(std::move(request)); !cleared) {
                co_return unsent(cleared.error().code, "the drop sensor cannot be cleared");
            }
        }
        const auto seen = co_await look();
        if (!seen) {
            co_return unsent(seen.error().code, "the drop sensor cannot be read");
        }
        if (std::string why = sensor_fault(*board_.sensor, *seen); !why.empty()) {
            co_return unsent("drop_sensor_blocked", std::move(why));
        }
        ticket.before = seen->value;
    }
    co_return to_text(ticket);
}

asio::awaitable<VendResult> RelayMechanism::vend(Slot slot, std::string ticket) {
    const auto read = read_relay_ticket(ticket);
    const auto relay = std::ranges::find(board_.relays, slot, &Relay::slot);
    if (!read || relay == board_.relays.end()) {
        co_return VendResult{.outcome = Outcome::unsent, .reason = "the ticket is not of this board"};
    }
    const Relay chosen = *relay;
    const auto started = co_await bus_.ask(on_request(chosen));
    if (effect_of(started) == Effect::none) {
        co_return VendResult{.outcome = Outcome::unsent, .reason = started.error().code};
    }
    Trial trial = co_await run_pulse(chosen, {.ticket = *read, .watched = started.has_value()});
    trial = co_await switch_off(chosen, trial);
    if (!trial.off) {
        maybe_on_.push_back(chosen);
        co_return VendResult{.outcome = Outcome::unknown,
                             .reason = "the board does not confirm that the relay is off"};
    }
    if (!board_.sensor) {
        co_return VendResult{.outcome = Outcome::unknown,
                             .reason = "the relay was switched; no sensor tells what fell"};
    }
    co_return co_await wait_for_drop(trial, now() + board_.sensor->drop_wait);
}

// During a flash the sensor is looked at all the time, so that a restart of the board is noticed. Where we
// ourselves must end the pulse nothing may delay that: one look at the relay, in time for its end.
asio::awaitable<RelayMechanism::Trial> RelayMechanism::run_pulse(Relay relay, Trial trial) {
    if (board_.by != By::flash) {
        co_await sleep_until(clock_, now() + board_.pulse);
        const auto still_on = co_await is_on(relay);
        trial.watched = trial.watched && still_on.value_or(false);
        co_return trial;
    }
    const MonotonicTime end = now() + board_.pulse + board_.flash_unit;
    while (now() < end) {
        trial = co_await look_once(trial);
        co_await sleep_until(clock_, std::min(end, now() + poll_));
    }
    co_return trial;
}

asio::awaitable<RelayMechanism::Trial> RelayMechanism::switch_off(Relay relay, Trial trial) {
    const MonotonicTime patience = now() + off_patience;
    while (now() < patience) {
        if (co_await bus_.ask(off_request(relay))) {
            trial.off = true;
            break;
        }
        trial.watched = false;
        co_await sleep_until(clock_, now() + poll_);
    }
    co_return trial;
}

asio::awaitable<VendResult> RelayMechanism::wait_for_drop(Trial trial, MonotonicTime until) {
    while (true) {
        const bool last = now() >= until;  // the look comes after the time, never before
        trial = co_await look_once(trial);
        if (last || (trial.last && fell(*board_.sensor, trial.ticket, *trial.last) == true)) {
            co_return verdict(trial);
        }
        co_await sleep_until(clock_, std::min(until, now() + poll_));
    }
}

VendResult RelayMechanism::verdict(const Trial& trial) const {
    if (!trial.last) {
        return {.outcome = Outcome::unknown, .reason = "the drop sensor could not be read"};
    }
    const auto drop = fell(*board_.sensor, trial.ticket, *trial.last);
    if (!drop) {
        return {.outcome = Outcome::unknown, .reason = "the drop counter began anew: the board has restarted"};
    }
    if (*drop) {
        return {.outcome = Outcome::vended, .reason = "drop sensor"};
    }
    if (silence_is_proof(trial.ticket, *trial.last, *board_.sensor, trial.watched)) {
        return {.outcome = Outcome::failed, .reason = "the drop sensor saw nothing"};
    }
    return {.outcome = Outcome::unknown, .reason = "the drop sensor saw nothing, and may have missed it"};
}

// Nothing is switched here: at the start, upkeep() has switched off what was on, and no vend begins meanwhile.
asio::awaitable<std::optional<VendResult>> RelayMechanism::outcome_of(std::string ticket) {
    const auto read = read_relay_ticket(ticket);
    if (!read || !read->before || !board_.sensor) {
        co_return std::nullopt;
    }
    const MonotonicTime patience = now() + recall_patience;
    while (!maybe_on_.empty() && now() < patience) {
        co_await sleep_until(clock_, now() + poll_);
    }
    Trial trial{.ticket = *read, .watched = false};
    while (!trial.last && now() < patience) {
        trial = co_await look_once(trial);
        co_await sleep_until(clock_, now() + poll_);
    }
    if (!trial.last || !maybe_on_.empty()) {
        co_return std::nullopt;
    }
    co_return co_await wait_for_drop(trial, off_since_ + board_.sensor->drop_wait);
}

asio::awaitable<RelayMechanism::Trial> RelayMechanism::look_once(Trial trial) {
    if (!board_.sensor) {
        co_return trial;
    }
    const auto seen = co_await look();
    trial.last = seen ? std::optional{*seen} : std::nullopt;
    trial.watched = trial.watched && seen;
    co_return trial;
}

asio::awaitable<Result<SensorLook>> RelayMechanism::look() {
    const DropSensor& sensor = *board_.sensor;
    SensorLook seen;
    if (sensor.beam) {
        const auto beam = co_await bus_.ask(read_of(*sensor.beam));
        if (!beam) {
            co_return std::unexpected(beam.error());
        }
        seen.beam_free = (beam->front() != 0) != sensor.blocked_when;
    }
    // The value comes last: a product in the beam is counted when it has left, or was just before.
    const auto value = co_await bus_.ask(read_of(sensor.value));
    if (!value) {
        co_return std::unexpected(value.error());
    }
    seen.value = value->front();
    co_return seen;
}

Request RelayMechanism::on_request(const Relay& relay) const {
    Request request{.unit = relay.unit, .what = WriteCoil{.address = relay.address, .on = true}};
    if (board_.by == By::flash) {
        request.what = FlashCoil{.address = static_cast<std::uint16_t>(relay.address + board_.flash_offset),
                                 .value = static_cast<std::uint16_t>(board_.pulse / board_.flash_unit)};
    } else if (board_.by == By::register_pair) {
        request.what = WriteRegister{.address = relay.address, .value = board_.on_value};
    }
    return request;
}

Request RelayMechanism::off_request(const Relay& relay) const {
    if (board_.by == By::register_pair) {
        return {.unit = relay.unit, .what = WriteRegister{.address = relay.address, .value = board_.off_value}};
    }
    return {.unit = relay.unit, .what = WriteCoil{.address = relay.address, .on = false}};
}

}  // namespace qrvend::modbus
