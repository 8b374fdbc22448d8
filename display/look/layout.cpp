#include "display/look/layout.hpp"

#include "display/look/idle.hpp"
#include "display/look/message.hpp"
#include "display/look/messages.hpp"
#include "display/look/scan.hpp"

namespace qrvend::display {

Scene layout(const View& view, const Look& look, const std::shared_ptr<const QrMatrix>& code, MonotonicTime now) {
    if (const auto* idle = std::get_if<view::Idle>(&view)) {
        return lay_out(*idle, look);
    }
    const auto* scan = std::get_if<view::ScanToPay>(&view);
    if (scan != nullptr && !scan->approving) {
        return lay_out(*scan, look, code, now);
    }
    return lay_out(message_for(view, look.settings, look.phrases), look);
}

std::shared_ptr<const QrMatrix> code_of(const View& view) {
    const auto* scan = std::get_if<view::ScanToPay>(&view);
    return scan == nullptr || scan->approving ? nullptr : make_qr(scan->qr_text);
}

std::optional<MonotonicTime> next_change(const View& view, MonotonicTime now) {
    const auto* scan = std::get_if<view::ScanToPay>(&view);
    if (scan == nullptr || scan->approving || now >= scan->until) {
        return std::nullopt;
    }
    // The seconds shown are rounded up, so they change when a whole number of them is left.
    const auto whole = std::chrono::ceil<seconds>(scan->until - now);
    return scan->until - whole + seconds{1};
}

}  // namespace qrvend::display
