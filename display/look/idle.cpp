#include "display/look/idle.hpp"

#include <algorithm>
#include <array>

#include "display/look/grid.hpp"
#include "display/look/parts.hpp"
#include "display/look/price.hpp"

namespace qrvend::display {

namespace {

std::string terms_of(const Look& look) {
    const auto& terms = look.settings.terms;
    const auto own = terms.find(look.phrases.language());
    if (own != terms.end()) {
        return own->second;
    }
    for (const Language language : look.settings.languages) {
        const auto other = terms.find(language);
        if (other != terms.end()) {
            return other->second;
        }
    }
    return {};
}

/// Puts the sales terms at the bottom; the room above.
Rect above_terms(Page& page, Rect area) {
    const std::string terms = terms_of(page.look());
    if (terms.empty()) {
        return area;
    }
    const Wrapped wrapped = wrap(page.look().metrics, terms, page.small(), area.width, page.measures().upright ? 3 : 2);
    const int height = static_cast<int>(wrapped.lines.size()) * line_height(page.measures().small);
    Style style = page.muted_on_background(page.small());
    style.wording = Wording::small_print;
    page.lines({.x = area.x, .y = area.bottom() - height, .width = area.width, .height = height}, wrapped, style);
    area.height -= height + page.measures().gap;
    return area;
}

/// The offers on cards.
class Shelf {
public:
    Shelf(Page& page, const view::Idle& view)
        : page_(page),
          view_(view),
          all_(page.measures()),
          padding_(all_.gap * 4 / 5),
          pictures_(std::ranges::any_of(view.offers, [](const auto& offer) { return !offer.picture.empty(); })) {}

    void draw(const Rect& area);

private:
    CardLimits limits() const;
    int text_height() const { return 3 * line_height(all_.body) + padding_ / 2; }
    std::string price_of(const view::Offer& offer) const {
        return price(offer.price, page_.look().phrases.language());
    }
    void draw_card(const Rect& rect, const view::Offer& offer);
    void draw_picture(const Rect& room, const view::Offer& offer, Colour face);
    void draw_price(const Rect& row, const view::Offer& offer, Colour face);
    void draw_pager(const Rect& row, int page_number, int pages);

    Page& page_;
    const view::Idle& view_;
    const Measures& all_;
    int padding_;
    bool pictures_;
};

CardLimits Shelf::limits() const {
    int price_width = page_.width_of(page_.words(Text::sold_out), page_.bold());
    int slot_width = 0;
    for (const view::Offer& offer : view_.offers) {
        price_width = std::max(price_width, page_.width_of(price_of(offer), page_.bold()));
        slot_width = std::max(slot_width, page_.width_of(std::to_string(offer.slot.number), page_.body()));
    }
    const int picture = pictures_ ? all_.body * 4 : 0;
    return {.smallest_width = std::max(price_width + slot_width + all_.gap + 2 * padding_, all_.body * 11 / 2),
            .smallest_height = text_height() + 2 * padding_ + picture,
            .gap = all_.gap,
            .best_height_permille = pictures_ ? 1200 : 620};
}

void Shelf::draw_picture(const Rect& room, const view::Offer& offer, Colour face) {
    if (!offer.picture.empty()) {
        page_.add(Picture{.rect = room,
                          .path = offer.picture,
                          .bytes = nullptr,
                          .place = Picture::Place::middle,
                          .faded = offer.sold_out});
        return;
    }
    const Colour tint = mix(face, page_.theme().accent, 80);
    page_.add(Box{.rect = room, .radius = all_.radius / 2, .fill = tint, .border = tint, .border_width = 0});
}

void Shelf::draw_price(const Rect& row, const view::Offer& offer, Colour face) {
    const Theme& theme = page_.theme();
    if (offer.sold_out) {
        page_.line(row, page_.words(Text::sold_out), {.font = page_.bold(), .colour = theme.muted, .behind = face});
    } else {
        page_.line(row, price_of(offer),
                   {.font = page_.bold(), .colour = theme.accent, .behind = face, .wording = Wording::operators});
    }
    page_.line(row, std::to_string(offer.slot.number),
               {.font = page_.body(),
                .colour = theme.muted,
                .behind = face,
                .align = Align::right,
                .wording = Wording::operators});
}

void Shelf::draw_card(const Rect& rect, const view::Offer& offer) {
    const Theme& theme = page_.theme();
    Colour face = theme.background;
    if (offer.sold_out) {
        page_.add(Box{.rect = rect,
                      .radius = all_.radius,
                      .fill = face,
                      .border = mix(theme.background, theme.border, 500),
                      .border_width = std::max(1, all_.body / 24)});
    } else {
        face = page_.button_face(rect, ButtonKind::card);
        page_.touchable(rect, Touch{touch::Select{offer.slot}});
    }
    Rect inner = rect.inset(padding_);
    const int price_height = line_height(all_.body);
    draw_price({.x = inner.x, .y = inner.bottom() - price_height, .width = inner.width, .height = price_height}, offer,
               face);
    inner.height -= price_height + padding_ / 2;
    const int name_height = 2 * line_height(all_.body);
    if (pictures_) {
        const Rect room{.x = inner.x,
                        .y = inner.y,
                        .width = inner.width,
                        .height = inner.height - name_height - padding_ / 2};
        draw_picture(room, offer, face);
        inner.y = inner.bottom() - name_height;
    }
    page_.lines(inner, wrap(page_.look().metrics, offer.name, page_.body(), inner.width, 2),
                {.font = page_.body(),
                 .colour = offer.sold_out ? theme.muted : theme.text,
                 .behind = face,
                 .wording = Wording::operators});
}

void Shelf::draw_pager(const Rect& row, int page_number, int pages) {
    const int width = std::max(row.height, row.width / 4);
    const int before = (page_number + pages - 1) % pages;
    const int after = (page_number + 1) % pages;
    page_.icon_button({.x = row.x, .y = row.y, .width = width, .height = row.height}, Shape::previous,
                      TurnPage{before});
    page_.icon_button({.x = row.right() - width, .y = row.y, .width = width, .height = row.height}, Shape::next,
                      TurnPage{after});
    const std::string text = fill(fill(page_.words(Text::page), "page", std::to_string(page_number + 1)), "pages",
                                  std::to_string(pages));
    page_.line({.x = row.x + width, .y = row.y, .width = row.width - 2 * width, .height = row.height}, text,
               page_.muted_on_background(page_.body(), Align::middle));
}

void Shelf::draw(const Rect& area) {
    const int pager_height = all_.button + all_.gap;
    const auto count = static_cast<int>(view_.offers.size());
    const Grid grid = make_grid(count, area, limits(), pager_height);
    const int page_number = std::clamp(page_.look().ui.page, 0, grid.pages - 1);
    const int first = page_number * grid.per_page();
    for (int place = 0; place < grid.per_page() && first + place < count; ++place) {
        draw_card(grid.card(place), view_.offers[static_cast<std::size_t>(first + place)]);
    }
    if (grid.pages > 1) {
        draw_pager({.x = area.x, .y = area.bottom() - all_.button, .width = area.width, .height = all_.button},
                   page_number, grid.pages);
    }
}

/// The headline: in the top row where the screen lies and it fits there, else below it. The room that is left.
Rect below_headline(Page& page, std::string_view text) {
    const Rect content = page.content();
    Rect area = header(page, content);
    const int height = line_height(page.measures().title);
    const bool beside = !page.measures().upright && page.look().settings.logo.empty() && area.y > content.y;
    if (beside && page.width_of(text, page.title()) <= content.width * 2 / 5) {
        page.line({.x = content.x, .y = content.y, .width = content.width * 2 / 5, .height = page.measures().button},
                  text, page.on_background(page.title()));
        return area;
    }
    const Font font = fit(page.look().metrics, text, page.title(), page.measures().body, area.width, 1);
    page.line({.x = area.x, .y = area.y, .width = area.width, .height = height}, text, page.on_background(font));
    area.y += height + page.measures().gap;
    area.height -= height + page.measures().gap;
    return area;
}

void steps_on_machine(Page& page, const Rect& area) {
    const Measures& all = page.measures();
    const std::array<std::pair<Shape, Text>, 3> steps{{{Shape::keypad, Text::step_choose},
                                                       {Shape::phone, Text::step_scan},
                                                       {Shape::arrow_down, Text::step_take}}};
    const bool rows = all.upright;
    const int count = static_cast<int>(steps.size());
    const int length = ((rows ? area.height : area.width) - (count - 1) * all.gap) / count;
    for (int i = 0; i < count; ++i) {
        const int offset = i * (length + all.gap);
        const Rect card = rows ? Rect{.x = area.x, .y = area.y + offset, .width = area.width, .height = length}
                               : Rect{.x = area.x + offset, .y = area.y, .width = length, .height = area.height};
        page.step_card(card, steps.at(static_cast<std::size_t>(i)).first,
                       page.words(steps.at(static_cast<std::size_t>(i)).second));
    }
}

void choose_on_machine(Page& page) {
    const Measures& all = page.measures();
    Rect area = above_terms(page, header(page, page.content()));
    const std::string call = page.words(Text::choose_on_machine);
    const Font font = fit(page.look().metrics, call, {.weight = Weight::bold, .px = all.title * 5 / 4}, all.body,
                          area.width, all.upright ? 2 : 1);
    int used = page.lines(area, wrap_evenly(page.look().metrics, call, font, area.width, 2), page.on_background(font));
    used += all.gap / 2;
    used += page.lines({.x = area.x, .y = area.y + used, .width = area.width, .height = area.height},
                       wrap(page.look().metrics, page.words(Text::choose_on_machine_text), page.body(), area.width, 4),
                       page.muted_on_background(page.body()));
    used += all.margin;
    const int most = all.upright ? area.width * 9 / 10 : area.width / 3;
    area = {.x = area.x, .y = area.y + used, .width = area.width, .height = std::min(area.height - used, most)};
    steps_on_machine(page, area);
}

}  // namespace

Scene lay_out(const view::Idle& view, const Look& look) {
    Page page{look};
    if (view.own_keypad) {
        choose_on_machine(page);
    } else {
        const Rect area = above_terms(page, below_headline(page, page.words(Text::choose_product)));
        Shelf{page, view}.draw(area);
    }
    return std::move(page).take();
}

}  // namespace qrvend::display
