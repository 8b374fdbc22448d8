#include "drivers/vipps/sandbox/payment.hpp"

#include <algorithm>
#include <array>
#include <chrono>

namespace qrvend::vipps::sandbox {

namespace {

using Refusal = std::optional<Problem>;

constexpr std::chrono::days refund_period{365};

std::chrono::days capture_period(Market market) {
    return market == Market::norway ? std::chrono::days{180} : std::chrono::days{14};
}

Refusal turned_down(std::string_view code) {
    return domain_problem(400, code);
}

Refusal while_approving(ApprovingAnswer answer) {
    switch (answer) {
        case ApprovingAnswer::code_6250:
            return domain_problem(409, "6250");
        case ApprovingAnswer::code_6160:
            return domain_problem(409, "6160");
        case ApprovingAnswer::locked:
            break;
    }
    return Problem{.status = 423, .title = "Locked by another operation"};
}

}  // namespace

std::string_view to_string(State state) {
    switch (state) {
        case State::created:
            return "CREATED";
        case State::authorized:
            return "AUTHORIZED";
        case State::aborted:
            return "ABORTED";
        case State::expired:
            return "EXPIRED";
        case State::terminated:
            break;
    }
    return "TERMINATED";
}

std::string_view to_string(EventName name) {
    switch (name) {
        case EventName::created:
            return "CREATED";
        case EventName::authorized:
            return "AUTHORIZED";
        case EventName::captured:
            return "CAPTURED";
        case EventName::cancelled:
            return "CANCELLED";
        case EventName::refunded:
            return "REFUNDED";
        case EventName::aborted:
            return "ABORTED";
        case EventName::expired:
            return "EXPIRED";
        case EventName::terminated:
            break;
    }
    return "TERMINATED";
}

bool Payment::settled() const {
    if (state == State::created || !pending_refunds.empty()) {
        return false;
    }
    return state != State::authorized || captured + cancelled == authorized;
}

Money Payment::open_refunds() const {
    Money sum = zero(order.amount.currency);
    for (const PendingRefund& refund : pending_refunds) {
        sum = sum + refund.amount;
    }
    return sum;
}

std::optional<MonotonicTime> Payment::next_change() const {
    if (state == State::created) {
        return approving ? approving->until : expires;
    }
    return pending_refunds.empty() ? std::nullopt : std::optional{pending_refunds.front().shown_at};
}

std::optional<Problem> why_no_capture(const Payment& payment, Money amount, const Settings& settings,
                                      MonotonicTime now) {
    if (payment.state == State::created) {
        return turned_down("6080");
    }
    if (payment.state != State::authorized) {
        return turned_down(payment.state == State::terminated ? "6070" : "6200");
    }
    if (now > payment.authorized_at + capture_period(settings.market)) {
        return turned_down("6100");
    }
    if (amount.currency != payment.order.amount.currency) {
        return turned_down("4040");
    }
    if (amount.minor < 1) {
        return turned_down("6010");
    }
    if (payment.cancelled.minor > 0) {
        return turned_down("6070");
    }
    if (payment.captured == payment.authorized) {
        return turned_down("6170");
    }
    if (amount > payment.authorized - payment.captured) {
        return turned_down("6090");
    }
    return settings.partial_capture_allowed || amount == payment.authorized ? std::nullopt : turned_down("6140");
}

std::optional<Problem> why_no_cancel(const Payment& payment, CancelMode mode, const Settings& settings,
                                     MonotonicTime now) {
    if (payment.state == State::created) {
        return payment.approving ? while_approving(settings.approving_answer) : std::nullopt;
    }
    if (payment.state != State::authorized) {
        return turned_down(payment.state == State::terminated ? "6190" : "6050");
    }
    if (mode == CancelMode::transaction_only) {
        return turned_down("6060");
    }
    if (payment.captured == payment.authorized) {
        return turned_down("6040");
    }
    if (payment.captured + payment.cancelled == payment.authorized) {
        return turned_down("6190");
    }
    const bool over = now > payment.authorized_at + capture_period(settings.market);
    return over ? turned_down("6030") : std::nullopt;
}

std::optional<Problem> why_no_refund(const Payment& payment, Money amount, MonotonicTime now) {
    static constexpr std::array<std::int64_t, 2> refused_amounts = {123, 124};
    if (payment.state != State::authorized) {
        return turned_down("6020");
    }
    if (payment.captured.minor == 0) {
        return turned_down("6210");
    }
    if (now > payment.authorized_at + refund_period) {
        return turned_down("6220");
    }
    if (amount.currency != payment.order.amount.currency) {
        return turned_down("4040");
    }
    if (amount.minor < 1) {
        return turned_down("6010");
    }
    const Money left = payment.captured - payment.refunded - payment.open_refunds();
    if (left.minor == 0) {
        return turned_down("6180");
    }
    if (amount > left) {
        return turned_down("6150");
    }
    return std::ranges::find(refused_amounts, amount.minor) != refused_amounts.end() ? turned_down("5100")
                                                                                     : std::nullopt;
}

bool is_refused_test_amount(std::int64_t minor) {
    static constexpr std::array<std::int64_t, 8> amounts = {151, 182, 183, 184, 186, 187, 197, 202};
    return std::ranges::find(amounts, minor) != amounts.end();
}

}  // namespace qrvend::vipps::sandbox
