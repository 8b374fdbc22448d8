#pragma once
// The code to scan, as large as the screen allows, with all that is needed to pay by it.

#include "display/look/page.hpp"

namespace qrvend::display {

Scene lay_out(const view::ScanToPay& view, const Look& look, const std::shared_ptr<const QrMatrix>& code,
              MonotonicTime now);

}  // namespace qrvend::display
