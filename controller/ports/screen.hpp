#pragma once
// What the customer sees, as values: one type for each thing to see. The display decides how it looks and in which
// language; the controller decides which of them it is. Showing a view equal to the present one costs nothing.

#include <boost/asio/awaitable.hpp>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "controller/base/ids.hpp"
#include "controller/base/money.hpp"
#include "controller/base/time.hpp"

namespace qrvend {

/// Raw bytes of a PNG, shared because views are copied between threads.
using PngBytes = std::shared_ptr<const std::string>;

namespace view {

struct Offer {
    Slot slot;
    std::string name;
    Money price;
    std::string picture;  ///< path of an image file; empty where the config names none
    bool sold_out = false;
    bool operator==(const Offer&) const = default;
};

/// Nobody is buying. With `own_keypad` the customer chooses on the machine, else by touching an offer. With
/// `wants_begin` a touch must come before the choice on the machine.
struct Idle {
    std::vector<Offer> offers;
    bool own_keypad = false;
    bool wants_begin = false;
    bool operator==(const Idle&) const = default;
};

/// A product is chosen; the payment is being made ready.
struct Preparing {
    Offer offer;
    bool operator==(const Preparing&) const = default;
};

/// The code to scan: a text to draw as QR, or a finished picture of one from the payment system.
struct ScanToPay {
    Offer offer;
    std::string provider;  ///< the payment system's name in the config, such as "vipps"
    std::string qr_text;   ///< empty where `qr_picture` is given
    PngBytes qr_picture;
    MonotonicTime until;     ///< when the code disappears; the screen counts down to it
    bool approving = false;  ///< the customer is in the app with it: the code is no longer to be scanned
    bool operator==(const ScanToPay&) const = default;
};

/// The wait for the payment is over or the payment has come; its end is being settled with the provider.
struct Finishing {
    Offer offer;
    bool operator==(const Finishing&) const = default;
};

struct Dispensing {
    Offer offer;
    bool operator==(const Dispensing&) const = default;
};

struct TakeProduct {
    Offer offer;
    bool operator==(const TakeProduct&) const = default;
};

/// No money was taken.
struct NotCharged {
    enum class Why : std::uint8_t { rejected, expired, cancelled, provider_unreachable, machine_not_ready };
    Offer offer;
    Why why = Why::cancelled;
    bool operator==(const NotCharged&) const = default;
};

/// The product did not drop, or could not be given: the money goes back. `done` once the provider shows it
/// returned.
struct MoneyReturned {
    Offer offer;
    bool done = false;
    bool operator==(const MoneyReturned&) const = default;
};

/// The product may have dropped or not and nobody can tell: `sale` is what the customer quotes to the operator.
struct AskOperator {
    Offer offer;
    SaleId sale;
    bool operator==(const AskOperator&) const = default;
};

struct OutOfService {
    enum class Why : std::uint8_t { starting, provider_unreachable, machine_fault, storage, stopping, set_up };
    Why why = Why::starting;
    std::string detail;  ///< for the technician, in English; small print
    bool operator==(const OutOfService&) const = default;
};

}  // namespace view

using View =
    std::variant<view::OutOfService, view::Idle, view::Preparing, view::ScanToPay, view::Finishing,
                 view::Dispensing, view::TakeProduct, view::NotCharged, view::MoneyReturned, view::AskOperator>;

namespace touch {

/// The customer wants to choose on the machine.
struct Begin {
    bool operator==(const Begin&) const = default;
};
struct Select {
    Slot slot;
    bool operator==(const Select&) const = default;
};
struct Cancel {
    bool operator==(const Cancel&) const = default;
};
/// The customer has read a message and wants to go on.
struct Dismiss {
    bool operator==(const Dismiss&) const = default;
};

}  // namespace touch

/// What a customer did on the screen. Changing the language is the screen's own affair.
using Touch = std::variant<touch::Select, touch::Begin, touch::Cancel, touch::Dismiss>;

class Screen {
public:
    virtual ~Screen() = default;

    /// Returns at once; the view appears with the next frame. A broken display loses it, and the sale goes on.
    virtual void show(View view) = 0;

    /// The next touch that the present view offers. Touches on a view that is gone never arrive.
    virtual boost::asio::awaitable<Touch> next_touch() = 0;
};

}  // namespace qrvend
