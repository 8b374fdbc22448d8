#pragma once
// What really happened: an honest reserve-then-capture provider with one payment, the network before it, and the
// machine. The sale under test never sees this; the checks compare the two.
//
// The provider's rules: a request makes the payment once. cancel_unapproved ends a payment unless it is approved.
// cancel ends it, or frees what is reserved. capture takes reserved money, refund returns captured money, each at
// most once for one idempotency key. A request that was delayed may arrive at any later moment, once.

#include <cstdint>

#include "controller/base/payment.hpp"
#include "tests/controller/sale/story.hpp"

namespace qrvend::test {

struct Truth {
    enum class Phase : std::uint8_t { absent, pending, approving, authorized, declined, expired, cancelled };
    enum class Approved : std::uint8_t { nothing, exactly, too_little, in_euro };
    enum class Sent : std::uint8_t { lately, earlier };  ///< under the key of the latest attempt, or an older one
    enum class Answer : std::uint8_t { done, refused, approving };
    enum class Refund : std::uint8_t { at_once, later };

    Phase phase = Phase::absent;
    Approved approved = Approved::nothing;
    bool captured = false;  ///< in full, as everything here
    bool freed = false;
    bool refunded = false;
    bool refund_on_way = false;  ///< ordered, and not yet shown

    bool capture_key_used = false;  ///< the latest attempt has been applied: repeating it changes nothing
    bool refund_key_used = false;

    // Sent, and neither arrived nor lost.
    bool request_delayed = false;
    bool capture_delayed = false;
    bool earlier_capture_delayed = false;
    bool cancel_unapproved_delayed = false;
    bool cancel_delayed = false;
    bool refund_delayed = false;
    bool earlier_refund_delayed = false;

    bool operator==(const Truth&) const = default;

    bool reserved() const { return phase == Phase::authorized && !captured && !freed; }
    bool kept() const { return captured && !refunded; }
    bool servable() const {
        return phase == Phase::authorized && approved == Approved::exactly && !freed && !refunded && !refund_on_way;
    }
    Money approved_money() const;
    PaymentStatus status() const;

    /// A request arrives at the provider.
    Answer arrives(Operation operation, Sent sent, Refund refund = Refund::at_once);

    /// Drops what is under way and can change nothing any more, whenever it arrives.
    void forget_the_harmless();

    /// A new attempt of `operation`: what is under way belongs to an earlier one now.
    void renew_key(Operation operation);

    /// The mark of a request of `operation` that is under way; a receipt moves no money and needs none.
    bool* delayed(Operation operation, Sent sent = Sent::lately);
};

}  // namespace qrvend::test
