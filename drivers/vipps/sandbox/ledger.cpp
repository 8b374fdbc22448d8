#include "drivers/vipps/sandbox/ledger.hpp"

#include <algorithm>
#include <cassert>
#include <chrono>
#include <utility>

#include "drivers/vipps/sandbox/text.hpp"

namespace qrvend::vipps::sandbox {

namespace {

constexpr std::size_t token_characters = 24;

// The stamp that `now` had been at `moment`.
Stamp back_to(MonotonicTime moment, const Stamp& now) {
    return {.wall = now.wall - (now.monotonic - moment), .monotonic = moment, .boot = now.boot};
}

}  // namespace

Ledger::Ledger(const Settings& settings, Random& random, Publish publish)
    : settings_(settings), random_(random), publish_(std::move(publish)) {}

void Ledger::advance(const Stamp& now) {
    while (!timers_.empty() && timers_.begin()->first <= now.monotonic) {
        const auto [moment, number] = *timers_.begin();
        Payment& payment = payments_.at(number);
        step(payment, back_to(moment, now));
        schedule(payment);
    }
}

std::optional<MonotonicTime> Ledger::next_change() const {
    return timers_.empty() ? std::nullopt : std::optional{timers_.begin()->first};
}

Payment* Ledger::create(Order order, const std::string& idempotency_key, const Stamp& now) {
    if (payments_.size() >= settings_.limits.payments && !make_room()) {
        return nullptr;
    }
    const Money nothing = zero(order.amount.currency);
    Payment made{.number = ++last_number_,
                 .order = std::move(order),
                 .authorized = nothing,
                 .captured = nothing,
                 .cancelled = nothing,
                 .refunded = nothing,
                 .psp_reference = {},
                 .phone_token = random_name(random_, token_characters),
                 .image_token = random_name(random_, token_characters),
                 .redirect_url = {}};
    made.expires = now.monotonic + settings_.payment_life;
    if (made.order.expires_at) {
        made.expires = now.monotonic + (*made.order.expires_at - now.wall);
    }
    made.receipt_posted = !made.order.receipt.is_null();
    Payment& payment = payments_.emplace(made.number, std::move(made)).first->second;
    by_reference_.emplace(payment.order.reference, payment.number);
    by_phone_token_.emplace(payment.phone_token, payment.number);
    by_image_token_.emplace(payment.image_token, payment.number);
    payment.psp_reference = record(payment, EventName::created, payment.order.amount, idempotency_key, now);
    schedule(payment);
    return &payment;
}

Payment* Ledger::find_in(const Names& names, std::string_view name) {
    const auto found = names.find(std::string{name});
    return found == names.end() ? nullptr : &payments_.at(found->second);
}

Payment* Ledger::find(std::string_view reference) {
    return find_in(by_reference_, reference);
}
Payment* Ledger::find_by_phone_token(std::string_view token) {
    return find_in(by_phone_token_, token);
}
Payment* Ledger::find_by_image_token(std::string_view token) {
    return find_in(by_image_token_, token);
}

std::vector<const Payment*> Ledger::all() const {
    std::vector<const Payment*> payments;
    payments.reserve(payments_.size());
    for (const auto& [number, payment] : payments_) {
        payments.push_back(&payment);
    }
    return payments;
}

std::string Ledger::capture(Payment& payment, Money amount, const std::string& idempotency_key, const Stamp& now) {
    payment.captured = payment.captured + amount;
    assert(payment.captured + payment.cancelled <= payment.authorized);
    return record(payment, EventName::captured, amount, idempotency_key, now);
}

std::string Ledger::cancel(Payment& payment, const std::string& idempotency_key, const Stamp& now) {
    if (payment.state == State::created) {
        payment.state = State::terminated;
        payment.cancelled = payment.order.amount;
        schedule(payment);
        return record(payment, EventName::terminated, payment.order.amount, idempotency_key, now);
    }
    const Money rest = payment.authorized - payment.captured;
    payment.cancelled = rest;
    return record(payment, EventName::cancelled, rest, idempotency_key, now);
}

std::string Ledger::refund(Payment& payment, Money amount, const std::string& idempotency_key, const Stamp& now) {
    payment.pending_refunds.push_back({.shown_at = now.monotonic + settings_.refund_shown_after,
                                       .amount = amount,
                                       .psp_reference = random_uuid(random_),
                                       .idempotency_key = idempotency_key});
    std::string psp_reference = payment.pending_refunds.back().psp_reference;
    if (payment.pending_refunds.front().shown_at <= now.monotonic) {
        show_refund(payment, now);
    }
    schedule(payment);
    return psp_reference;
}

Result<void> Ledger::approve(Payment& payment, CustomerAge age, const Stamp& now) {
    if (payment.state != State::created) {
        return refused("state", std::string{to_string(payment.state)});
    }
    if (age == CustomerAge::under_age && payment.order.minimum_age_years.value_or(0) > 0) {
        payment.message = AppMessage::under_age;
        return refused("under_age");
    }
    if (is_refused_test_amount(payment.order.amount.minor)) {
        return refuse_card(payment, now);
    }
    payment.message = AppMessage::none;
    const bool slow = payment.order.amount.minor == slow_test_amount_minor;
    const milliseconds takes = slow ? std::chrono::hours{1} : settings_.approval_takes;
    const bool decided = payment.approving && payment.approving->outcome == Approving::Outcome::authorized;
    if (takes > milliseconds{0}) {
        if (!decided) {
            payment.approving = {.until = now.monotonic + takes, .outcome = Approving::Outcome::authorized};
            schedule(payment);
        }
        return {};
    }
    authorize(payment, now);
    schedule(payment);
    return {};
}

Result<void> Ledger::refuse_card(Payment& payment, const Stamp& now) {
    if (payment.state != State::created) {
        return refused("state", std::string{to_string(payment.state)});
    }
    payment.message = AppMessage::card_refused;
    if (settings_.failed_attempts_are_events) {
        const Event failed{.name = EventName::authorized,
                           .psp_reference = random_uuid(random_),
                           .amount = payment.order.amount,
                           .at = now.wall,
                           .idempotency_key = {},
                           .success = false};
        payment.events.push_back(failed);
        publish_(payment, failed, now);
    }
    return refused("card_refused");
}

Result<void> Ledger::reject(Payment& payment, const Stamp& now) {
    const bool decided = payment.approving && payment.approving->outcome == Approving::Outcome::authorized;
    if (payment.state != State::created || decided) {
        return refused("state", std::string{to_string(payment.state)});
    }
    end(payment, State::aborted, EventName::aborted, now);
    return {};
}

Result<void> Ledger::start_approving(Payment& payment, milliseconds duration, const Stamp& now) {
    if (payment.state != State::created) {
        return refused("state", std::string{to_string(payment.state)});
    }
    payment.approving = {.until = now.monotonic + duration, .outcome = Approving::Outcome::nothing};
    schedule(payment);
    return {};
}

Result<void> Ledger::expire(Payment& payment, const Stamp& now) {
    if (payment.state != State::created) {
        return refused("state", std::string{to_string(payment.state)});
    }
    end(payment, State::expired, EventName::expired, now);
    return {};
}

std::string Ledger::record(Payment& payment, EventName name, Money amount, const std::string& idempotency_key,
                           const Stamp& at) {
    payment.events.push_back({.name = name,
                              .psp_reference = random_uuid(random_),
                              .amount = amount,
                              .at = at.wall,
                              .idempotency_key = idempotency_key});
    publish_(payment, payment.events.back(), at);
    return payment.events.back().psp_reference;
}

void Ledger::step(Payment& payment, const Stamp& at) {
    if (payment.state != State::created) {
        show_refund(payment, at);
        return;
    }
    if (!payment.approving) {
        end(payment, State::expired, EventName::expired, at);
        return;
    }
    const bool approved = payment.approving->outcome == Approving::Outcome::authorized;
    payment.approving.reset();
    if (approved) {
        authorize(payment, at);
    }
}

void Ledger::authorize(Payment& payment, const Stamp& at) {
    payment.approving.reset();
    payment.state = State::authorized;
    payment.authorized = payment.approves.value_or(payment.order.amount);
    payment.authorized_at = at.monotonic;
    record(payment, EventName::authorized, payment.authorized, {}, at);
}

void Ledger::show_refund(Payment& payment, const Stamp& at) {
    const PendingRefund refund = std::move(payment.pending_refunds.front());
    payment.pending_refunds.pop_front();
    payment.refunded = payment.refunded + refund.amount;
    assert(payment.refunded <= payment.captured);
    payment.events.push_back({.name = EventName::refunded,
                              .psp_reference = refund.psp_reference,
                              .amount = refund.amount,
                              .at = at.wall,
                              .idempotency_key = refund.idempotency_key});
    publish_(payment, payment.events.back(), at);
}

void Ledger::end(Payment& payment, State state, EventName name, const Stamp& at) {
    payment.approving.reset();
    payment.state = state;
    record(payment, name, payment.order.amount, {}, at);
    schedule(payment);
}

void Ledger::schedule(Payment& payment) {
    if (payment.timer) {
        timers_.erase({*payment.timer, payment.number});
    }
    payment.timer = payment.next_change();
    if (payment.timer) {
        timers_.emplace(*payment.timer, payment.number);
    }
}

bool Ledger::make_room() {
    const auto oldest = std::ranges::find_if(payments_, [](const auto& entry) { return entry.second.settled(); });
    if (oldest == payments_.end()) {
        return false;
    }
    drop(oldest->first);
    return true;
}

void Ledger::drop(std::uint64_t number) {
    const Payment& payment = payments_.at(number);
    by_reference_.erase(payment.order.reference);
    by_phone_token_.erase(payment.phone_token);
    by_image_token_.erase(payment.image_token);
    payments_.erase(number);
}

}  // namespace qrvend::vipps::sandbox
