#include "controller/sale/next_step.hpp"

#include <algorithm>
#include <cassert>
#include <utility>

namespace qrvend {

namespace {

using namespace std::chrono_literals;
using Standing = Payment::Standing;
using Tried = Attempts::Standing;

// How long a customer is kept waiting for each part of the sale before we turn to giving back.
constexpr milliseconds request_patience = 20s;    // from the selection to a code on the screen
constexpr milliseconds finish_patience = 15s;     // from the end of the wait to knowing how it ended
constexpr milliseconds approving_patience = 30s;  // after the provider said that the customer is approving
constexpr milliseconds capture_patience = 30s;    // from the approval to the captured money
constexpr milliseconds life_margin = 5s;          // the code leaves the screen before the provider's own expiry
constexpr milliseconds limit_margin = 5s;         // before the machine's limit its answer must be on the way
constexpr milliseconds show_margin = 30s;         // before the machine's limit the code leaves the screen
constexpr std::uint32_t receipt_failures = 8;     // a receipt is not worth more
constexpr std::uint32_t capture_refusals = 3;     // definite refusals of a capture while the customer waits

class Decision {
public:
    Decision(const Sale& sale, const Stamp& now) : sale_(sale), now_(now), currency_(sale.opened.amount.currency) {}

    Next next() const {
        if (sale_.closed()) {
            return rest();
        }
        if (const auto listing = attention()) {
            return write(*listing);
        }
        switch (goal_of(sale_)) {
            case Goal::serve:
                return serve();
            case Goal::find_out:
                return at_once(step::AskMachine{});
            case Goal::keep:
                return keep(*sale_.first_payment());
            case Goal::give_back:
                return give_back();
            case Goal::hold:
                return rest();
        }
        std::unreachable();
    }

private:
    // ---- the customer may still be served ---------------------------------------------------------------------

    Next serve() const {
        const auto limit = answer_by();
        if (limit && now_.monotonic >= *limit) {
            return abandon(AbandonReason::machine_limit);
        }
        Next next = serve_in_time();
        if (limit) {
            next = earlier(std::move(next), *limit);
            if (auto* wait = std::get_if<step::AwaitPayment>(&next.step)) {
                wait->until = std::min(wait->until, *limit);
            }
        }
        return next;
    }

    Next serve_in_time() const {
        const Payment* payment = sale_.first_payment();
        if (payment == nullptr) {
            return sale_.left ? close() : call(PaymentNo{1}, Operation::request, sale_.opened.amount, 1, false);
        }
        switch (payment->standing) {
            case Standing::sent:
                return await_answer_to_request(*payment);
            case Standing::pending:
                return payment->requested ? await_customer(*payment) : await_answer_to_request(*payment);
            case Standing::authorized:
                return serve_approved(*payment);
            case Standing::declined:
            case Standing::expired:
            case Standing::cancelled:
            case Standing::absent:
            case Standing::not_made:
                return close();
        }
        std::unreachable();
    }

    Next await_answer_to_request(const Payment& payment) const {
        const MonotonicTime patience = sale_.opened_at.monotonic + request_patience;
        const Attempts& request = payment.of(Operation::request);
        if (sale_.left || now_.monotonic >= patience || request.standing == Tried::refused) {
            return abandon(AbandonReason::provider_unreachable);
        }
        return earlier(repeat_or_retry(payment, Operation::request, sale_.opened.amount.minor), patience);
    }

    Next await_customer(const Payment& payment) const {
        if (payment.approving_since) {
            const MonotonicTime until = payment.approving_since->monotonic + approving_patience;
            if (now_.monotonic < until) {
                return at_once(step::AwaitPayment{.payment = payment.no, .until = until});
            }
        }
        if (!sale_.left) {
            const MonotonicTime until = show_until(payment);
            if (now_.monotonic >= until) {
                return write(fact::Left{.reason = LeftReason::timeout});
            }
            return at_once(step::AwaitPayment{.payment = payment.no, .until = until});
        }
        return end_unapproved(payment);
    }

    // The customer has gone. The payment is ended in the form that leaves an approval untouched.
    Next end_unapproved(const Payment& payment) const {
        MonotonicTime patience = sale_.left_at->monotonic + finish_patience;
        if (payment.approving_since) {
            patience =
                std::max(patience, payment.approving_since->monotonic + approving_patience + finish_patience);
        }
        if (now_.monotonic >= patience) {
            return abandon(AbandonReason::provider_unreachable);
        }
        if (payment.in_doubt()) {
            return earlier(ask(payment), patience);
        }
        return earlier(repeat_or_retry(payment, Operation::cancel_unapproved, 0), patience);
    }

    Next serve_approved(const Payment& payment) const {
        const std::int64_t amount = sale_.opened.amount.minor;
        if (sale_.opened.policy.capture == CaptureOrder::after_vend || payment.captured_minor == amount) {
            return at_once(step::Vend{.payment = payment.no});
        }
        const MonotonicTime patience = payment.authorized_at->monotonic + capture_patience;
        const Attempts& capture = payment.of(Operation::capture);
        const bool hopeless = capture.standing == Tried::refused && !capture.doubt &&
                              (capture.refusal == Refusal::impossible || capture.number >= capture_refusals);
        if (now_.monotonic >= patience || hopeless) {
            return abandon(AbandonReason::capture_failed);
        }
        if (capture.standing == Tried::refused && capture.doubt) {
            return earlier(ask(payment), patience);
        }
        return earlier(repeat_or_retry(payment, Operation::capture, amount), patience);
    }

    // ---- the product dropped: the money is ours ---------------------------------------------------------------

    Next keep(const Payment& payment) const {
        const std::int64_t amount = sale_.opened.amount.minor;
        if (payment.captured_minor >= amount) {
            return receipt(payment);
        }
        if (sale_.attention.contains(AttentionReason::cannot_capture)) {
            return payment.reserved_minor() == 0 ? close() : rest();
        }
        if (payment.in_doubt()) {
            return ask(payment);
        }
        return repeat_or_retry(payment, Operation::capture, amount);
    }

    Next receipt(const Payment& payment) const {
        if (!sale_.opened.policy.posts_receipt || sale_.receipt_done) {
            return close();
        }
        const Attempts& receipt = payment.of(Operation::post_receipt);
        if (receipt.standing == Tried::refused || receipt.failures >= receipt_failures) {
            return write(fact::ReceiptGivenUp{.payment = payment.no, .code = "refused or not taken in time"});
        }
        return repeat_or_retry(payment, Operation::post_receipt, sale_.opened.amount.minor);
    }

    // ---- nothing may stay with us -------------------------------------------------------------------------------

    Next give_back() const {
        const Payment* payment = sale_.first_payment();
        if (payment == nullptr) {
            return close();
        }
        if (payment->in_doubt()) {
            return ask(*payment);
        }
        switch (payment->standing) {
            case Standing::sent:  // every sending surely failed to leave
            case Standing::declined:
            case Standing::expired:
            case Standing::cancelled:
            case Standing::absent:
            case Standing::not_made:
                return close();
            case Standing::pending:
                return repeat_or_retry(*payment, Operation::cancel, 0);
            case Standing::authorized:
                return give_back_approved(*payment);
        }
        std::unreachable();
    }

    Next give_back_approved(const Payment& payment) const {
        if (payment.contradicted) {
            return rest();  // listed already
        }
        if (payment.reserved_minor() > 0) {
            return sale_.attention.contains(AttentionReason::cannot_return)
                       ? rest()
                       : repeat_or_retry(payment, Operation::cancel, 0);
        }
        if (payment.kept_minor() <= 0) {
            return close();
        }
        if (payment.refund_pending) {
            return ask(payment);
        }
        return sale_.attention.contains(AttentionReason::cannot_return)
                   ? rest()
                   : repeat_or_retry(payment, Operation::refund, payment.kept_minor());
    }

    // ---- the attention list -------------------------------------------------------------------------------------

    std::optional<fact::NeedsAttention> attention() const {
        const Payment* payment = sale_.first_payment();
        if (payment == nullptr) {
            return std::nullopt;
        }
        const Attempts& request = payment->of(Operation::request);
        const bool approved_otherwise =
            payment->authorized_minor != 0 &&
            (payment->authorized_minor != sale_.opened.amount.minor || payment->currency != currency_);
        // Said of a repetition, a conflict only means that an earlier sending arrived after all.
        if (payment->standing == Standing::not_made && request.refusal == Refusal::conflict) {
            if (auto listed = once(AttentionReason::reference_taken)) {
                return listed;
            }
        }
        if (approved_otherwise) {
            if (auto listed = once(AttentionReason::amount_differs)) {
                return listed;
            }
        }
        if (payment->contradicted) {
            if (auto listed = once(AttentionReason::contradiction)) {
                return listed;
            }
        }
        if (goal_of(sale_) == Goal::hold) {
            return once(AttentionReason::vend_unknown);
        }
        if (goal_of(sale_) == Goal::keep && !payment->in_doubt() && cannot_capture(*payment)) {
            return once(AttentionReason::cannot_capture);
        }
        if (goal_of(sale_) == Goal::give_back && cannot_return(*payment)) {
            return once(AttentionReason::cannot_return);
        }
        return takes_a_day(*payment) ? once(AttentionReason::takes_long) : std::nullopt;
    }

    std::optional<fact::NeedsAttention> once(AttentionReason reason) const {
        if (sale_.attention.contains(reason)) {
            return std::nullopt;
        }
        return fact::NeedsAttention{.reason = reason, .detail = {}};
    }

    bool cannot_capture(const Payment& payment) const {
        const std::int64_t missing = sale_.opened.amount.minor - payment.captured_minor;
        return missing > 0 && (is_impossible(payment, Operation::capture) || payment.reserved_minor() < missing);
    }

    static bool cannot_return(const Payment& payment) {
        return is_impossible(payment, Operation::refund) ||
               (is_impossible(payment, Operation::cancel) && payment.reserved_minor() > 0);
    }

    static bool is_impossible(const Payment& payment, Operation operation) {
        const Attempts& attempts = payment.of(operation);
        return attempts.standing == Tried::refused && attempts.refusal == Refusal::impossible && !attempts.doubt;
    }

    static bool takes_a_day(const Payment& payment) {
        return std::ranges::any_of(payment.attempts,
                                   [](const Attempts& attempts) { return attempts.failures >= failures_of_a_day; });
    }

    // ---- the ways to go on --------------------------------------------------------------------------------------

    // The latest attempt again while it may have happened or surely did not; a new one after a definite refusal.
    Next repeat_or_retry(const Payment& payment, Operation operation, std::int64_t amount_minor) const {
        const Attempts& attempts = payment.of(operation);
        const bool fresh = attempts.standing == Tried::none || attempts.standing == Tried::refused ||
                           attempts.standing == Tried::done;
        const auto money = [&](std::int64_t minor) { return Money{.minor = minor, .currency = payment.currency}; };
        Next next = fresh ? call(payment.no, operation, money(amount_minor), attempts.number + 1, false)
                          : call(payment.no, operation, money(attempts.amount_minor), attempts.number, true);
        next.not_before = retry_at(attempts);
        return next;
    }

    Next ask(const Payment& payment) const {
        return {.step = step::AskProvider{.payment = payment.no},
                .not_before = retry_at(payment.of(Operation::ask))};
    }

    Next call(PaymentNo no, Operation operation, Money amount, std::uint32_t attempt, bool repeat) const {
        return at_once(step::Call{
            .payment = no, .operation = operation, .attempt = attempt, .repeat = repeat, .amount = amount});
    }

    Next close() const { return write(fact::Closed{.result = result()}); }

    SaleResult result() const {
        const Payment* payment = sale_.first_payment();
        if (payment == nullptr || payment->authorized_minor == 0) {
            return goal_of(sale_) == Goal::keep ? SaleResult::given_away : SaleResult::not_paid;
        }
        if (goal_of(sale_) != Goal::keep) {
            return SaleResult::returned;
        }
        return payment->captured_minor >= sale_.opened.amount.minor ? SaleResult::sold : SaleResult::given_away;
    }

    Next abandon(AbandonReason reason) const { return write(fact::Abandoned{.reason = reason}); }
    Next write(Fact fact) const { return at_once(step::Write{.fact = std::move(fact)}); }
    Next at_once(Step step) const { return {.step = std::move(step), .not_before = now_.monotonic}; }
    Next rest() const { return at_once(step::Rest{}); }

    static Next earlier(Next next, MonotonicTime at) {
        next.not_before = std::min(next.not_before, at);
        return next;
    }

    // ---- times --------------------------------------------------------------------------------------------------

    MonotonicTime retry_at(const Attempts& attempts) const {
        // A wait from before the last boot has no meaning any more: go on at once.
        if (attempts.failures == 0 || !attempts.last || attempts.last->boot != now_.boot) {
            return now_.monotonic;
        }
        const milliseconds wait = std::max<milliseconds>(backoff(sale_.opened.policy.retry_base, attempts.failures),
                                                         std::min<milliseconds>(attempts.retry_after, 1h));
        return attempts.last->monotonic + wait;
    }

    std::optional<MonotonicTime> answer_by() const {
        const auto limit = sale_.opened.policy.answer_limit;
        return limit ? std::optional{sale_.opened_at.monotonic + *limit - limit_margin} : std::nullopt;
    }

    MonotonicTime show_until(const Payment& payment) const {
        MonotonicTime until = payment.requested_at->monotonic + sale_.opened.policy.payment_timeout;
        until = std::min(until, payment.first_sent.monotonic + payment.requested->life - life_margin);
        if (const auto limit = sale_.opened.policy.answer_limit) {
            until = std::min(until, sale_.opened_at.monotonic + *limit - show_margin);
        }
        return until;
    }

    const Sale& sale_;
    const Stamp& now_;
    Currency currency_;
};

}  // namespace

milliseconds backoff(milliseconds base, std::uint32_t failures) {
    constexpr std::uint32_t enough_doublings = 12;  // of any base of a second or more: an hour and beyond
    if (failures == 0) {
        return milliseconds{0};
    }
    const auto factor = std::int64_t{1} << std::min(failures - 1, enough_doublings);
    return std::min<milliseconds>(base * factor, 1h);
}

Next next_step(const Sale& sale, const Stamp& now) {
    return Decision{sale, now}.next();
}

}  // namespace qrvend
