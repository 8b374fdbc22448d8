#include "drivers/modbus/simulated_board.hpp"

#include <algorithm>
#include <utility>

namespace qrvend::modbus {

namespace {

using Meaning = ControllerBoard::Meaning;
using Verdict = ControllerBoard::Verdict;

constexpr int illegal_address = 2;
constexpr int illegal_value = 3;
constexpr int busy = 6;

enum State : std::uint16_t { idle, running, done, blocked };
enum ResultCode : std::uint16_t { none, dropped, failed, unclear };

constexpr milliseconds flash_unit{100};

}  // namespace

Settings relay_settings(Line line) {
    constexpr std::uint8_t unit = BoardMap::unit;
    RelayBoard board{
        .relays = {},
        .sensor =
            DropSensor{.value = {.unit = unit, .table = Table::input_registers, .address = BoardMap::drop_counter},
                       .beam = Point{.unit = unit, .address = BoardMap::beam_blocked}}};
    for (std::uint16_t index = 0; index < BoardMap::relay_count; ++index) {
        const auto slot = static_cast<std::uint16_t>(index + 1);
        board.relays.push_back({.slot = Slot{slot}, .unit = unit, .address = index});
    }
    return {.line = std::move(line), .board = std::move(board)};
}

Settings controller_settings(Line line) {
    ControllerBoard board{.unit = BoardMap::unit,
                          .selection_address = BoardMap::selection,
                          .sequence_address = BoardMap::sequence,
                          .echo_address = BoardMap::echo,
                          .state_address = BoardMap::state,
                          .result_address = BoardMap::result,
                          .states = {{.value = idle, .meaning = Meaning::idle},
                                     {.value = running, .meaning = Meaning::running},
                                     {.value = done, .meaning = Meaning::done},
                                     {.value = blocked, .meaning = Meaning::blocked}},
                          .results = {{.value = dropped, .verdict = Verdict::dropped},
                                      {.value = failed, .verdict = Verdict::failed, .detail = "nothing dropped"},
                                      {.value = unclear, .verdict = Verdict::unclear}}};
    return {.line = std::move(line), .board = std::move(board)};
}

std::optional<SimulatedBoard::Answer> SimulatedBoard::handle(const Request& request, MonotonicTime now) {
    advance(now);
    if (request.unit != BoardMap::unit || now < silent_until_) {
        return std::nullopt;
    }
    return std::visit([this](const auto& what) { return answer(what); }, request.what);
}

void SimulatedBoard::press(std::uint16_t key) {
    held_key_ = key;
    keys_.push_back(key);
}

void SimulatedBoard::restart(MonotonicTime now, milliseconds silent_for) {
    advance(now);
    silent_until_ = now + silent_for;
    relays_ = {};
    std::erase_if(falling_, [&](const Falling& product) { return product.edge > now; });  // the motor stands still
    run_.reset();
    echo_ = 0;
    state_ = idle;
    result_ = none;
    counter_ = 0;
    latch_ = false;
    held_key_ = 0;
    keys_.clear();
}

void SimulatedBoard::advance(MonotonicTime now) {
    now_ = now;
    for (std::uint16_t index = 0; index < BoardMap::relay_count; ++index) {
        turn(index, now);
    }
    land(now);
    end_run(now);
}

int SimulatedBoard::count(Deed::What what) const {
    return static_cast<int>(std::ranges::count(deeds_, what, &Deed::what));
}

SimulatedBoard::Answer SimulatedBoard::answer(const Read& read) {
    Words words;
    for (std::uint16_t index = 0; index < read.count; ++index) {
        const auto value = value_at(read.table, static_cast<std::uint16_t>(read.address + index));
        if (!value) {
            return std::unexpected(illegal_address);
        }
        words.push_back(*value);
    }
    return words;
}

SimulatedBoard::Answer SimulatedBoard::answer(const WriteCoil& write) {
    if (write.address == BoardMap::clear_latch) {
        latch_ = latch_ && !write.on;
        return Words{};
    }
    if (write.address >= BoardMap::relay_count) {
        return std::unexpected(illegal_address);
    }
    if (!write.on) {
        relays_[write.address] = {};
    } else {
        switch_on(write.address, std::nullopt);
    }
    return Words{};
}

SimulatedBoard::Answer SimulatedBoard::answer(const FlashCoil& flash) {
    const int relay = flash.address - BoardMap::first_flash;
    if (relay < 0 || relay >= BoardMap::relay_count) {
        return std::unexpected(illegal_value);
    }
    switch_on(static_cast<std::uint16_t>(relay), flash.value * flash_unit);
    return Words{};
}

SimulatedBoard::Answer SimulatedBoard::answer(const WriteRegister& write) {
    if (write.address != BoardMap::held_key) {
        return std::unexpected(illegal_address);
    }
    held_key_ = write.value;
    return Words{};
}

// A start. It is taken whatever the sequence, so that a driver that repeats one is found out.
SimulatedBoard::Answer SimulatedBoard::answer(const WriteRegisters& write) {
    if (write.address != BoardMap::selection || write.values.size() != 2) {
        return std::unexpected(illegal_address);
    }
    if (run_ || beam_blocked_) {
        return std::unexpected(busy);
    }
    const Slot slot{write.values[0]};
    deeds_.push_back({.what = Deed::What::started, .slot = slot});
    echo_ = write.values[1];
    state_ = running;
    result_ = none;
    const MonotonicTime edge = now_ + mechanics_.turn;
    const bool drops = mood_ == Mood::works;
    if (drops) {
        release(slot, edge);
        run_ = Run{.over_at = edge + mechanics_.fall + late_};
    } else {
        deeds_.push_back({.what = Deed::What::jammed, .slot = slot});
        run_ = Run{.over_at = edge + mechanics_.sensor_wait, .drops = false};
    }
    return Words{};
}

std::optional<std::uint16_t> SimulatedBoard::value_at(Table table, std::uint16_t address) {
    switch (table) {
        case Table::coils:
            return address < BoardMap::relay_count ? std::optional<std::uint16_t>(is_on(address)) : std::nullopt;
        case Table::discrete_inputs: {
            const std::array inputs{door_open_, beam_blocked_, latch_};
            return address < inputs.size() ? std::optional<std::uint16_t>(inputs[address]) : std::nullopt;
        }
        case Table::holding_registers:
            return address == BoardMap::held_key ? std::optional{held_key_} : std::nullopt;
        case Table::input_registers:
            return input_register(address);
    }
    std::unreachable();
}

std::optional<std::uint16_t> SimulatedBoard::input_register(std::uint16_t address) {
    switch (address) {
        case BoardMap::drop_counter:
            return counter_;
        case BoardMap::temperature:
            return static_cast<std::uint16_t>(temperature_);
        case BoardMap::key_fifo: {
            const std::uint16_t key = keys_.empty() ? std::uint16_t{0} : keys_.front();
            if (!keys_.empty()) {
                keys_.pop_front();
            }
            return key;
        }
        case BoardMap::echo:
            return echo_;
        case BoardMap::state:
            return beam_blocked_ && !run_ ? std::uint16_t{blocked} : state_;
        case BoardMap::result:
            return result_;
        default:
            return std::nullopt;
    }
}

void SimulatedBoard::switch_on(std::uint16_t relay, std::optional<milliseconds> flash) {
    Relay& chosen = relays_[relay];
    deeds_.push_back({.what = Deed::What::started, .slot = Slot{static_cast<std::uint16_t>(relay + 1)}});
    if (!chosen.on_since) {
        chosen = Relay{.on_since = now_};
    }
    if (flash) {
        chosen.off_at = now_ + *flash;
    }
}

// A spiral gives a product for each whole turn, however long its relay is on.
void SimulatedBoard::turn(std::uint16_t index, MonotonicTime until) {
    Relay& relay = relays_[index];
    if (!relay.on_since) {
        return;
    }
    const Slot slot{static_cast<std::uint16_t>(index + 1)};
    const MonotonicTime end = std::min(until, relay.off_at.value_or(until));
    while (*relay.on_since + (relay.turns + 1) * mechanics_.turn <= end) {
        ++relay.turns;
        if (mood_ == Mood::works) {
            release(slot, *relay.on_since + relay.turns * mechanics_.turn);
        } else {
            deeds_.push_back({.what = Deed::What::jammed, .slot = slot});
        }
    }
    if (relay.off_at && *relay.off_at <= until) {
        relay = {};
    }
}

void SimulatedBoard::release(Slot slot, MonotonicTime edge) {
    falling_.push_back({.edge = edge, .arrives = edge + mechanics_.fall + late_, .slot = slot});
}

void SimulatedBoard::land(MonotonicTime until) {
    std::erase_if(falling_, [&](const Falling& product) {
        if (product.arrives > until) {
            return false;
        }
        deeds_.push_back({.what = Deed::What::dropped, .slot = product.slot});
        if (!beam_blocked_ && product.arrives >= silent_until_) {
            latch_ = true;
            ++counter_;
        }
        return true;
    });
}

void SimulatedBoard::end_run(MonotonicTime until) {
    if (!run_ || run_->over_at > until) {
        return;
    }
    state_ = done;
    result_ = beam_blocked_ ? unclear : run_->drops ? dropped : failed;
    run_.reset();
}

}  // namespace qrvend::modbus
