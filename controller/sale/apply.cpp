#include <stdexcept>
#include <utility>

#include "controller/sale/sale.hpp"

namespace qrvend {

namespace {

using Standing = Attempts::Standing;

void settle(Attempts& attempts, const Stamp& stamp) {
    attempts.standing = Standing::done;
    attempts.doubt = false;
    attempts.earlier_doubt = false;
    attempts.failures = 0;
    attempts.last = stamp;
}

class Fold {
public:
    Fold(Sale& sale, const Stamp& stamp) : sale_(sale), stamp_(stamp) {}

    void operator()(const fact::Opened&) { impossible("a second Opened"); }

    void operator()(const fact::Intended& intended) {
        Payment& payment = payment_for(intended);
        Attempts& attempts = payment.of(intended.operation);
        if (intended.attempt == attempts.number) {
            attempts.earlier_doubt = attempts.doubt;
        } else if (intended.attempt == attempts.number + 1) {
            attempts.earlier_doubt = false;
        } else {
            impossible("an attempt out of order");
        }
        attempts.standing = Standing::open;
        attempts.number = intended.attempt;
        attempts.key = intended.key;
        attempts.amount_minor = intended.amount.minor;
        attempts.body = intended.body;
        attempts.doubt = true;
        attempts.last = stamp_;
    }

    void operator()(const fact::Attempted& attempted) {
        Payment& payment = known(attempted.payment);
        Attempts& attempts = payment.of(attempted.operation);
        if (attempted.operation != Operation::ask && attempted.attempt != attempts.number) {
            impossible("the end of an attempt that was not made");
        }
        attempts.last = stamp_;
        attempts.retry_after = attempted.retry_after;
        attempts.refusal = attempted.refusal;
        ++attempts.failures;
        if (attempted.operation == Operation::ask) {
            return;
        }
        switch (attempted.world) {
            case World::refused:
                attempts.standing = Standing::refused;
                // A first creation that was refused made nothing. One that was refused after a doubtful sending of
                // the same bytes may have: the provider must be asked.
                if (attempted.operation == Operation::request && !attempts.earlier_doubt) {
                    attempts.doubt = false;
                    payment.standing = Payment::Standing::not_made;
                } else {
                    attempts.doubt = attempted.operation != Operation::post_receipt;
                }
                break;
            case World::unknown:
                attempts.standing = Standing::unknown;
                attempts.doubt = true;
                break;
            case World::unsent:
                attempts.standing = Standing::unsent;
                attempts.doubt = attempts.earlier_doubt;
                break;
        }
    }

    void operator()(const fact::Requested& requested) {
        Payment& payment = known(requested.payment);
        settle(payment.of(Operation::request), stamp_);
        payment.requested = requested;
        payment.requested_at = stamp_;
        if (payment.standing == Payment::Standing::sent) {
            payment.standing = Payment::Standing::pending;
        }
    }

    void operator()(const fact::Authorized& authorized) {
        Payment& payment = known(authorized.payment);
        const Money approved{.minor = payment.authorized_minor, .currency = payment.currency};
        if (approved.minor != 0 && approved != authorized.amount) {
            payment.contradicted = true;
        }
        payment.standing = Payment::Standing::authorized;
        payment.currency = authorized.amount.currency;
        payment.authorized_minor = authorized.amount.minor;
        payment.approving_since.reset();
        if (!payment.authorized_at) {
            payment.authorized_at = stamp_;
        }
    }

    void operator()(const fact::Declined& declined) { end(declined.payment, Payment::Standing::declined); }
    void operator()(const fact::Expired& expired) { end(expired.payment, Payment::Standing::expired); }
    void operator()(const fact::Absent& absent) { end(absent.payment, Payment::Standing::absent); }

    void operator()(const fact::Approving& approving) { known(approving.payment).approving_since = stamp_; }

    void operator()(const fact::Asked& asked) {
        Payment& payment = known(asked.payment);
        for (Attempts& attempts : payment.attempts) {
            attempts.doubt = false;
            attempts.earlier_doubt = false;
        }
        Attempts& ask = payment.of(Operation::ask);
        ask.failures = payment.refund_pending ? ask.failures + 1 : 0;
        ask.last = stamp_;
        ask.retry_after = seconds{0};
        if (payment.standing == Payment::Standing::sent) {
            payment.standing = Payment::Standing::pending;
        }
    }

    void operator()(const fact::Left& left) {
        if (!sale_.left) {
            sale_.left = left;
            sale_.left_at = stamp_;
        }
    }

    void operator()(const fact::Withdrawn&) { sale_.withdrawn = true; }

    void operator()(const fact::Captured& captured) {
        Payment& payment = known(captured.payment);
        take_total(payment, payment.captured_minor, captured.total);
        if (payment.captured_minor >= payment.of(Operation::capture).amount_minor) {
            settle(payment.of(Operation::capture), stamp_);
        }
    }

    void operator()(const fact::Cancelled& cancelled) {
        Payment& payment = known(cancelled.payment);
        settle(payment.of(Operation::cancel), stamp_);
        settle(payment.of(Operation::cancel_unapproved), stamp_);
        if (payment.standing != Payment::Standing::authorized) {
            payment.standing = Payment::Standing::cancelled;
        } else if (cancelled.total.minor == 0 && payment.authorized_minor != 0) {
            payment.contradicted = true;  // ended before any approval, and yet it was approved
        } else {
            take_total(payment, payment.cancelled_minor, cancelled.total);
        }
    }

    void operator()(const fact::RefundPending& pending) {
        Payment& payment = known(pending.payment);
        payment.refund_pending = true;
        settle(payment.of(Operation::refund), stamp_);
    }

    void operator()(const fact::Refunded& refunded) {
        Payment& payment = known(refunded.payment);
        take_total(payment, payment.refunded_minor, refunded.total);
        payment.refund_pending = payment.refund_pending && payment.kept_minor() > 0;
        settle(payment.of(Operation::refund), stamp_);
    }

    void operator()(const fact::VendStarted& started) {
        if (sale_.vend != Sale::Vend::not_started) {
            impossible("a second VendStarted");
        }
        const Payment* payment = sale_.first_payment();
        if (goal_of(sale_) != Goal::serve || payment == nullptr || !sale_.serves(*payment)) {
            impossible("VendStarted");
        }
        sale_.vend = Sale::Vend::started;
        sale_.ticket = started.ticket;
    }

    void operator()(const fact::Vended&) { end_vend(Sale::Vend::vended); }
    void operator()(const fact::VendFailed&) { end_vend(Sale::Vend::failed); }
    void operator()(const fact::VendUnknown&) { end_vend(Sale::Vend::unknown); }

    void operator()(const fact::ReceiptPosted& posted) {
        settle(known(posted.payment).of(Operation::post_receipt), stamp_);
        sale_.receipt_done = true;
    }
    void operator()(const fact::ReceiptGivenUp&) { sale_.receipt_done = true; }

    void operator()(const fact::Abandoned& abandoned) {
        if (sale_.vend != Sale::Vend::not_started) {
            impossible("Abandoned after VendStarted");
        }
        sale_.abandoned = abandoned;
    }

    void operator()(const fact::NeedsAttention& attention) { sale_.attention.insert(attention.reason); }
    void operator()(const fact::Closed& closed) { sale_.result = closed.result; }

private:
    [[noreturn]] void impossible(const std::string& what) const {
        throw std::logic_error("sale " + sale_.id.text() + ": " + what + " cannot follow its earlier facts");
    }

    Payment& known(PaymentNo no) {
        for (Payment& payment : sale_.payments) {
            if (payment.no == no) {
                return payment;
            }
        }
        impossible("payment " + std::to_string(no.number));
    }

    Payment& payment_for(const fact::Intended& intended) {
        const bool next = intended.payment.number == sale_.payments.size() + 1;
        if (next && intended.operation == Operation::request) {
            sale_.payments.push_back({.no = intended.payment,
                                      .reference = intended.reference,
                                      .first_sent = stamp_,
                                      .currency = sale_.opened.amount.currency});
        }
        return known(intended.payment);
    }

    void end(PaymentNo no, Payment::Standing standing) {
        Payment& payment = known(no);
        if (payment.authorized_minor != 0) {
            payment.contradicted = true;
            return;
        }
        payment.standing = standing;
        payment.approving_since.reset();
    }

    void end_vend(Sale::Vend outcome) {
        if (sale_.vend != Sale::Vend::started) {
            impossible("the outcome of a vend");
        }
        sale_.vend = outcome;
    }

    static void take_total(Payment& payment, std::int64_t& total, Money shown) {
        if (shown.currency != payment.currency) {
            payment.contradicted = true;
            return;
        }
        total = shown.minor;
    }

    Sale& sale_;
    const Stamp& stamp_;
};

}  // namespace

bool Payment::in_doubt() const {
    for (const Attempts& attempt : attempts) {
        if (attempt.doubt) {
            return true;
        }
    }
    return false;
}

const Payment* Sale::payment(PaymentNo no) const {
    for (const Payment& payment : payments) {
        if (payment.no == no) {
            return &payment;
        }
    }
    return nullptr;
}

bool Sale::serves(const Payment& payment) const {
    const std::int64_t captured_by_us =
        payment.of(Operation::capture).number > 0 ? payment.captured_minor : std::int64_t{0};
    return payment.standing == Payment::Standing::authorized && !payment.contradicted &&
           payment.currency == opened.amount.currency && payment.authorized_minor == opened.amount.minor &&
           payment.cancelled_minor == 0 && payment.refunded_minor == 0 &&
           (payment.captured_minor == 0 || captured_by_us == opened.amount.minor);
}

bool Sale::return_intended() const {
    for (const Payment& payment : payments) {
        if (payment.of(Operation::cancel).number > 0 || payment.of(Operation::refund).number > 0) {
            return true;
        }
    }
    return false;
}

Goal goal_of(const Sale& sale) {
    switch (sale.vend) {
        case Sale::Vend::started:
            return Goal::find_out;
        case Sale::Vend::vended:
            return Goal::keep;
        case Sale::Vend::failed:
            return Goal::give_back;
        case Sale::Vend::unknown:
            switch (sale.opened.policy.unknown_vend) {
                case UnknownVend::refund:
                    return Goal::give_back;
                case UnknownVend::charge:
                    return Goal::keep;
                case UnknownVend::attention:
                    return Goal::hold;
            }
            std::unreachable();
        case Sale::Vend::not_started:
            break;
    }
    const Payment* payment = sale.first_payment();
    const bool unfit =
        payment != nullptr && payment->standing == Payment::Standing::authorized && !sale.serves(*payment);
    const bool contradicted = payment != nullptr && payment->contradicted;
    if (sale.abandoned || sale.withdrawn || sale.return_intended() || unfit || contradicted) {
        return Goal::give_back;
    }
    return Goal::serve;
}

Sale open_sale(SaleId id, const fact::Opened& opened, const Stamp& stamp) {
    Sale sale{.id = std::move(id), .opened = opened, .opened_at = stamp};
    sale.facts = 1;
    return sale;
}

void apply(Sale& sale, const Fact& fact, const Stamp& stamp) {
    if (sale.closed()) {
        throw std::logic_error("sale " + sale.id.text() + ": a fact after Closed");
    }
    std::visit(Fold{sale, stamp}, fact);
    ++sale.facts;
}

}  // namespace qrvend
