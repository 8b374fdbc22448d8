#include "tests/controller/sale/truth.hpp"

#include <utility>

namespace qrvend::test {

namespace {

using State = PaymentStatus::State;

State shown(Truth::Phase phase) {
    switch (phase) {
        case Truth::Phase::absent:
            return State::absent;
        case Truth::Phase::pending:
            return State::pending;
        case Truth::Phase::approving:
            return State::approving;
        case Truth::Phase::authorized:
            return State::authorized;
        case Truth::Phase::declined:
            return State::declined;
        case Truth::Phase::expired:
            return State::expired;
        case Truth::Phase::cancelled:
            return State::cancelled;
    }
    std::unreachable();
}

}  // namespace

Money Truth::approved_money() const {
    switch (approved) {
        case Approved::nothing:
            return amount(0);
        case Approved::exactly:
            return amount(price);
        case Approved::too_little:
            return amount(less_than_price);
        case Approved::in_euro:
            return euro(price);
    }
    std::unreachable();
}

PaymentStatus Truth::status() const {
    const Money all = approved_money();
    const Money none = zero(all.currency);
    return {.state = shown(phase),
            .amounts = {.authorized = all,
                        .captured = captured ? all : none,
                        .cancelled = freed ? all : none,
                        .refunded = refunded ? all : none},
            .provider_reference = "psp",
            .to_show = ToShow{.content = "qr"},
            .life = std::chrono::minutes{10}};
}

Truth::Answer Truth::arrives(Operation operation, Sent sent, Refund refund) {
    const bool lately = sent == Sent::lately;
    const bool cancels = operation == Operation::cancel || operation == Operation::cancel_unapproved;
    if (cancels && phase == Phase::approving) {
        return Answer::approving;
    }
    if (cancels && phase == Phase::pending) {
        phase = Phase::cancelled;
        return Answer::done;
    }
    if (operation == Operation::request) {
        phase = phase == Phase::absent ? Phase::pending : phase;
        return Answer::done;
    }
    if (operation == Operation::cancel && reserved()) {
        freed = true;
        return Answer::done;
    }
    if (operation == Operation::capture) {
        if (lately && capture_key_used) {
            return Answer::done;
        }
        if (reserved() && approved == Approved::exactly) {
            captured = true;
            capture_key_used = lately;
            return Answer::done;
        }
    }
    if (operation == Operation::refund) {
        if (lately && refund_key_used) {
            return Answer::done;
        }
        if (kept() && !refund_on_way) {
            (refund == Refund::at_once ? refunded : refund_on_way) = true;
            refund_key_used = lately;
            return Answer::done;
        }
    }
    return operation == Operation::post_receipt ? Answer::done : Answer::refused;
}

void Truth::renew_key(Operation operation) {
    if (operation == Operation::capture) {
        earlier_capture_delayed = earlier_capture_delayed || std::exchange(capture_delayed, false);
        capture_key_used = false;
    }
    if (operation == Operation::refund) {
        earlier_refund_delayed = earlier_refund_delayed || std::exchange(refund_delayed, false);
        refund_key_used = false;
    }
}

void Truth::forget_the_harmless() {
    const bool unapproved = phase == Phase::absent || phase == Phase::pending || phase == Phase::approving;
    request_delayed = request_delayed && phase == Phase::absent;
    cancel_unapproved_delayed = cancel_unapproved_delayed && unapproved;
    cancel_delayed = cancel_delayed && (unapproved || reserved());
    capture_delayed = capture_delayed && (unapproved || reserved());
    earlier_capture_delayed = earlier_capture_delayed && (unapproved || reserved());
    const bool refundable = !refunded && !refund_on_way;
    refund_delayed = refund_delayed && refundable;
    earlier_refund_delayed = earlier_refund_delayed && refundable;
}

bool* Truth::delayed(Operation operation, Sent sent) {
    const bool lately = sent == Sent::lately;
    switch (operation) {
        case Operation::request:
            return lately ? &request_delayed : nullptr;
        case Operation::capture:
            return lately ? &capture_delayed : &earlier_capture_delayed;
        case Operation::cancel_unapproved:
            return lately ? &cancel_unapproved_delayed : nullptr;
        case Operation::cancel:
            return lately ? &cancel_delayed : nullptr;
        case Operation::refund:
            return lately ? &refund_delayed : &earlier_refund_delayed;
        case Operation::post_receipt:
        case Operation::ask:
            return nullptr;
    }
    std::unreachable();
}

}  // namespace qrvend::test
