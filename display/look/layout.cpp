#include "display/look/layout.hpp"

#include <fmt/format.h>

#include "display/look/idle.hpp"
#include "display/look/message.hpp"
#include "display/look/scan.hpp"

namespace qrvend::display {

namespace {

std::string contact_line(const Look& look) {
    if (look.settings.contact.empty()) {
        return {};
    }
    return fmt::format("{}: {}", look.phrases(Text::customer_service), look.settings.contact);
}

Message message_of(const view::Preparing& view, const Look& look) {
    return {.shape = Shape::dots,
            .title = look.phrases(Text::a_moment),
            .sentences = {look.phrases(Text::preparing_text)},
            .offer = view.offer};
}

Message message_of(const view::ScanToPay& view, const Look& look) {
    const std::string app = app_name(view.provider, view.offer.price.currency);
    return {.shape = Shape::phone,
            .title = look.phrases(Text::approving_title),
            .sentences = {look.phrases.with_app(Text::approving_text, app)},
            .offer = view.offer};
}

Message message_of(const view::Finishing& view, const Look& look) {
    return {.shape = Shape::dots,
            .title = look.phrases(Text::a_moment),
            .sentences = {look.phrases(Text::finishing_text)},
            .offer = view.offer};
}

Message message_of(const view::Dispensing& view, const Look& look) {
    return {.shape = Shape::check,
            .title = look.phrases(Text::dispensing_title),
            .sentences = {look.phrases(Text::dispensing_text)},
            .offer = view.offer};
}

Message message_of(const view::TakeProduct& view, const Look& look) {
    return {.shape = Shape::arrow_down,
            .title = look.phrases(Text::take_title),
            .sentences = {look.phrases(Text::take_text)},
            .offer = view.offer,
            .can_dismiss = true};
}

struct WhyNotCharged {
    Text title;
    Text advice;
    Tone tone;
};

WhyNotCharged words_for(view::NotCharged::Why why) {
    using Why = view::NotCharged::Why;
    switch (why) {
        case Why::rejected: return {Text::rejected_title, Text::choose_again, Tone::bad};
        case Why::expired: return {Text::expired_title, Text::choose_again, Tone::bad};
        case Why::cancelled: return {Text::cancelled_title, Text::returned_text, Tone::calm};
        case Why::provider_unreachable: return {Text::cannot_pay_title, Text::try_later, Tone::bad};
        case Why::machine_not_ready: break;
    }
    return {Text::machine_not_ready_title, Text::try_later, Tone::bad};
}

Message message_of(const view::NotCharged& view, const Look& look) {
    const WhyNotCharged words = words_for(view.why);
    return {.shape = words.tone == Tone::calm ? Shape::back : Shape::cross,
            .tone = words.tone,
            .title = look.phrases(words.title),
            .sentences = {look.phrases(Text::no_money_taken), look.phrases(words.advice)},
            .offer = view.offer,
            .can_dismiss = true};
}

Message message_of(const view::MoneyReturned& view, const Look& look) {
    return {.shape = Shape::back,
            .title = look.phrases(view.done ? Text::returned_title : Text::returning_title),
            .sentences = {look.phrases(Text::no_product_text),
                          look.phrases(view.done ? Text::returned_text : Text::returning_text)},
            .offer = view.offer,
            .can_dismiss = true};
}

Message message_of(const view::AskOperator& view, const Look& look) {
    return {.shape = Shape::question,
            .tone = Tone::bad,
            .title = look.phrases(Text::ask_title),
            .sentences = {look.phrases(Text::ask_text)},
            .offer = view.offer,
            .label = look.phrases(Text::reference),
            .value = view.sale.text(),
            .contact = contact_line(look),
            .can_dismiss = true};
}

struct WhyOutOfService {
    Text title;
    Text text;
    Tone tone;
};

WhyOutOfService words_for(view::OutOfService::Why why) {
    using Why = view::OutOfService::Why;
    switch (why) {
        case Why::starting: return {Text::starting_title, Text::starting_text, Tone::calm};
        case Why::provider_unreachable: return {Text::cannot_pay_title, Text::try_later, Tone::bad};
        case Why::machine_fault: return {Text::out_of_order_title, Text::machine_fault_text, Tone::bad};
        case Why::storage: return {Text::out_of_order_title, Text::storage_text, Tone::bad};
        case Why::stopping: return {Text::stopping_title, Text::stopping_text, Tone::calm};
        case Why::set_up: break;
    }
    return {Text::set_up_title, Text::set_up_text, Tone::calm};
}

Message message_of(const view::OutOfService& view, const Look& look) {
    const WhyOutOfService words = words_for(view.why);
    return {.shape = words.tone == Tone::calm ? Shape::dots : Shape::wrench,
            .tone = words.tone,
            .title = look.phrases(words.title),
            .sentences = {look.phrases(words.text)},
            .contact = words.tone == Tone::bad ? contact_line(look) : std::string{},
            .detail = view.detail};
}

}  // namespace

Scene layout(const View& view, const Look& look, const std::shared_ptr<const QrMatrix>& code, MonotonicTime now) {
    if (const auto* idle = std::get_if<view::Idle>(&view)) {
        return lay_out(*idle, look);
    }
    const auto* scan = std::get_if<view::ScanToPay>(&view);
    if (scan != nullptr && !scan->approving) {
        return lay_out(*scan, look, code, now);
    }
    return std::visit(
        [&look](const auto& thing) {
            if constexpr (std::is_same_v<std::decay_t<decltype(thing)>, view::Idle>) {
                return lay_out(thing, look);
            } else {
                return lay_out(message_of(thing, look), look);
            }
        },
        view);
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
