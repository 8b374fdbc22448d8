#pragma once
// A sale told fact by fact, for tests: `Story{}.requested().authorized()` is the sale after those facts. All
// amounts are NOK minor units; the product costs `price`. Time stands still unless the story says `after`.

#include <optional>
#include <string>
#include <utility>

#include "controller/sale/next_step.hpp"
#include "controller/sale/sale.hpp"

namespace qrvend::test {

inline constexpr std::int64_t price = 100;
inline constexpr std::int64_t less_than_price = 60;
inline constexpr BootId boot{1};
inline constexpr BootId next_boot{2};
inline constexpr MonotonicTime start{std::chrono::hours{10}};

inline Currency nok() {
    return Currency::parse("NOK").value();
}

inline Money amount(std::int64_t minor) {
    return {.minor = minor, .currency = nok()};
}

inline Money euro(std::int64_t minor) {
    return {.minor = minor, .currency = Currency::parse("EUR").value()};
}

inline Stamp stamp_at(milliseconds since_start, BootId which = boot) {
    return {.wall = WallTime{}, .monotonic = start + since_start, .boot = which};
}

inline fact::Opened opened(Policy policy) {
    return {.selection = {.request = RequestId{"r"}, .slot = Slot{12}},
            .product = {.slot = Slot{12}, .name = "Cola", .price = amount(price)},
            .amount = amount(price),
            .policy = policy,
            .provider = "vipps",
            .account = "123456"};
}

inline fact::Intended intent(Operation operation, std::uint32_t attempt, std::int64_t minor) {
    return {.payment = PaymentNo{1},
            .operation = operation,
            .attempt = attempt,
            .reference = PaymentReference{"ref"},
            .key = IdempotencyKey{"key" + std::to_string(attempt)},
            .amount = amount(minor),
            .body = "body"};
}

class Story {
public:
    explicit Story(Policy policy = {}) : sale_(open_sale(SaleId{"S"}, test::opened(policy), stamp_at({}))) {}

    Story& then(const Fact& fact) {
        apply(sale_, fact, stamp());
        return *this;
    }
    Story& after(milliseconds time) {
        now_ += time;
        return *this;
    }
    /// Another start of the computer: its monotonic clock begins anew.
    Story& after_reboot() {
        boot_ = next_boot;
        now_ = -std::chrono::hours{9};
        return *this;
    }

    // Each of these is one fact about payment 1.
    Story& intends(Operation operation, std::uint32_t attempt = 1, std::int64_t minor = price) {
        return then(intent(operation, attempt, minor));
    }
    Story& fails(Operation operation, World world, Refusal refusal = Refusal::other, seconds retry_after = {}) {
        const Payment* payment = sale_.first_payment();
        return then(fact::Attempted{.payment = {},
                                    .operation = operation,
                                    .attempt = payment->of(operation).number,
                                    .world = world,
                                    .code = "code",
                                    .refusal = refusal,
                                    .retry_after = retry_after});
    }
    Story& authorized(Money money = amount(price)) {
        return then(fact::Authorized{.payment = {}, .amount = money, .provider_reference = "psp"});
    }
    Story& captured(std::int64_t minor = price) {
        return then(fact::Captured{.payment = {}, .total = amount(minor)});
    }
    Story& cancelled(std::int64_t minor) { return then(fact::Cancelled{.payment = {}, .total = amount(minor)}); }
    Story& refunded(std::int64_t minor = price) {
        return then(fact::Refunded{.payment = {}, .total = amount(minor)});
    }
    Story& asked() { return then(fact::Asked{.payment = {}}); }
    Story& left(LeftReason reason = LeftReason::cancelled) { return then(fact::Left{.reason = reason}); }

    /// The request was sent and answered: the code is on the screen.
    Story& requested(milliseconds life = std::chrono::minutes{10}) {
        return intends(Operation::request)
            .then(fact::Requested{.payment = {},
                                  .provider_reference = "psp",
                                  .to_show = {.content = "https://pay.example/1"},
                                  .life = life});
    }
    Story& captures() { return intends(Operation::capture).captured(); }
    Story& vend_started() {
        return then(fact::VendStarted{.ticket = {.request = RequestId{"r"}, .slot = Slot{12}, .state = "idle"}});
    }

    const Sale& sale() const { return sale_; }
    const Payment& payment() const { return sale_.payments.front(); }
    Stamp stamp() const { return stamp_at(now_, boot_); }
    Next next() const { return next_step(sale_, stamp()); }

private:
    Sale sale_;
    milliseconds now_{0};
    BootId boot_ = boot;
};

}  // namespace qrvend::test
