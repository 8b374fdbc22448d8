#include "display/look/message.hpp"

#include <algorithm>
#include <functional>

#include "display/look/parts.hpp"

namespace qrvend::display {

namespace {

/// A part of the column: drawn at the rectangle it is given.
struct Block {
    int height = 0;
    int space_above = 0;
    bool may_be_left_out = false;
    std::function<void(Page&, const Rect&)> draw;
};

class Column {
public:
    Column(const Page& page, const Message& message, Rect area, Align align)
        : page_(page), message_(message), area_(area), align_(align) {
        add_texts();
        add_value();
        add_offer();
        add_contact();
        add_detail();
    }

    int height() const {
        int sum = 0;
        for (const Block& block : blocks_) {
            sum += block.height + (&block == &blocks_.front() ? 0 : block.space_above);
        }
        return sum;
    }

    /// Leaves out what may be left out, the least needed first, until the rest fits.
    void shrink_to(int room) {
        for (auto block = blocks_.end(); height() > room && block != blocks_.begin();) {
            --block;
            if (block->may_be_left_out) {
                block = blocks_.erase(block);
            }
        }
    }

    void draw(Page& page, int top) const {
        int y = top;
        for (const Block& block : blocks_) {
            y += &block == &blocks_.front() ? 0 : block.space_above;
            block.draw(page, {.x = area_.x, .y = y, .width = area_.width, .height = block.height});
            y += block.height;
        }
    }

private:
    void add_paragraph(std::string_view text, const Style& style, int max_lines, int space_above,
                       bool may_be_left_out = false) {
        Wrapped wrapped = wrap_evenly(page_.look().metrics, text, style.font, area_.width, max_lines);
        const int height = static_cast<int>(wrapped.lines.size()) * line_height(style.font.px);
        blocks_.push_back({.height = height,
                           .space_above = space_above,
                           .may_be_left_out = may_be_left_out,
                           .draw = [wrapped = std::move(wrapped), style](Page& page, const Rect& rect) {
                               page.lines(rect, wrapped, style);
                           }});
    }

    void add_texts() {
        const Font largest{.weight = Weight::bold, .px = page_.measures().title * (cramped(page_) ? 4 : 5) / 4};
        const Font font = fit(page_.look().metrics, message_.title, largest, page_.measures().body, area_.width, 2);
        const Style headline = page_.on_background(font, align_);
        add_paragraph(message_.title, headline, 3, 0);
        int space = page_.measures().gap;
        for (const std::string& sentence : message_.sentences) {
            add_paragraph(sentence, page_.muted_on_background(page_.body(), align_), 6, space);
            space = page_.measures().gap / 3;
        }
    }

    // What has to be copied stands on a card: below its label, or beside it where the screen is low.
    void add_value() {
        if (message_.value.empty()) {
            return;
        }
        const int label = cramped(page_) ? 0 : line_height(page_.measures().body);
        const int padding = page_.measures().gap / (cramped(page_) ? 4 : 1);
        blocks_.push_back({.height = label + line_height(page_.measures().title) + 2 * padding,
                           .space_above = page_.measures().gap,
                           .may_be_left_out = false,
                           .draw = [this, label, padding](Page& page, const Rect& rect) {
                               page.card(rect);
                               draw_value(page, rect, label, padding);
                           }});
    }

    void draw_value(Page& page, const Rect& card, int label_height, int padding) const {
        const Theme& theme = page.theme();
        const Style label{.font = page.body(), .colour = theme.muted, .behind = theme.surface, .align = align_};
        Rect inner{.x = card.x + page.measures().gap,
                   .y = card.y + padding,
                   .width = card.width - 2 * page.measures().gap,
                   .height = card.height - 2 * padding};
        if (label_height > 0) {
            page.line({.x = inner.x, .y = inner.y, .width = inner.width, .height = label_height}, message_.label,
                      label);
            inner.y += label_height;
            inner.height -= label_height;
        } else {
            page.line(inner, message_.label, label);
            const int taken = page.width_of(message_.label, label.font) + page.measures().gap;
            inner.x += taken;
            inner.width -= taken;
        }
        const Font font =
            fit(page.look().metrics, message_.value, page.title(), page.measures().body, inner.width, 1);
        page.line(inner, message_.value,
                  {.font = font,
                   .colour = theme.text,
                   .behind = theme.surface,
                   .align = label_height > 0 ? align_ : Align::right,
                   .wording = Wording::operators});
    }

    void add_offer() {
        if (message_.offer) {
            blocks_.push_back(
                {.height = offer_row_height(page_, *message_.offer, area_.width),
                 .space_above = page_.measures().margin,
                 .may_be_left_out = true,
                 .draw = [this](Page& page, const Rect& rect) { offer_row(page, rect, *message_.offer); }});
        }
    }

    void add_contact() {
        if (message_.contact.empty()) {
            return;
        }
        Style style = page_.on_background(page_.bold(), align_);
        style.wording = Wording::operators;
        const std::string whole = message_.contact_label + ": " + message_.contact;
        const bool one_line = page_.width_of(whole, style.font) <= area_.width;
        add_paragraph(one_line || !cramped(page_) ? whole : message_.contact, style, 2, page_.measures().gap / 2);
    }

    void add_detail() {
        if (!message_.detail.empty()) {
            Style style = page_.muted_on_background(page_.small(), align_);
            style.wording = Wording::small_print;
            add_paragraph(message_.detail, style, 3, page_.measures().margin, true);
        }
    }

    const Page& page_;
    const Message& message_;
    Rect area_;
    Align align_;
    std::vector<Block> blocks_;
};

Colour colour_of(const Page& page, Tone tone) {
    return tone == Tone::bad ? page.theme().alert : page.theme().accent;
}

void dismiss_button(Page& page, const Rect& rect) {
    page.button(rect, page.words(Text::done), ButtonKind::main, Touch{touch::Dismiss{}});
}

/// Takes a row for the button off the bottom of the area.
Rect with_button_below(Page& page, const Message& message, Rect area, int width) {
    if (!message.can_dismiss) {
        return area;
    }
    const int height = page.measures().button;
    dismiss_button(
        page,
        {.x = area.x + (area.width - width) / 2, .y = area.bottom() - height, .width = width, .height = height});
    area.height -= height + page.measures().gap;
    return area;
}

void upright(Page& page, const Message& message) {
    Rect area = header(page, page.content());
    area = with_button_below(page, message, area, area.width);
    int badge = std::min(area.width * 36 / 100, area.height / 4);
    Column column{page, message, area, Align::middle};
    column.shrink_to(area.height - badge / 2 - page.measures().gap);
    badge = std::clamp(area.height - column.height() - page.measures().gap, 0, badge);
    const int space = std::min(page.measures().margin, area.height - column.height() - badge);
    const int rest = area.height - column.height() - badge - space;
    const int top = area.y + rest * 2 / 5;
    if (badge >= page.measures().body) {
        page.badge({.x = area.x + (area.width - badge) / 2, .y = top, .width = badge, .height = badge},
                   message.shape, colour_of(page, message.tone));
    }
    column.draw(page, top + badge + space);
}

void lying(Page& page, const Message& message) {
    const bool low = cramped(page);
    Rect area = low ? page.content() : header(page, page.content());
    const int left_width = area.width * (low ? 28 : 32) / 100;
    Rect left{.x = area.x, .y = area.y, .width = left_width, .height = area.height};
    Rect right{.x = area.x + left_width + page.measures().margin,
               .y = area.y,
               .width = area.width - left_width - page.measures().margin,
               .height = area.height};
    if (low && has_language_choice(page)) {
        const int height = page.measures().button;
        language_button(page, {.x = left.x, .y = left.bottom() - height, .width = left.width, .height = height});
        left.height -= height + page.measures().gap;
    }
    if (message.can_dismiss) {
        const int height = page.measures().button;
        const int width = low ? right.width : right.width / 2;
        dismiss_button(page, {.x = right.x, .y = right.bottom() - height, .width = width, .height = height});
        right.height -= height + page.measures().gap;
    }
    Column column{page, message, right, Align::left};
    column.shrink_to(right.height);
    const int badge = std::min(left.width * 9 / 10, left.height * 7 / 10);
    page.badge({.x = left.x + (left.width - badge) / 2,
                .y = left.y + (left.height - badge) / 2,
                .width = badge,
                .height = badge},
               message.shape, colour_of(page, message.tone));
    column.draw(page, right.y + std::max(0, right.height - column.height()) / 2);
}

}  // namespace

Scene lay_out(const Message& message, const Look& look) {
    Page page{look};
    if (page.measures().upright) {
        upright(page, message);
    } else {
        lying(page, message);
    }
    return std::move(page).take();
}

}  // namespace qrvend::display
