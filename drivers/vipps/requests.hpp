#pragma once
// The exact bytes of every call that changes a payment, and where they go. Pure: the same order gives the same
// bytes, so that a repetition is the same request. Members are in alphabetical order. Source: ePayment API 1.8.1,
// Order Management API v2.

#include <string>

#include "controller/base/payment.hpp"
#include "drivers/vipps/settings.hpp"

namespace qrvend::vipps {

/// The body of `operation`; empty for Operation::ask. `amount` is what to request, capture or refund.
std::string prepare(const Settings& settings, Operation operation, const PaymentOrder& order, Money amount);

/// The URL of `operation` on a payment.
std::string url_of(const Settings& settings, Operation operation, const PaymentReference& reference);

/// Where webhooks are registered and listed (Webhooks API v1).
std::string webhooks_url(const Settings& settings);

/// Where a payment, or its event log, is read.
std::string payment_url(const Settings& settings, const PaymentReference& reference);
std::string events_url(const Settings& settings, const PaymentReference& reference);

}  // namespace qrvend::vipps
