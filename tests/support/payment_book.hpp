#pragma once
// A payment system's own books, kept honestly: every payment, what its customer did with it, and every crown that
// moved. It outlives the kiosk, and is what a judge believes. Times are the world's own (SimulatedClock::elapsed).

#include <algorithm>
#include <deque>
#include <map>
#include <string>
#include <vector>

#include "controller/base/payment.hpp"
#include "controller/base/result.hpp"

namespace qrvend::test {

using namespace std::chrono_literals;

/// What a customer does with the code, counted from the payment's creation.
struct Customer {
    enum class Will : std::uint8_t { approves, declines, stays_away };
    Will will = Will::approves;
    milliseconds acts_after{5s};
    milliseconds has_app_open{0};  ///< before that act; meanwhile the payment cannot be ended
};

class PaymentBook {
public:
    using State = PaymentStatus::State;

    struct Entry {
        PaymentReference reference;
        Money ordered;
        milliseconds made_at;
        Customer customer;
        PaymentStatus status;
        bool receipt = false;
        int captures = 0;
        int refunds = 0;
        std::map<IdempotencyKey, std::pair<std::string, Result<PaymentStatus>>> answers;
    };

    /// What the customers of the next payments do, one each; later ones do as the last.
    void next_customers(std::deque<Customer> customers) { customers_ = std::move(customers); }
    void set_life(milliseconds life) { life_ = life; }
    void show_as(ToShow::Kind kind) { kind_ = kind; }

    /// Sees the next approval as one over this amount.
    void approve_as(Money amount) { approve_as_ = amount; }

    Result<PaymentStatus> handle(const PaymentCall& call, milliseconds now) {
        Entry* entry = find(call.reference);
        if (call.operation == Operation::request) {
            return entry == nullptr ? create(call, now) : repeat_creation(*entry, call, now);
        }
        if (entry == nullptr) {
            return refused("not_found");
        }
        live(*entry, now);
        if (const auto earlier = entry->answers.find(call.key); earlier != entry->answers.end()) {
            return earlier->second.first == call.body ? earlier->second.second
                                                      : Result<PaymentStatus>(refused("key_with_other_bytes"));
        }
        if (const PaymentStatus status = seen(*entry, now); status.state == State::approving) {
            return status;  // cannot be ended just now
        }
        auto answer = change(*entry, call);
        if (answer) {
            entry->answers.insert_or_assign(call.key, std::pair(call.body, answer));
        }
        return answer;
    }

    PaymentStatus show(const PaymentReference& reference, milliseconds now, Currency currency) {
        Entry* entry = find(reference);
        if (entry == nullptr || lags_) {
            const Money none = zero(currency);
            return {.state = State::absent,
                    .amounts = {.authorized = none, .captured = none, .cancelled = none, .refunded = none}};
        }
        live(*entry, now);
        return seen(*entry, now);
    }

    /// While it lags, the copy that answers questions does not find any payment.
    void lag(bool lags) { lags_ = lags; }

    const std::vector<Entry>& entries() const { return entries_; }
    const Entry& last() const { return entries_.back(); }

private:
    Entry* find(const PaymentReference& reference) {
        const auto found = std::ranges::find(entries_, reference, &Entry::reference);
        return found == entries_.end() ? nullptr : &*found;
    }

    Result<PaymentStatus> create(const PaymentCall& call, milliseconds now) {
        Customer customer = customers_.front();
        if (customers_.size() > 1) {
            customers_.pop_front();
        }
        const Money none = zero(call.amount.currency);
        Entry entry{
            .reference = call.reference,
            .ordered = call.amount,
            .made_at = now,
            .customer = customer,
            .status = {.amounts = {.authorized = none, .captured = none, .cancelled = none, .refunded = none},
                       .provider_reference = "psp-" + std::to_string(entries_.size() + 1),
                       .to_show = ToShow{.kind = kind_, .content = "https://pay.example/" + call.reference.text()},
                       .life = life_}};
        entry.answers.insert_or_assign(call.key, std::pair(call.body, entry.status));
        entries_.push_back(std::move(entry));
        return entries_.back().status;
    }

    Result<PaymentStatus> repeat_creation(Entry& entry, const PaymentCall& call, milliseconds now) {
        const auto earlier = entry.answers.find(call.key);
        if (earlier == entry.answers.end() || earlier->second.first != call.body) {
            return refused("already_exists", {}, Refusal::conflict);
        }
        live(entry, now);
        return entry.status;
    }

    // What the customer and the time have done since.
    void live(Entry& entry, milliseconds now) {
        if (entry.status.state != State::pending) {
            return;
        }
        const milliseconds acts_at = entry.made_at + entry.customer.acts_after;
        const bool acts =
            entry.customer.will != Customer::Will::stays_away && acts_at < entry.made_at + life_ && acts_at <= now;
        if (acts && entry.customer.will == Customer::Will::approves) {
            entry.status.state = State::authorized;
            entry.status.amounts.authorized = std::exchange(approve_as_, std::nullopt).value_or(entry.ordered);
        } else if (acts) {
            entry.status.state = State::declined;
        } else if (now >= entry.made_at + life_) {
            entry.status.state = State::expired;
        }
    }

    static PaymentStatus seen(const Entry& entry, milliseconds now) {
        PaymentStatus status = entry.status;
        const milliseconds acts_at = entry.made_at + entry.customer.acts_after;
        if (status.state == State::pending && entry.customer.has_app_open > 0ms &&
            now >= acts_at - entry.customer.has_app_open && now < acts_at) {
            status.state = State::approving;
        }
        return status;
    }

    Result<PaymentStatus> change(Entry& entry, const PaymentCall& call) {
        PaymentAmounts& amounts = entry.status.amounts;
        const State state = entry.status.state;
        const std::int64_t reserved = amounts.authorized.minor - amounts.captured.minor - amounts.cancelled.minor;
        switch (call.operation) {
            case Operation::cancel_unapproved:
            case Operation::cancel:
                if (state == State::pending) {
                    entry.status.state = State::cancelled;
                    return entry.status;
                }
                if (state != State::authorized || call.operation == Operation::cancel_unapproved || reserved == 0) {
                    return refused("cannot_cancel");
                }
                amounts.cancelled.minor += reserved;
                return entry.status;
            case Operation::capture:
                if (state != State::authorized || call.amount.minor > reserved) {
                    return refused("cannot_capture");
                }
                ++entry.captures;
                amounts.captured = amounts.captured + call.amount;
                return entry.status;
            case Operation::refund:
                if (call.amount.minor > amounts.captured.minor - amounts.refunded.minor) {
                    return refused("cannot_refund");
                }
                ++entry.refunds;
                amounts.refunded = amounts.refunded + call.amount;
                return entry.status;
            case Operation::post_receipt:
                entry.receipt = true;
                return entry.status;
            case Operation::request:
            case Operation::ask:
                break;
        }
        return refused("no_such_operation");
    }

    std::vector<Entry> entries_;
    bool lags_ = false;
    std::deque<Customer> customers_{Customer{}};
    milliseconds life_{600s};
    ToShow::Kind kind_ = ToShow::Kind::qr_text;
    std::optional<Money> approve_as_;
};

}  // namespace qrvend::test
