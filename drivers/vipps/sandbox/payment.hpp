#pragma once
// One payment as Vipps keeps it: state, aggregate, event log. The rules of capture, cancel and refund are pure
// functions of it.
//
//     CREATED -> AUTHORIZED | ABORTED | EXPIRED | TERMINATED
//
// AUTHORIZED stays so after capture, cancel and refund; only the aggregate moves. What holds always:
// captured + cancelled <= authorized <= ordered, and refunded + refunds under way <= captured.

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "controller/base/money.hpp"
#include "controller/base/time.hpp"
#include "drivers/vipps/sandbox/create.hpp"
#include "drivers/vipps/sandbox/problem.hpp"

namespace qrvend::vipps::sandbox {

enum class State : std::uint8_t { created, authorized, aborted, expired, terminated };
enum class EventName : std::uint8_t {
    created,
    authorized,
    captured,
    cancelled,
    refunded,
    aborted,
    expired,
    terminated,
};

/// As in the API: "CREATED".
std::string_view to_string(State state);
std::string_view to_string(EventName name);

struct Event {
    EventName name = EventName::created;
    std::string psp_reference;
    Money amount;
    WallTime at;
    std::string idempotency_key;  ///< empty for what the customer or the clock did
    bool success = true;
};

/// Calls that reached this payment: what the gateway turned away is not counted, repetitions are.
struct CallCounts {
    std::uint32_t create = 0;
    std::uint32_t get = 0;
    std::uint32_t events = 0;
    std::uint32_t capture = 0;
    std::uint32_t cancel = 0;
    std::uint32_t refund = 0;
    std::uint32_t receipt = 0;
    bool operator==(const CallCounts&) const = default;
};

/// The customer is at it: the payment cannot be ended until `until`.
struct Approving {
    enum class Outcome : std::uint8_t { nothing, authorized };
    MonotonicTime until;
    Outcome outcome = Outcome::nothing;
};

/// A refund that Vipps has accepted and does not show yet.
struct PendingRefund {
    MonotonicTime shown_at;
    Money amount;
    std::string psp_reference;
    std::string idempotency_key;
};

/// What the phone page says besides the state.
enum class AppMessage : std::uint8_t { none, under_age, card_refused };

struct Payment {
    std::uint64_t number = 0;  ///< counts creations
    Order order;
    State state = State::created;
    Money authorized;
    Money captured;
    Money cancelled;
    Money refunded;
    std::string psp_reference;  ///< of the CREATED event
    std::string phone_token;    ///< names the phone page
    std::string image_token;    ///< names the QR picture
    std::string redirect_url;   ///< empty for PUSH_MESSAGE
    std::vector<Event> events{};
    MonotonicTime expires{};
    MonotonicTime authorized_at{};
    std::optional<Approving> approving{};
    std::deque<PendingRefund> pending_refunds{};
    std::optional<Money> approves{};  ///< what an approval is good for, where not for the order's amount
    AppMessage message = AppMessage::none;
    bool receipt_posted = false;
    CallCounts calls{};
    std::optional<MonotonicTime> timer{};  ///< the ledger's: when next_change() was scheduled for

    /// Nothing can happen to it any more but a refund.
    bool settled() const;
    Money open_refunds() const;
    /// The next moment at which something happens to it by itself.
    std::optional<MonotonicTime> next_change() const;
};

enum class CancelMode : std::uint8_t { whole, transaction_only };

/// Why `payment` cannot be captured, cancelled or refunded so at `now`; nothing where it can.
std::optional<Problem> why_no_capture(const Payment& payment, Money amount, const Settings& settings,
                                      MonotonicTime now);
std::optional<Problem> why_no_cancel(const Payment& payment, CancelMode mode, const Settings& settings,
                                     MonotonicTime now);
std::optional<Problem> why_no_refund(const Payment& payment, Money amount, MonotonicTime now);

/// Amounts of the test environment that make an approval go wrong in the app (Vipps, test environment; the unit is
/// presumed to be minor units).
bool is_refused_test_amount(std::int64_t minor);
/// The test amount whose outcome stays unknown for an hour.
inline constexpr std::int64_t slow_test_amount_minor = 201;

}  // namespace qrvend::vipps::sandbox
