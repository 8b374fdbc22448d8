#pragma once
// What a sale knows of a payment: what it asks of the provider and what the provider shows.

#include <cstdint>
#include <optional>
#include <string>

#include "controller/base/ids.hpp"
#include "controller/base/money.hpp"
#include "controller/base/product.hpp"
#include "controller/base/time.hpp"

namespace qrvend {

/// What we do with a payment at its provider.
enum class Operation : std::uint8_t {
    request,            ///< create it
    capture,            ///< take the reserved money
    cancel_unapproved,  ///< end it unless the customer has approved it: never returns money
    cancel,             ///< end it, and free what is reserved
    refund,             ///< give captured money back
    post_receipt,       ///< put the receipt into the customer's app
    ask,                ///< query; has no idempotency key because it changes nothing
};

/// What a payment is for: all that a provider may write into its requests, besides its own configuration.
struct PaymentOrder {
    PaymentReference reference;
    SaleId sale;
    Product product;
    Money amount;  ///< what the customer pays; the product's price unless the machine named another
};

/// One prepared call. `body` is sent as it stands.
struct PaymentCall {
    Operation operation = Operation::request;
    PaymentReference reference;
    IdempotencyKey key;
    Money amount;  ///< what is requested, captured or refunded
    std::string body;
};

/// What the customer is shown.
struct ToShow {
    enum class Kind : std::uint8_t {
        qr_text,      ///< draw this text as a QR code
        picture_url,  ///< a picture made by the provider, to be fetched with load_picture()
    };
    Kind kind = Kind::qr_text;
    std::string content;
    bool operator==(const ToShow&) const = default;
};

/// Totals as the provider shows them at one moment.
struct PaymentAmounts {
    Money authorized;
    Money captured;
    Money cancelled;
    Money refunded;
    bool operator==(const PaymentAmounts&) const = default;
};

struct PaymentStatus {
    enum class State : std::uint8_t {
        pending,     ///< waits for the customer
        approving,   ///< the customer is at it: cannot be ended just now
        authorized,  ///< approved; stays so after capture, cancel and refund
        declined,    ///< the customer said no
        expired,     ///< nobody approved it in time
        cancelled,   ///< ended by us before any approval
        absent,      ///< the provider does not know the reference
    };
    State state = State::pending;
    PaymentAmounts amounts;
    std::string provider_reference{};    ///< the provider's own name of the payment or event, for the record
    std::optional<ToShow> to_show{};     ///< in the answer to `request`
    std::optional<milliseconds> life{};  ///< in the answer to `request`: from the first sending until it expires
};

}  // namespace qrvend
