#pragma once
// Mistakes with the payment system's callbacks: who sent them, what they say, and whom they are about.

#include <memory>

#include "tests/simulation/planted.hpp"

namespace qrvend::simulation::planted {

/// Nobody looks at the signature.
std::unique_ptr<PaymentProvider> unsigned_callback_believed(PaymentProvider& provider, Soil soil);

/// An event named after an approval counts as one, also where it says that the approval failed.
std::unique_ptr<PaymentProvider> failed_approval_believed(PaymentProvider& provider, Soil soil);

/// An approval counts as one of the ordered amount, whatever amount it names.
std::unique_ptr<PaymentProvider> callback_amount_unread(PaymentProvider& provider, Soil soil);

/// An approval counts for the customer who stands at the machine.
std::unique_ptr<PaymentProvider> callback_taken_for_present_customer(PaymentProvider& provider, Soil soil);

/// The handler of callbacks drives the motor by itself.
std::unique_ptr<PaymentProvider> callback_commands_vend(PaymentProvider& provider, Soil soil);

}  // namespace qrvend::simulation::planted
