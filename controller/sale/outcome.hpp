#pragma once
// From answers to facts, purely: what a call's result or a provider's status tells a sale that it does not know
// yet. Amounts are written as shown. What a call was to bring about and the answer does not show counts as unknown.

#include <string>
#include <vector>

#include "controller/sale/next_step.hpp"
#include "controller/sale/sale.hpp"

namespace qrvend {

/// What `status` shows of a payment and the sale does not know yet; empty where nothing is new.
std::vector<Fact> news(const Sale& sale, PaymentNo no, const PaymentStatus& status);

/// How one Call ended.
std::vector<Fact> outcome_of_call(const Sale& sale, const step::Call& call, const Result<PaymentStatus>& result);

/// How asking the provider ended: its news and Asked, or Attempted.
std::vector<Fact> outcome_of_asking(const Sale& sale, PaymentNo no, const Result<PaymentStatus>& result);

/// The outcome of the vend that the sale has started.
Fact outcome_of_vend(const VendResult& result);

}  // namespace qrvend
