#pragma once
// Facts: all that a sale consists of. The journal holds nothing else about it, and never changes one. A fact says
// what was decided, sent or seen; what it means for the sale is apply()'s business (sale.hpp).
//
// Adding a fact or a field: raise the schema version in drivers/sqlite and migrate. Removing one: never.

#include <cstdint>
#include <string>
#include <variant>

#include "controller/base/payment.hpp"
#include "controller/base/result.hpp"
#include "controller/base/vending.hpp"
#include "controller/sale/policy.hpp"

namespace qrvend {

/// Why a technician must look at a sale: a closed list, because everything else has to settle by itself.
enum class AttentionReason : std::uint8_t {
    amount_differs,   ///< an approval for other figures than ordered; it is given back
    reference_taken,  ///< the provider knew our fresh reference: a cloned card or a restored backup
    vend_unknown,     ///< nobody can tell whether the product dropped, and the config says ask
    cannot_capture,   ///< the product dropped, the money can no longer be taken
    cannot_return,    ///< the provider refuses for good to give the money back
    takes_long,       ///< unsettled for a day; qrvend goes on trying
    contradiction,    ///< the provider shows what cannot be (money moved by somebody else, a payment that vanished)
};

/// How a sale ended.
enum class SaleResult : std::uint8_t {
    sold,       ///< product dropped, money captured
    not_paid,   ///< no money was ever reserved
    returned,   ///< money was reserved or captured, and has gone back in full
    given_away  ///< the product dropped and the money could not be taken
};

enum class LeftReason : std::uint8_t { timeout, cancelled, other_selection, stopping };

enum class AbandonReason : std::uint8_t {
    restart,
    provider_unreachable,
    capture_failed,
    machine_limit,
    machine_not_ready
};

namespace fact {

struct Opened {
    Selection selection;
    Product product;
    Money amount;  ///< what the customer is to pay
    Policy policy;
    std::string provider;  ///< "vipps"
    std::string account;   ///< whose money: the merchant serial number or its like
    bool operator==(const Opened&) const = default;
};

/// Written before anything leaves the process. `body` holds the exact bytes.
struct Intended {
    PaymentNo payment;
    Operation operation = Operation::request;
    std::uint32_t attempt = 1;  ///< of this operation on this payment; a repetition keeps number, key and bytes
    PaymentReference reference;
    IdempotencyKey key;
    Money amount;
    std::string body;
    bool operator==(const Intended&) const = default;
};

/// A call that brought no other fact.
struct Attempted {
    PaymentNo payment;
    Operation operation = Operation::request;
    std::uint32_t attempt = 1;
    World world = World::unknown;
    std::string code;
    Refusal refusal = Refusal::other;
    seconds retry_after{0};  ///< 0: the other side named no time
    bool operator==(const Attempted&) const = default;
};

struct Requested {
    PaymentNo payment;
    std::string provider_reference;
    ToShow to_show;
    milliseconds life{0};  ///< from the first Intended on
    bool operator==(const Requested&) const = default;
};

struct Authorized {
    PaymentNo payment;
    Money amount;
    std::string provider_reference;
    bool operator==(const Authorized&) const = default;
};

struct Declined {
    PaymentNo payment;
    bool operator==(const Declined&) const = default;
};

struct Expired {
    PaymentNo payment;
    bool operator==(const Expired&) const = default;
};

/// The provider says that the customer is approving just now.
struct Approving {
    PaymentNo payment;
    bool operator==(const Approving&) const = default;
};

/// The provider was asked and has answered; what was new to the sale stands in the facts right before this one.
struct Asked {
    PaymentNo payment;
    bool operator==(const Asked&) const = default;
};

/// The provider was asked and does not know a reference that it never answered for.
struct Absent {
    PaymentNo payment;
    bool operator==(const Absent&) const = default;
};

/// The customer gave up.
struct Left {
    LeftReason reason = LeftReason::timeout;
    bool operator==(const Left&) const = default;
};

/// The machine no longer waits for an answer.
struct Withdrawn {
    bool operator==(const Withdrawn&) const = default;
};

/// Totals as the provider shows them, never as we hope.
struct Captured {
    PaymentNo payment;
    Money total;
    bool operator==(const Captured&) const = default;
};

/// Reserved money that the provider shows as freed; 0 where the payment was ended before any approval.
struct Cancelled {
    PaymentNo payment;
    Money total;
    bool operator==(const Cancelled&) const = default;
};

/// The provider has taken the order to give money back and does not show it returned yet.
struct RefundPending {
    PaymentNo payment;
    Money amount;
    bool operator==(const RefundPending&) const = default;
};

struct Refunded {
    PaymentNo payment;
    Money total;
    bool operator==(const Refunded&) const = default;
};

/// The intent of the one vend command. Written before the command.
struct VendStarted {
    VendTicket ticket;
    bool operator==(const VendStarted&) const = default;
};

struct Vended {
    std::string proof;
    bool operator==(const Vended&) const = default;
};

struct VendFailed {
    std::string reason;
    bool operator==(const VendFailed&) const = default;
};

struct VendUnknown {
    std::string reason;
    bool operator==(const VendUnknown&) const = default;
};

struct ReceiptPosted {
    PaymentNo payment;
    bool operator==(const ReceiptPosted&) const = default;
};

struct ReceiptGivenUp {
    PaymentNo payment;
    std::string code;
    bool operator==(const ReceiptGivenUp&) const = default;
};

/// The customer can no longer be served: no vend from here on.
struct Abandoned {
    AbandonReason reason = AbandonReason::restart;
    bool operator==(const Abandoned&) const = default;
};

struct NeedsAttention {
    AttentionReason reason = AttentionReason::contradiction;
    std::string detail;
    bool operator==(const NeedsAttention&) const = default;
};

struct Closed {
    SaleResult result = SaleResult::not_paid;
    bool operator==(const Closed&) const = default;
};

}  // namespace fact

using Fact = std::variant<fact::Opened, fact::Intended, fact::Attempted, fact::Requested, fact::Authorized,
                          fact::Declined, fact::Expired, fact::Approving, fact::Asked, fact::Absent, fact::Left,
                          fact::Withdrawn, fact::Captured, fact::Cancelled, fact::RefundPending, fact::Refunded,
                          fact::VendStarted, fact::Vended, fact::VendFailed, fact::VendUnknown, fact::ReceiptPosted,
                          fact::ReceiptGivenUp, fact::Abandoned, fact::NeedsAttention, fact::Closed>;

}  // namespace qrvend
