#include "display/look/messages.hpp"

#include <stdexcept>

namespace qrvend::display {

namespace {

struct Words {
    const Settings& settings;
    const Phrases& phrases;
};

Message message_of(const view::Preparing& view, const Words& words) {
    return {.shape = Shape::dots,
            .title = words.phrases(Text::a_moment),
            .sentences = {words.phrases(Text::preparing_text)},
            .offer = view.offer};
}

Message message_of(const view::ScanToPay& view, const Words& words) {
    const std::string app = app_name(view.provider, view.offer.price.currency);
    return {.shape = Shape::phone,
            .title = words.phrases(Text::approving_title),
            .sentences = {words.phrases.with_app(Text::approving_text, app)},
            .offer = view.offer};
}

Message message_of(const view::Finishing& view, const Words& words) {
    return {.shape = Shape::dots,
            .title = words.phrases(Text::a_moment),
            .sentences = {words.phrases(Text::finishing_text)},
            .offer = view.offer};
}

Message message_of(const view::Dispensing& view, const Words& words) {
    return {.shape = Shape::check,
            .title = words.phrases(Text::dispensing_title),
            .sentences = {words.phrases(Text::dispensing_text)},
            .offer = view.offer};
}

Message message_of(const view::TakeProduct& view, const Words& words) {
    return {.shape = Shape::arrow_down,
            .title = words.phrases(Text::take_title),
            .sentences = {words.phrases(Text::take_text)},
            .offer = view.offer,
            .can_dismiss = true};
}

struct WhyNotCharged {
    Shape shape;
    Text title;
    Text advice;
    Tone tone;
};

WhyNotCharged explain(view::NotCharged::Why why) {
    using Why = view::NotCharged::Why;
    switch (why) {
        case Why::rejected:
            return {Shape::cross, Text::rejected_title, Text::choose_again, Tone::bad};
        case Why::expired:
            return {Shape::clock, Text::expired_title, Text::choose_again, Tone::calm};
        case Why::cancelled:
            return {Shape::back, Text::cancelled_title, Text::returned_text, Tone::calm};
        case Why::provider_unreachable:
            return {Shape::cross, Text::cannot_pay_title, Text::try_later, Tone::bad};
        case Why::machine_not_ready:
            break;
    }
    return {Shape::wrench, Text::machine_not_ready_title, Text::try_later, Tone::bad};
}

Message message_of(const view::NotCharged& view, const Words& words) {
    const WhyNotCharged why = explain(view.why);
    return {.shape = why.shape,
            .tone = why.tone,
            .title = words.phrases(why.title),
            .sentences = {words.phrases(Text::no_money_taken), words.phrases(why.advice)},
            .offer = view.offer,
            .can_dismiss = true};
}

Message message_of(const view::MoneyReturned& view, const Words& words) {
    return {.shape = Shape::back,
            .title = words.phrases(view.done ? Text::returned_title : Text::returning_title),
            .sentences = {words.phrases(Text::no_product_text),
                          words.phrases(view.done ? Text::returned_text : Text::returning_text)},
            .offer = view.offer,
            .can_dismiss = true};
}

Message message_of(const view::AskOperator& view, const Words& words) {
    return {.shape = Shape::question,
            .tone = Tone::bad,
            .title = words.phrases(Text::ask_title),
            .sentences = {words.phrases(Text::ask_text)},
            .offer = view.offer,
            .label = words.phrases(Text::reference),
            .value = view.sale.text(),
            .contact_label = words.phrases(Text::customer_service),
            .contact = words.settings.contact,
            .can_dismiss = true};
}

struct WhyOutOfService {
    Text title;
    Text text;
    Tone tone;
};

WhyOutOfService explain(view::OutOfService::Why why) {
    using Why = view::OutOfService::Why;
    switch (why) {
        case Why::starting:
            return {Text::starting_title, Text::starting_text, Tone::calm};
        case Why::provider_unreachable:
            return {Text::cannot_pay_title, Text::try_later, Tone::bad};
        case Why::machine_fault:
            return {Text::out_of_order_title, Text::machine_fault_text, Tone::bad};
        case Why::storage:
            return {Text::out_of_order_title, Text::storage_text, Tone::bad};
        case Why::stopping:
            return {Text::stopping_title, Text::stopping_text, Tone::calm};
        case Why::set_up:
            break;
    }
    return {Text::set_up_title, Text::set_up_text, Tone::calm};
}

Message message_of(const view::OutOfService& view, const Words& words) {
    const WhyOutOfService why = explain(view.why);
    return {.shape = why.tone == Tone::calm ? Shape::dots : Shape::wrench,
            .tone = why.tone,
            .title = words.phrases(why.title),
            .sentences = {words.phrases(why.text)},
            .contact_label = words.phrases(Text::customer_service),
            .contact = why.tone == Tone::bad ? words.settings.contact : std::string{},
            .detail = view.detail};
}

Message message_of(const view::Idle&, const Words&) {
    throw std::logic_error("an idle screen has no message");
}

}  // namespace

Message message_for(const View& view, const Settings& settings, const Phrases& phrases) {
    const Words words{.settings = settings, .phrases = phrases};
    return std::visit([&](const auto& kind) { return message_of(kind, words); }, view);
}

}  // namespace qrvend::display
