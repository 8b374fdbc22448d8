#pragma once
// What Vipps' successful answers say. A 2xx whose content is not what it should be is *unknown*, never a success:
// wrong reference, unreadable figures, amounts in several currencies, a state that is not documented. Members that
// are not known are ignored, the media type too (Vipps declares some of these answers as problem+json).
// Source: ePayment API 1.8.1.

#include <string>
#include <string_view>
#include <vector>

#include "controller/base/payment.hpp"
#include "controller/base/result.hpp"
#include "drivers/vipps/settings.hpp"

namespace qrvend::vipps {

/// How long a QR payment lives from its creation; it cannot be chosen (ePayment API guide, "Payment timeouts").
inline constexpr milliseconds payment_life = std::chrono::minutes{10};

/// The answer to create: what to show. Vipps tells no state there; the payment waits for its customer.
Result<PaymentStatus> read_created(const Settings& settings, std::string_view body, const PaymentReference& asked,
                                   Currency currency);

/// The answer to get, capture, cancel and refund. The amounts are in the currency that Vipps shows, which may not
/// be the order's: whoever compares them sees that.
///
/// A payment that ended before any approval has nothing cancelled here, although Vipps shows the ordered amount
/// there: nothing was reserved, so nothing came free.
Result<PaymentStatus> read_payment(std::string_view body, const PaymentReference& asked);

/// One entry of a payment's event log.
struct LoggedEvent {
    std::string name;  ///< CREATED, AUTHORIZED, CAPTURED …
    Money amount;
    std::string timestamp;           ///< RFC 3339, UTC, as Vipps wrote it
    std::string provider_reference;  ///< the event's own
    bool success = false;            ///< an entry may tell of a failure
};

Result<std::vector<LoggedEvent>> read_events(std::string_view body, const PaymentReference& asked);

}  // namespace qrvend::vipps
