#pragma once
// The rules that hold for one sale from its first fact to its last, whatever the config says meanwhile.

#include <cstdint>
#include <optional>

#include "controller/base/time.hpp"

namespace qrvend {

enum class CaptureOrder : std::uint8_t {
    before_vend,  ///< capture, then vend; a failed vend is refunded
    after_vend,   ///< vend on the reservation, capture once the machine has confirmed the product
};

/// What happens to the money when nobody can tell whether the product dropped.
enum class UnknownVend : std::uint8_t { refund, charge, attention };

struct Policy {
    CaptureOrder capture = CaptureOrder::before_vend;
    UnknownVend unknown_vend = UnknownVend::refund;
    seconds payment_timeout{300};                ///< how long the code is shown at most
    std::optional<milliseconds> answer_limit{};  ///< the machine's, from the selection on
    bool posts_receipt = true;                   ///< the receipt is a call of its own after the vend
    milliseconds poll_interval{1000};            ///< between two queries while the customer is at it
    milliseconds retry_base{2000};               ///< before the first repetition; doubles up to an hour
    bool operator==(const Policy&) const = default;
};

}  // namespace qrvend
