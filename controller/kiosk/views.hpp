#pragma once
// What the customer sees of a sale, decided purely from the sale and its next step.

#include "controller/ports/screen.hpp"
#include "controller/sale/next_step.hpp"
#include "controller/sale/sale.hpp"

namespace qrvend {

/// `offer` is the product as the idle view shows it; `picture` the provider's own picture of the code, or null.
View view_of_sale(const Sale& sale, const Step& step, const view::Offer& offer, const PngBytes& picture);

/// The sale needs neither customer nor machine any more: the kiosk may serve the next customer.
bool leaves_kiosk(const Sale& sale);

}  // namespace qrvend
