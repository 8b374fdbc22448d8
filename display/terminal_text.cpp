#include "display/terminal_text.hpp"

#include <fmt/format.h>

#include <iterator>

#include "display/look/layout.hpp"
#include "display/look/messages.hpp"
#include "display/look/price.hpp"
#include "display/look/texts.hpp"

namespace qrvend::display {

namespace {

using Out = std::back_insert_iterator<std::string>;

void write_offer(Out out, const view::Offer& offer, const Phrases& phrases) {
    fmt::format_to(out, "  {:<40} {}\n", offer.name,
                   offer.sold_out ? phrases(Text::sold_out) : price(offer.price, phrases.language()));
}

void write(Out out, const view::Idle& idle, const Phrases& phrases) {
    fmt::format_to(out, "{}\n", phrases(idle.own_keypad ? Text::choose_on_machine : Text::choose_product));
    if (idle.wants_begin) {
        fmt::format_to(out, "[b] {}\n", phrases(Text::begin));
    }
    for (const view::Offer& offer : idle.offers) {
        fmt::format_to(out, "  {:>5}", offer.slot.number);
        write_offer(out, offer, phrases);
    }
}

// Two rows of modules to a line. The upper half block stands for a light module above a dark one.
void write_code(Out out, const QrMatrix& code, Ink ink) {
    const auto dark = [&](int x, int y) {
        const bool inside = x >= 0 && y >= 0 && x < code.size() && y < code.size();
        return inside && code.dark(x, y);
    };
    for (int y = -quiet_modules; y < code.size() + quiet_modules; y += 2) {
        fmt::format_to(out, "{}", ink == Ink::ansi ? "\x1b[38;5;231;48;5;16m" : "");
        for (int x = -quiet_modules; x < code.size() + quiet_modules; ++x) {
            const bool upper = dark(x, y);
            const bool lower = dark(x, y + 1);
            fmt::format_to(out, "{}", upper ? (lower ? " " : "▄") : (lower ? "▀" : "█"));
        }
        fmt::format_to(out, "{}\n", ink == Ink::ansi ? "\x1b[0m" : "");
    }
}

void write(Out out, const view::ScanToPay& scan, const Phrases& phrases, MonotonicTime now, Ink ink) {
    const std::string app = app_name(scan.provider, scan.offer.price.currency);
    fmt::format_to(out, "{}\n", phrases.with_app(Text::scan_call, app));
    write_offer(out, scan.offer, phrases);
    if (const auto code = make_qr(scan.qr_text)) {
        write_code(out, *code, ink);
        fmt::format_to(out, "{}\n", scan.qr_text);
    }
    const auto left = std::chrono::ceil<seconds>(std::max(milliseconds{0}, scan.until - now)).count();
    fmt::format_to(out, "{} {}:{:02}    c = {}\n", phrases(Text::time_left), left / 60, left % 60,
                   phrases(Text::cancel));
}

void write(Out out, const Message& message, const Phrases& phrases) {
    fmt::format_to(out, "{}\n", message.title);
    for (const std::string& sentence : message.sentences) {
        fmt::format_to(out, "{}\n", sentence);
    }
    if (!message.value.empty()) {
        fmt::format_to(out, "{}: {}\n", message.label, message.value);
    }
    if (message.offer) {
        write_offer(out, *message.offer, phrases);
    }
    if (!message.contact.empty()) {
        fmt::format_to(out, "{}: {}\n", message.contact_label, message.contact);
    }
    if (!message.detail.empty()) {
        fmt::format_to(out, "{}\n", message.detail);
    }
}

}  // namespace

std::string as_text(const View& view, Language language, const Settings& settings, MonotonicTime now, Ink ink) {
    const Phrases phrases{language};
    std::string text{"\n"};
    const Out out{text};
    const auto* scan = std::get_if<view::ScanToPay>(&view);
    if (const auto* idle = std::get_if<view::Idle>(&view)) {
        write(out, *idle, phrases);
    } else if (scan != nullptr && !scan->approving) {
        write(out, *scan, phrases, now, ink);
    } else {
        write(out, message_for(view, settings, phrases), phrases);
    }
    return text;
}

}  // namespace qrvend::display
