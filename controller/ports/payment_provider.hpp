#pragma once
// A payment system. The authority on every payment is what query() shows: amounts, not labels.
//
// What leaves the process is prepared first (`prepare`, pure) and journalled byte for byte; `perform` then sends
// exactly that, so that a repetition after any crash is the same request under the same idempotency key.

#include <boost/asio/awaitable.hpp>
#include <cstdint>
#include <optional>
#include <string>

#include "controller/base/http_message.hpp"
#include "controller/base/payment.hpp"
#include "controller/base/result.hpp"
#include "controller/base/time.hpp"
#include "controller/ports/screen.hpp"

namespace qrvend {

/// What kind of provider this is. A sale keeps its own copy for its whole life.
struct PaymentTraits {
    std::string name;  ///< as in the config: "vipps"
    bool can_refund = true;
    bool posts_receipt = true;         ///< the receipt is a call of its own after the vend
    milliseconds poll_interval{1000};  ///< between two queries while the customer is at it
    milliseconds retry_base{2000};     ///< before the first repetition; doubles up to an hour
    bool operator==(const PaymentTraits&) const = default;
};

/// What a verified callback tells. It can bring an approval and nothing else; `approved` is empty where it only
/// says that something has changed and the provider should be asked.
struct PaymentEvent {
    PaymentReference reference;
    std::string event_id;  ///< the provider's name of the event: the same one twice is a duplicate
    std::optional<Money> approved{};
};

/// The answer to a callback's sender, and the event if there is one. `refused_because` is for the log (empty:
/// accepted).
struct Callback {
    HttpResponse reply;
    std::optional<PaymentEvent> event{};
    std::string refused_because{};
};

class PaymentProvider {
public:
    virtual ~PaymentProvider() = default;

    virtual PaymentTraits traits() const = 0;

    /// Makes ready to sell: credentials, warm connection, callback registration. Fails where no sale could begin
    /// now; the detail says why, for the technician. Cheap when all is ready.
    virtual boost::asio::awaitable<Result<void>> get_ready() = 0;

    /// The exact bytes for `operation`. `amount` is what to capture, refund, or (request) the order's amount.
    virtual std::string prepare(Operation operation, const PaymentOrder& order, Money amount) const = 0;

    /// Sends a prepared call once (a refreshed credential may make that twice, where the first was turned away
    /// unread). A success carries what the provider shows after it; the caller compares amounts.
    virtual boost::asio::awaitable<Result<PaymentStatus>> perform(PaymentCall call) = 0;

    /// What the provider shows now. `absent` is a status, not a failure.
    virtual boost::asio::awaitable<Result<PaymentStatus>> query(PaymentReference reference, Currency currency) = 0;

    /// Fetches a picture of ToShow::Kind::picture_url.
    virtual boost::asio::awaitable<Result<PngBytes>> load_picture(std::string url) = 0;

    /// Verifies, then parses one callback. Changes nothing outside itself.
    virtual Callback read_callback(const HttpRequest& request) = 0;
};

}  // namespace qrvend
