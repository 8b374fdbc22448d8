#pragma once
// One webhook of Vipps, verified and then parsed. Pure and without exceptions.
// Source: Webhooks API v1, "Authenticating webhooks"; ePayment API, "Webhook events".

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

#include "controller/ports/payment_provider.hpp"
#include "drivers/vipps/registration.hpp"

namespace qrvend::vipps {

inline constexpr std::size_t longest_callback = 64UL * 1024;

/// Verifies against each registration, with the path and host of its own URL, because a proxy may have changed
/// those of the request. Replies and reasons:
///
///   405 method            not a POST
///   413 too_large         more than 64 KiB
///   503 not_registered    no secret is known yet; Vipps repeats the delivery
///   401 no_date, no_hash, no_signature, hash_differs, signature_wrong
///   400 not_json, bad_body, bad_reference, bad_amount, other_merchant
///   200                   AUTHORIZED with success brings an approval; every other payment event only says that
///                         something has changed; events that are not known are taken and ignored
Callback read_callback(const HttpRequest& request, std::span<const Registration> registrations,
                       std::string_view merchant_serial_number);

}  // namespace qrvend::vipps
