#pragma once
// A sale as its facts add up. apply() is the only way to change one, and is pure: the same facts give the same sale
// on any machine, today or after a restart. What to do next is next_step()'s business.

#include <array>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "controller/base/time.hpp"
#include "controller/sale/facts.hpp"

namespace qrvend {

/// One operation on one payment: its latest attempt and what is known of it.
struct Attempts {
    enum class Standing : std::uint8_t { none, open, unknown, unsent, refused, done };

    Standing standing = Standing::none;
    std::uint32_t number = 0;  ///< of the latest attempt; 0 before the first
    IdempotencyKey key;        ///< of the latest attempt, as are amount and body
    std::int64_t amount_minor = 0;
    std::string body;
    bool doubt = false;          ///< it may have happened, or was refused, and the provider was not asked since
    bool earlier_doubt = false;  ///< of an earlier sending of the same attempt
    std::uint32_t failures = 0;  ///< in a row, for the wait before the next try
    Refusal refusal = Refusal::other;
    seconds retry_after{0};
    std::optional<Stamp> last;  ///< of the latest intent or outcome
};

/// One payment of a sale. Amounts are totals as the provider last showed them, in minor units of `currency`.
struct Payment {
    enum class Standing : std::uint8_t {
        sent,        ///< requested, and no answer yet that says it exists
        pending,     ///< it exists and waits for the customer
        authorized,  ///< approved; stays so, whatever is captured or returned afterwards
        declined,
        expired,
        cancelled,  ///< ended by us before any approval
        absent,     ///< never reached the provider
        not_made,   ///< the provider refused to make it
    };

    PaymentNo no;
    PaymentReference reference;
    Standing standing = Standing::sent;
    Stamp first_sent;
    std::optional<fact::Requested> requested;
    std::optional<Stamp> requested_at;
    std::optional<Stamp> approving_since;  ///< the provider said that the customer is at it, and nothing since
    std::optional<Stamp> authorized_at;
    Currency currency;  ///< of the amounts; the order's until the provider shows another
    std::int64_t authorized_minor = 0;
    std::int64_t captured_minor = 0;
    std::int64_t cancelled_minor = 0;
    std::int64_t refunded_minor = 0;
    bool refund_pending = false;
    bool contradicted = false;         ///< the provider showed what cannot be
    std::array<Attempts, 7> attempts;  ///< by Operation

    const Attempts& of(Operation operation) const { return attempts[static_cast<std::size_t>(operation)]; }
    Attempts& of(Operation operation) { return attempts[static_cast<std::size_t>(operation)]; }

    /// Reserved at the provider and neither captured nor freed.
    std::int64_t reserved_minor() const { return authorized_minor - captured_minor - cancelled_minor; }
    /// Captured and not given back.
    std::int64_t kept_minor() const { return captured_minor - refunded_minor; }
    /// Something was sent and nobody has seen what came of it.
    bool in_doubt() const;
};

struct Sale {
    enum class Vend : std::uint8_t { not_started, started, vended, failed, unknown };

    SaleId id;
    fact::Opened opened;
    Stamp opened_at;
    std::vector<Payment> payments;
    Vend vend = Vend::not_started;
    std::optional<VendTicket> ticket;
    std::optional<fact::Left> left;
    std::optional<Stamp> left_at;
    bool withdrawn = false;
    std::optional<fact::Abandoned> abandoned;
    bool receipt_done = false;            ///< posted, or given up
    std::set<AttentionReason> attention;  ///< raised so far
    std::optional<SaleResult> result;
    std::size_t facts = 0;

    bool closed() const { return result.has_value(); }
    const Payment* payment(PaymentNo no) const;

    /// The payment that may serve: the first. Null before anything was sent.
    const Payment* first_payment() const { return payments.empty() ? nullptr : &payments.front(); }

    /// Exactly the ordered amount and currency approved, nothing returned, nothing captured but by us.
    bool serves(const Payment& payment) const;

    /// The intent of a step that can return approved money is on disk: no vend from then on.
    bool return_intended() const;
};

/// What the sale is after: everything else follows from it.
enum class Goal : std::uint8_t {
    serve,      ///< the customer may still get the product for an approved payment
    find_out,   ///< a vend was commanded, and its outcome is not recorded
    keep,       ///< the product dropped (or counts as dropped): take the money
    give_back,  ///< the customer can no longer be served: nothing may stay reserved or captured
    hold,       ///< only a technician can decide
};
Goal goal_of(const Sale& sale);

/// The sale that begins with `opened`.
Sale open_sale(SaleId id, const fact::Opened& opened, const Stamp& stamp);

/// Folds one fact into the sale. Throws std::logic_error for a fact that cannot follow (a second vend, a second
/// Opened, anything after Closed, a payment that was never intended): such a journal must stop selling.
void apply(Sale& sale, const Fact& fact, const Stamp& stamp);

}  // namespace qrvend
