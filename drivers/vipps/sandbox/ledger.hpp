#pragma once
// All payments, and everything that changes one: the merchant's calls, the customer's decision, the clock. Each
// change is recorded as an event with a pspReference of its own and handed to whoever publishes events.

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "controller/base/result.hpp"
#include "controller/base/time.hpp"
#include "controller/ports/random.hpp"
#include "drivers/vipps/sandbox/payment.hpp"

namespace qrvend::vipps::sandbox {

enum class CustomerAge : std::uint8_t { old_enough, under_age };

class Ledger {
public:
    using Publish = std::function<void(const Payment&, const Event&, const Stamp&)>;

    /// Both must outlive the ledger.
    Ledger(const Settings& settings, Random& random, Publish publish);

    /// Lets the clock do what it owes up to `now`: expire, end approvals, show refunds.
    void advance(const Stamp& now);
    /// When it will owe something next.
    std::optional<MonotonicTime> next_change() const;

    /// The new payment; nullptr where no more can be kept.
    Payment* create(Order order, const std::string& idempotency_key, const Stamp& now);
    Payment* find(std::string_view reference);
    Payment* find_by_phone_token(std::string_view token);
    Payment* find_by_image_token(std::string_view token);
    /// In the order of their creation.
    std::vector<const Payment*> all() const;

    // The merchant's calls, once the rules of payment.hpp allow them. Each gives the pspReference of its event.
    std::string capture(Payment& payment, Money amount, const std::string& idempotency_key, const Stamp& now);
    std::string cancel(Payment& payment, const std::string& idempotency_key, const Stamp& now);
    std::string refund(Payment& payment, Money amount, const std::string& idempotency_key, const Stamp& now);

    // What the customer does in the app. Refused with a reason where the app would say no.
    Result<void> approve(Payment& payment, CustomerAge age, const Stamp& now);
    /// The customer's bank says no; they may try another card.
    Result<void> refuse_card(Payment& payment, const Stamp& now);
    Result<void> reject(Payment& payment, const Stamp& now);
    Result<void> start_approving(Payment& payment, milliseconds duration, const Stamp& now);
    /// Ends the payment's time at once.
    Result<void> expire(Payment& payment, const Stamp& now);

private:
    using Names = std::unordered_map<std::string, std::uint64_t>;

    Payment* find_in(const Names& names, std::string_view name);
    std::string record(Payment& payment, EventName name, Money amount, const std::string& idempotency_key,
                       const Stamp& at);
    void step(Payment& payment, const Stamp& at);
    void authorize(Payment& payment, const Stamp& at);
    void show_refund(Payment& payment, const Stamp& at);
    void end(Payment& payment, State state, EventName name, const Stamp& at);
    void schedule(Payment& payment);
    bool make_room();
    void drop(std::uint64_t number);

    const Settings& settings_;
    Random& random_;
    Publish publish_;
    std::uint64_t last_number_ = 0;
    std::map<std::uint64_t, Payment> payments_;  // by number: the order of creation
    Names by_reference_;
    Names by_phone_token_;
    Names by_image_token_;
    std::set<std::pair<MonotonicTime, std::uint64_t>> timers_;
};

}  // namespace qrvend::vipps::sandbox
