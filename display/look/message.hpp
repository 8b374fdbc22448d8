#pragma once
// The layout of the views that tell one thing: a badge, a headline, a sentence or two, perhaps the product, perhaps
// a button.

#include "display/look/messages.hpp"
#include "display/look/page.hpp"

namespace qrvend::display {

Scene lay_out(const Message& message, const Look& look);

}  // namespace qrvend::display
