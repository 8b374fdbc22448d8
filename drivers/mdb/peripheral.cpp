#include "drivers/mdb/peripheral.hpp"

#include <algorithm>
#include <utility>

#include "drivers/mdb/cashless.hpp"
#include "drivers/mdb/exchange.hpp"

namespace qrvend::mdb {

class Peripheral::State {
public:
    explicit State(ReaderSettings settings) : exchange(settings.address), cashless(std::move(settings)) {}

    Frame answer(const Block& block, MonotonicTime now) {
        const auto said = cashless.answer_to(block, now);
        return said ? exchange.answer(*said, now) : Frame{};
    }

    Exchange exchange;
    Cashless cashless;
};

Peripheral::Peripheral(ReaderSettings settings) : state_(std::make_unique<State>(std::move(settings))) {}
Peripheral::~Peripheral() = default;

Frame Peripheral::receive(Byte byte, MonotonicTime now) {
    const auto happened = state_->exchange.take(byte, now, state_->cashless.layout().width);
    if (const auto* command = std::get_if<Exchange::Command>(&happened)) {
        return state_->answer(command->block, now);
    }
    if (std::holds_alternative<Exchange::SendAgain>(happened)) {
        return state_->cashless.answer_stands() ? state_->exchange.again(now) : Frame{};
    }
    if (std::holds_alternative<Exchange::Acknowledged>(happened)) {
        state_->cashless.acknowledged(now);
    }
    return {};
}

void Peripheral::bus_reset(MonotonicTime now) {
    state_->cashless.pass_time(now);
    state_->exchange.bus_reset();
    state_->cashless.bus_reset();
}

Frame Peripheral::pass_time(MonotonicTime now) {
    const auto block = state_->exchange.pass_time(now);
    state_->cashless.pass_time(now);
    return block ? state_->answer(*block, now) : Frame{};
}

std::optional<MonotonicTime> Peripheral::next_deadline() const {
    const auto exchange = state_->exchange.next_deadline();
    const auto cashless = state_->cashless.next_deadline();
    return exchange && cashless ? std::min(exchange, cashless) : exchange ? exchange : cashless;
}

void Peripheral::begin_fresh() {
    state_->cashless.begin_fresh();
}

void Peripheral::approve(Money amount) {
    state_->cashless.approve(amount);
}

void Peripheral::deny() {
    state_->cashless.deny();
}

void Peripheral::begin_session() {
    state_->cashless.begin_session();
}

void Peripheral::end_session() {
    state_->cashless.end_session();
}

bool Peripheral::always_idle() const {
    return state_->cashless.always_idle();
}

std::optional<Event> Peripheral::next_event() {
    return state_->cashless.next_event();
}

}  // namespace qrvend::mdb
