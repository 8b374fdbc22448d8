#include "controller/sale/outcome.hpp"

#include <stdexcept>
#include <utility>

namespace qrvend {

namespace {

using State = PaymentStatus::State;

const Payment& payment_of(const Sale& sale, PaymentNo no) {
    const Payment* payment = sale.payment(no);
    if (payment == nullptr) {
        throw std::logic_error("sale " + sale.id.text() + " has no payment " + std::to_string(no.number));
    }
    return *payment;
}

fact::Attempted attempted(const Payment& payment, Operation operation, const Failure& failure) {
    return {.payment = payment.no,
            .operation = operation,
            .attempt = payment.of(operation).number,
            .world = failure.world,
            .code = failure.code,
            .refusal = failure.refusal,
            .retry_after = failure.retry_after.value_or(seconds{0})};
}

bool differs(Money shown, std::int64_t known_minor, Currency known_currency) {
    return shown.minor != known_minor || (shown.minor != 0 && shown.currency != known_currency);
}

// Captured, cancelled and refunded totals only grow. A smaller one is an answer from before: a provider's copy that
// lags behind must not undo what was seen, or the act would be ordered a second time.
bool has_grown(Money shown, std::int64_t known_minor, Currency known_currency) {
    return shown.minor > known_minor || (shown.minor != 0 && shown.currency != known_currency);
}

void add_amounts(std::vector<Fact>& facts, const Payment& payment, const PaymentStatus& status) {
    const PaymentAmounts& shown = status.amounts;
    const bool first_sight = payment.standing != Payment::Standing::authorized;
    // Once approved, the provider's currency is the measure; before, whatever it shows becomes it.
    const Currency currency = first_sight ? shown.authorized.currency : payment.currency;
    if (first_sight || differs(shown.authorized, payment.authorized_minor, currency)) {
        facts.emplace_back(fact::Authorized{
            .payment = payment.no, .amount = shown.authorized, .provider_reference = status.provider_reference});
    }
    if (has_grown(shown.captured, payment.captured_minor, currency)) {
        facts.emplace_back(fact::Captured{.payment = payment.no, .total = shown.captured});
    }
    if (has_grown(shown.cancelled, payment.cancelled_minor, currency)) {
        facts.emplace_back(fact::Cancelled{.payment = payment.no, .total = shown.cancelled});
    }
    if (has_grown(shown.refunded, payment.refunded_minor, currency)) {
        facts.emplace_back(fact::Refunded{.payment = payment.no, .total = shown.refunded});
    }
}

// Does the status show what the capture, refund or cancelling was to bring about?
bool shows_done(const Payment& payment, Operation operation, const PaymentStatus& status) {
    const PaymentAmounts& shown = status.amounts;
    if (operation == Operation::capture) {
        return shown.captured.minor >= payment.of(operation).amount_minor;
    }
    if (operation == Operation::refund) {
        return shown.refunded.minor - payment.refunded_minor >= payment.of(operation).amount_minor;
    }
    const bool ended =
        status.state == State::cancelled || status.state == State::declined || status.state == State::expired;
    const bool nothing_reserved =
        status.state == State::authorized && shown.cancelled.minor + shown.captured.minor >= shown.authorized.minor;
    return ended || (operation == Operation::cancel && nothing_reserved);
}

Failure not_shown() {
    return {.world = World::unknown, .code = "not_shown", .detail = "accepted, but the amounts do not show it"};
}

}  // namespace

std::vector<Fact> news(const Sale& sale, PaymentNo no, const PaymentStatus& status) {
    const Payment& payment = payment_of(sale, no);
    std::vector<Fact> facts;
    switch (status.state) {
        case State::pending:
            break;
        case State::approving:
            // Once said, it stands until a call is refused for it again: polls must not fill the journal.
            if (!payment.approving_since) {
                facts.emplace_back(fact::Approving{.payment = no});
            }
            break;
        case State::authorized:
            add_amounts(facts, payment, status);
            break;
        case State::declined:
            if (payment.standing != Payment::Standing::declined) {
                facts.emplace_back(fact::Declined{.payment = no});
            }
            break;
        case State::expired:
            if (payment.standing != Payment::Standing::expired) {
                facts.emplace_back(fact::Expired{.payment = no});
            }
            break;
        case State::cancelled:
            if (payment.standing != Payment::Standing::cancelled) {
                facts.emplace_back(fact::Cancelled{.payment = no, .total = status.amounts.cancelled});
            }
            break;
        case State::absent:
            if (payment.standing != Payment::Standing::absent) {
                facts.emplace_back(fact::Absent{.payment = no});
            }
            break;
    }
    return facts;
}

std::vector<Fact> outcome_of_call(const Sale& sale, const step::Call& call, const Result<PaymentStatus>& result) {
    const Payment& payment = payment_of(sale, call.payment);
    if (!result) {
        return {attempted(payment, call.operation, result.error())};
    }
    if (call.operation == Operation::post_receipt) {
        return {fact::ReceiptPosted{.payment = call.payment}};
    }
    if (call.operation == Operation::request) {
        if (!result->to_show || !result->life) {
            return {attempted(payment, call.operation, {.world = World::unknown, .code = "no_code", .detail = {}})};
        }
        return {fact::Requested{.payment = call.payment,
                                .provider_reference = result->provider_reference,
                                .to_show = *result->to_show,
                                .life = *result->life}};
    }
    std::vector<Fact> facts = news(sale, call.payment, *result);
    if (result->state == State::approving) {
        const Failure refusal{.world = World::refused, .code = "approving", .detail = {}};
        return {fact::Approving{.payment = call.payment}, attempted(payment, call.operation, refusal)};
    }
    if (!shows_done(payment, call.operation, *result)) {
        if (call.operation == Operation::refund) {
            const Money amount{.minor = payment.of(Operation::refund).amount_minor, .currency = payment.currency};
            facts.emplace_back(fact::RefundPending{.payment = call.payment, .amount = amount});
        } else {
            facts.emplace_back(attempted(payment, call.operation, not_shown()));
        }
    }
    return facts;
}

std::vector<Fact> outcome_of_asking(const Sale& sale, PaymentNo no, const Result<PaymentStatus>& result) {
    const Payment& payment = payment_of(sale, no);
    if (!result) {
        return {attempted(payment, Operation::ask, result.error())};
    }
    // A provider that once answered for a payment and does not find it has not answered the question.
    const bool known_there = payment.requested || payment.standing != Payment::Standing::sent;
    if (result->state == State::absent && known_there && payment.standing != Payment::Standing::absent) {
        return {attempted(payment, Operation::ask, {.world = World::unknown, .code = "not_found", .detail = {}})};
    }
    std::vector<Fact> facts = news(sale, no, *result);
    facts.emplace_back(fact::Asked{.payment = no});
    return facts;
}

Fact outcome_of_vend(const VendResult& result) {
    switch (result.outcome) {
        case VendResult::Outcome::vended:
            return fact::Vended{.proof = result.reason};
        case VendResult::Outcome::failed:
            return fact::VendFailed{.reason = result.reason};
        case VendResult::Outcome::unsent:
            return fact::VendFailed{.reason = "not commanded: " + result.reason};
        case VendResult::Outcome::unknown:
            return fact::VendUnknown{.reason = result.reason};
    }
    std::unreachable();
}

}  // namespace qrvend
