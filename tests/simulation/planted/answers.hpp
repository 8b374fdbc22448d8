#pragma once
// Mistakes with what the payment system says, or does not say: the three worlds (refused, unknown, unsent) mixed
// up with each other and with success.

#include <memory>

#include "tests/simulation/planted.hpp"

namespace qrvend::simulation::planted {

std::unique_ptr<PaymentProvider> timeout_read_as_refusal(PaymentProvider& provider, Soil soil);
std::unique_ptr<PaymentProvider> unanswered_capture_read_as_done(PaymentProvider& provider, Soil soil);
std::unique_ptr<PaymentProvider> unanswered_cancel_read_as_done(PaymentProvider& provider, Soil soil);
std::unique_ptr<PaymentProvider> unanswered_refund_read_as_done(PaymentProvider& provider, Soil soil);

/// An answer that is no JSON counts as done: status 200 is enough.
std::unique_ptr<PaymentProvider> web_page_read_as_success(PaymentProvider& provider, Soil soil);

/// "409" as "you have done that already".
std::unique_ptr<PaymentProvider> conflict_on_create_read_as_approval(PaymentProvider& provider, Soil soil);
std::unique_ptr<PaymentProvider> conflict_on_capture_read_as_captured(PaymentProvider& provider, Soil soil);

/// "The customer is approving just now" as "ended", or as "approved".
std::unique_ptr<PaymentProvider> approving_read_as_cancelled(PaymentProvider& provider, Soil soil);
std::unique_ptr<PaymentProvider> approving_read_as_approved(PaymentProvider& provider, Soil soil);

/// A question that was not answered, as "that payment is over".
std::unique_ptr<PaymentProvider> unanswered_query_read_as_expired(PaymentProvider& provider, Soil soil);

/// Once the wait is over, an approval is read as the end of the payment.
std::unique_ptr<PaymentProvider> late_approval_ignored(PaymentProvider& provider, Soil soil);

/// After two failures the act counts as done.
std::unique_ptr<PaymentProvider> refund_given_up(PaymentProvider& provider, Soil soil);
std::unique_ptr<PaymentProvider> cancel_given_up(PaymentProvider& provider, Soil soil);

/// An approval is an approval: of what amount is not looked at.
std::unique_ptr<PaymentProvider> approved_amount_unread(PaymentProvider& provider, Soil soil);

/// Takes 35 øre for 35 kroner.
std::unique_ptr<PaymentProvider> captures_kroner_as_ore(PaymentProvider& provider, Soil soil);

/// Ends a payment at the end of the wait in the form that returns an approval.
std::unique_ptr<PaymentProvider> approved_payment_ended_with_wait(PaymentProvider& provider, Soil soil);

}  // namespace qrvend::simulation::planted
