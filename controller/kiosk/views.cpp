#include "controller/kiosk/views.hpp"

#include <utility>

namespace qrvend {

namespace {

using Standing = Payment::Standing;
using Why = view::NotCharged::Why;

View paying(const Sale& sale, const Step& step, const view::Offer& offer, const PngBytes& picture) {
    const Payment* payment = sale.first_payment();
    const auto* wait = std::get_if<step::AwaitPayment>(&step);
    if (wait == nullptr) {
        return payment != nullptr && payment->requested ? View{view::Finishing{.offer = offer}}
                                                        : View{view::Preparing{.offer = offer}};
    }
    const ToShow& code = payment->requested->to_show;
    const bool drawn_here = code.kind == ToShow::Kind::qr_text;
    if (!drawn_here && !picture) {
        return view::Preparing{.offer = offer};
    }
    return view::ScanToPay{.offer = offer,
                           .provider = sale.opened.provider,
                           .qr_text = drawn_here ? code.content : std::string{},
                           .qr_picture = drawn_here ? PngBytes{} : picture,
                           .until = wait->until,
                           .approving = payment->approving_since.has_value()};
}

Why why_not_charged(const Sale& sale) {
    const Payment* payment = sale.first_payment();
    if (payment != nullptr && payment->standing == Standing::declined) {
        return Why::rejected;
    }
    if (sale.abandoned) {
        switch (sale.abandoned->reason) {
            case AbandonReason::machine_limit:
                return Why::expired;
            case AbandonReason::machine_not_ready:
                return Why::machine_not_ready;
            case AbandonReason::restart:
            case AbandonReason::provider_unreachable:
            case AbandonReason::capture_failed:
                return Why::provider_unreachable;
        }
    }
    if (sale.withdrawn) {
        return Why::cancelled;
    }
    if (payment != nullptr && payment->standing == Standing::not_made) {
        return Why::provider_unreachable;
    }
    const bool walked_away = sale.left && sale.left->reason != LeftReason::timeout;
    return walked_away ? Why::cancelled : Why::expired;
}

View not_served(const Sale& sale, const view::Offer& offer) {
    const Payment* payment = sale.first_payment();
    if (payment != nullptr && payment->authorized_minor > 0) {
        return view::MoneyReturned{.offer = offer, .done = sale.closed()};
    }
    return view::NotCharged{.offer = offer, .why = why_not_charged(sale)};
}

}  // namespace

View view_of_sale(const Sale& sale, const Step& step, const view::Offer& offer, const PngBytes& picture) {
    switch (goal_of(sale)) {
        case Goal::serve:
            break;
        case Goal::find_out:
            return view::Dispensing{.offer = offer};
        case Goal::keep:
            return view::TakeProduct{.offer = offer};
        case Goal::give_back:
            return not_served(sale, offer);
        case Goal::hold:
            return view::AskOperator{.offer = offer, .sale = sale.id};
    }
    if (sale.closed()) {
        return not_served(sale, offer);
    }
    if (const Payment* payment = sale.first_payment();
        payment != nullptr && payment->standing == Standing::authorized) {
        return std::holds_alternative<step::Vend>(step) ? View{view::Dispensing{.offer = offer}}
                                                        : View{view::Finishing{.offer = offer}};
    }
    return paying(sale, step, offer, picture);
}

bool leaves_kiosk(const Sale& sale) {
    if (sale.closed()) {
        return true;
    }
    const Goal goal = goal_of(sale);
    return goal != Goal::serve && goal != Goal::find_out;
}

}  // namespace qrvend
