#pragma once
// Mistakes with the names of acts: what may have happened is done again under another name.

#include <memory>

#include "tests/simulation/planted.hpp"

namespace qrvend::simulation::planted {

/// Each sending of the same act has an idempotency key of its own, and is written down with it: a bug of two ports.
std::unique_ptr<Journal> new_key_on_retry_written(Journal& journal, Soil soil);
std::unique_ptr<PaymentProvider> new_key_on_retry_sent(PaymentProvider& provider, Soil soil);

/// The client sends a refund again by itself where no answer came, under another key.
std::unique_ptr<PaymentProvider> refund_sent_twice(PaymentProvider& provider, Soil soil);

/// A payment whose creation was not answered is forgotten, and another one created.
std::unique_ptr<PaymentProvider> new_reference_on_retry(PaymentProvider& provider, Soil soil);

}  // namespace qrvend::simulation::planted
