#pragma once
// Nobody is buying: the products to choose from, or the call to choose on the machine.

#include "display/look/page.hpp"

namespace qrvend::display {

Scene lay_out(const view::Idle& view, const Look& look);

}  // namespace qrvend::display
