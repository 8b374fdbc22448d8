#pragma once
// Vipps MobilePay without Vipps MobilePay: access token, ePayment, Order Management receipts and Webhooks as a
// client meets them, plus a phone page on which anybody can play the customer, and a control interface to make it
// misbehave. No sockets, no clock, no randomness of its own: a simulation replays bit for bit.
//
// One sales unit. Sources: Vipps' published API files (ePayment 1.8) and documentation; README.md says what is
// modelled and where the documentation left a choice.

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "controller/base/http_message.hpp"
#include "controller/base/result.hpp"
#include "controller/base/time.hpp"
#include "controller/ports/random.hpp"
#include "drivers/vipps/sandbox/faults.hpp"
#include "drivers/vipps/sandbox/ledger.hpp"
#include "drivers/vipps/sandbox/payment.hpp"
#include "drivers/vipps/sandbox/settings.hpp"
#include "drivers/vipps/sandbox/webhooks.hpp"

namespace qrvend::vipps::sandbox {

/// What becomes of one request. Whoever carries it applies delay and loss.
struct Reply {
    enum class Loss : std::uint8_t {
        none,
        request,  ///< never arrived: the caller waits in vain
        answer,   ///< processed, and the caller waits in vain all the same
    };
    HttpResponse response;
    milliseconds delay{0};
    Loss loss = Loss::none;
};

/// A payment as an outsider may judge it: what really happened to the money.
struct PaymentSnapshot {
    std::string reference;
    State state = State::created;
    Money ordered;
    Money authorized;
    Money captured;
    Money cancelled;
    Money refunded;  ///< as shown; accepted ones that are not shown yet are in `refund_pending`
    Money refund_pending;
    bool approving = false;
    bool customer_present = false;
    bool receipt_posted = false;
    std::optional<std::int64_t> receipt_total_minor{};
    CallCounts calls{};
    std::string phone_url;  ///< where the customer would approve or reject
};

class Sandbox {
public:
    /// `random` must outlive the sandbox.
    Sandbox(Settings settings, Random& random);
    ~Sandbox();
    Sandbox(const Sandbox&) = delete;
    Sandbox& operator=(const Sandbox&) = delete;

    /// Answers one request: API, QR picture, phone page or control. `request.url` is path and query.
    Reply handle(const HttpRequest& request, const Stamp& now);

    // Webhooks, as data: see webhooks.hpp. next_due() also counts what the clock will do to payments.
    std::vector<WebhookDelivery> due(const Stamp& now);
    void delivered(std::uint64_t id, std::optional<int> status, MonotonicTime now);
    std::optional<MonotonicTime> next_due() const;

    // What happened, in the order of creation.
    std::vector<PaymentSnapshot> payments(const Stamp& now);
    std::optional<PaymentSnapshot> payment(std::string_view reference, const Stamp& now);
    std::vector<Event> events(std::string_view reference, const Stamp& now);

    /// The reference of the payment whose phone page `url` is: what a phone learns that has scanned its code.
    std::optional<std::string> reference_behind(std::string_view url) const;

    // What the customer does. Refused with "not_found", "state", "under_age" or "card_refused".
    Result<void> approve(std::string_view reference, CustomerAge age, const Stamp& now);
    Result<void> reject(std::string_view reference, const Stamp& now);
    /// As if the customer's bank had said no: refused with "card_refused", and they may try another card.
    Result<void> refuse_card(std::string_view reference, const Stamp& now);
    Result<void> start_approving(std::string_view reference, milliseconds duration, const Stamp& now);

    // What the clock or the merchant in the business portal does. The same refusals, or the API's ErrorCode.
    Result<void> expire(std::string_view reference, const Stamp& now);
    Result<void> portal_refund(std::string_view reference, Money amount, const Stamp& now);
    Result<void> portal_cancel(std::string_view reference, const Stamp& now);

    // Misbehaviour. False where too many faults stand already.
    bool add_fault(CallFault fault);
    bool add_fault(WebhookFault fault);
    void clear_faults();
    /// An approval of the payment will be one of `amount`: not known of Vipps, and nothing to build upon.
    Result<void> change_approval(std::string_view reference, Money amount, const Stamp& now);
    /// Makes every access token worthless, as a change of keys does.
    void revoke_tokens();

    /// May be changed at any time. Limits hold as they were at the start.
    Settings& settings();

    struct Parts;  ///< internal

private:
    std::unique_ptr<Parts> parts_;
};

}  // namespace qrvend::vipps::sandbox
