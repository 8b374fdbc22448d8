#pragma once
// A payment system as the simulation needs it: the real client for the machine's side, the sandbox for the other,
// and what a judge and a customer ask of it. One implementation for each --provider.

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "controller/ports/clock.hpp"
#include "controller/ports/http.hpp"
#include "controller/ports/journal.hpp"
#include "controller/ports/log.hpp"
#include "controller/ports/payment_provider.hpp"
#include "tests/simulation/dice.hpp"

namespace qrvend::simulation {

/// What really happened to a payment's money, minor units.
struct PaymentTruth {
    std::string reference;
    std::int64_t authorized = 0;
    std::int64_t captured = 0;
    std::int64_t cancelled = 0;
    std::int64_t refunded = 0;        ///< shown as returned
    std::int64_t refund_pending = 0;  ///< accepted, and not shown yet
    bool may_be_approved = false;     ///< a customer could still do it

    std::int64_t reserved() const { return authorized - captured - cancelled; }
    std::int64_t kept() const { return captured - refunded - refund_pending; }
    bool serves(std::int64_t price) const {
        return authorized == price && cancelled == 0 && refunded == 0 && refund_pending == 0;
    }
};

/// A callback on its way to the machine.
struct Callback {
    std::uint64_t id = 0;
    HttpRequest request;
};

/// What a callback claims, whoever has sent it and whether or not it is true.
struct Claim {
    std::string reference;
    std::string event_id;
    Money amount;
    bool approval = false;  ///< it tells of an approval
    bool success = false;   ///< which came about
};

class PaymentSystem {
public:
    virtual ~PaymentSystem() = default;

    // The machine's side: a new one for each process.
    virtual std::unique_ptr<PaymentProvider> make_client(HttpTransport& transport, Clock& clock, Log& log,
                                                         Journal& journal) const = 0;

    // The provider's side.
    virtual HttpResponse answer(const HttpRequest& request, const Stamp& now) = 0;
    virtual std::vector<simulation::Callback> callbacks_due(const Stamp& now) = 0;
    virtual void callback_answered(std::uint64_t id, std::optional<int> status, const Stamp& now) = 0;
    virtual std::optional<MonotonicTime> next_callback() const = 0;
    virtual void revoke_credentials() = 0;

    // The customer.
    /// The payment behind a code; nothing where the code leads nowhere.
    virtual std::optional<std::string> scan(const std::string& code, const Stamp& now) = 0;
    /// False where the app says no.
    virtual bool approve(const std::string& reference, const Stamp& now) = 0;
    virtual bool reject(const std::string& reference, const Stamp& now) = 0;
    /// The customer tries to approve, and their bank says no.
    virtual bool refuse_card(const std::string& reference, const Stamp& now) = 0;
    /// An approval will be one of another amount than ordered.
    virtual bool change_approval(const std::string& reference, std::int64_t amount_minor, const Stamp& now) = 0;
    virtual bool begin_approving(const std::string& reference, milliseconds duration, const Stamp& now) = 0;

    // The judge.
    virtual std::vector<PaymentTruth> payments(const Stamp& now) = 0;
    virtual std::optional<PaymentTruth> payment(const std::string& reference, const Stamp& now) = 0;

    // The wire.
    /// Whether a request changes what happens to money, so that its intent must be on disk first.
    virtual bool is_act(const HttpRequest& request) const = 0;
    /// The idempotency key that it carries; empty where none.
    virtual std::string key_of(const HttpRequest& request) const = 0;
    /// Whether it gives an approved payment back, should there be one.
    virtual bool returns_approval(const HttpRequest& request) const = 0;
    /// The payment that it names; empty where none.
    virtual std::string reference_in(const HttpRequest& request) const = 0;
    /// Whether an answer says no for good: the only thing after which another key may follow.
    virtual bool refuses(const HttpResponse& answer) const = 0;
    virtual std::optional<Claim> claim_in(const HttpRequest& callback) const = 0;
    /// What a proxy, a lock or an overload says in the provider's place. It was not processed.
    virtual HttpResponse gateway_answer(Dice& dice) const = 0;

    // The forger.
    /// A callback that says that a payment is approved, by somebody who does not know the secret.
    virtual HttpRequest forge_approval(const std::string& reference, std::int64_t amount_minor,
                                       const Stamp& now) = 0;
    /// The next true callback about an approval is preceded by one that means something else.
    virtual void mislead(Dice& dice) = 0;
};

}  // namespace qrvend::simulation
