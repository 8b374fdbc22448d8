#include "display/look/idle.hpp"

#include <algorithm>
#include <vector>

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
    const Wrapped wrapped =
        wrap(page.look().metrics, terms, page.small(), area.width, page.measures().upright ? 3 : 2);
    const int height = static_cast<int>(wrapped.lines.size()) * line_height(page.measures().small);
    Style style = page.muted_on_background(page.small());
    style.wording = Wording::small_print;
    page.lines({.x = area.x, .y = area.bottom() - height, .width = area.width, .height = height}, wrapped, style);
    area.height -= height + page.measures().gap;
    return area;
}

/// The offers on cards: upright ones, or wide ones where more of those fit on a page.
class Shelf {
public:
    Shelf(Page& page, const view::Idle& view)
        : page_(page),
          view_(view),
          all_(page.measures()),
          padding_(all_.gap * 4 / 5),
          pictures_(std::ranges::any_of(view.offers, [](const auto& offer) { return !offer.picture.empty(); })),
          px_(all_.body) {}

    void draw(const Rect& area);

private:
    void measure_labels();
    CardLimits upright_limits() const;
    CardLimits wide_limits() const;
    std::string price_of(const view::Offer& offer) const {
        return offer.sold_out ? page_.words(Text::sold_out) : price(offer.price, page_.look().phrases.language());
    }
    Font name_font() const { return {.weight = Weight::medium, .px = px_}; }
    Font price_font() const { return {.weight = Weight::bold, .px = px_}; }

    void choose_letters(const Grid& grid);
    Colour draw_face(const Rect& rect, const view::Offer& offer);
    void draw_upright(const Rect& rect, const view::Offer& offer);
    void draw_wide(const Rect& rect, const view::Offer& offer);
    void draw_picture(const Rect& room, const view::Offer& offer, Colour face);
    void draw_name(const Rect& room, const view::Offer& offer, Colour face);
    void draw_price(const Rect& row, const view::Offer& offer, Colour face, Align align);
    void draw_slot(const Rect& row, const view::Offer& offer, Colour face);
    void draw_pager(const Rect& row, int page_number, int pages);

    Page& page_;
    const view::Idle& view_;
    const Measures& all_;
    int padding_;
    bool pictures_;
    int px_;               ///< of names and prices
    int price_width_ = 0;  ///< of the widest price, in body size
    int slot_width_ = 0;
};

void Shelf::measure_labels() {
    for (const view::Offer& offer : view_.offers) {
        price_width_ = std::max(price_width_, page_.width_of(price_of(offer), page_.bold()));
        slot_width_ = std::max(slot_width_, page_.width_of(std::to_string(offer.slot.number), page_.body()));
    }
}

CardLimits Shelf::upright_limits() const {
    const int picture = pictures_ ? all_.body * 3 : 0;
    return {.smallest_width = std::max(price_width_ + slot_width_ + all_.gap + 2 * padding_, all_.body * 13 / 2),
            .smallest_height = 3 * line_height(all_.body) + padding_ / 2 + 2 * padding_ + picture,
            .gap = all_.gap,
            .best_height_permille = pictures_ ? 1500 : 620};
}

CardLimits Shelf::wide_limits() const {
    const int height = 2 * line_height(all_.body) + 2 * padding_;
    const int picture = pictures_ ? height : 0;
    return {.smallest_width = price_width_ + all_.body * 6 + all_.gap + 2 * padding_ + picture,
            .smallest_height = height,
            .gap = all_.gap,
            .best_height_permille = 0};
}

void Shelf::draw_picture(const Rect& room, const view::Offer& offer, Colour face) {
    if (offer.picture.empty()) {
        const Colour tint = mix(face, page_.theme().accent, 80);
        page_.add(Box{.rect = room, .radius = all_.radius / 2, .fill = tint, .border = tint, .border_width = 0});
        return;
    }
    page_.add(Picture{.rect = room,
                      .path = offer.picture,
                      .bytes = nullptr,
                      .place = Picture::Place::middle,
                      .faded = offer.sold_out});
}

void Shelf::draw_name(const Rect& room, const view::Offer& offer, Colour face) {
    page_.lines(room, wrap(page_.look().metrics, keep_units(offer.name), name_font(), room.width, 2),
                {.font = name_font(),
                 .colour = offer.sold_out ? page_.theme().muted : page_.theme().text,
                 .behind = face,
                 .wording = Wording::operators});
}

void Shelf::draw_price(const Rect& row, const view::Offer& offer, Colour face, Align align) {
    page_.line(row, price_of(offer),
               {.font = price_font(),
                .colour = offer.sold_out ? page_.theme().muted : page_.theme().accent,
                .behind = face,
                .align = align,
                .wording = offer.sold_out ? Wording::ours : Wording::operators});
}

void Shelf::draw_slot(const Rect& row, const view::Offer& offer, Colour face) {
    page_.line(row, std::to_string(offer.slot.number),
               {.font = name_font(),
                .colour = page_.theme().muted,
                .behind = face,
                .align = Align::right,
                .wording = Wording::operators});
}

// A sold-out product cannot be touched, and does not look as if it could.
Colour Shelf::draw_face(const Rect& rect, const view::Offer& offer) {
    if (!offer.sold_out) {
        const Colour face = page_.button_face(rect, ButtonKind::card);
        page_.touchable(rect, Touch{touch::Select{offer.slot}});
        return face;
    }
    const Colour face = page_.theme().background;
    page_.add(Box{.rect = rect,
                  .radius = all_.radius,
                  .fill = face,
                  .border = page_.outline(),
                  .border_width = page_.hairline()});
    return face;
}

void Shelf::draw_upright(const Rect& rect, const view::Offer& offer) {
    const Colour face = draw_face(rect, offer);
    Rect inner = rect.inset(padding_);
    const int line_px = line_height(px_);
    const Rect row{.x = inner.x, .y = inner.bottom() - line_px, .width = inner.width, .height = line_px};
    draw_price(row, offer, face, Align::left);
    draw_slot(row, offer, face);
    inner.height -= line_px + padding_ / 2;
    if (pictures_) {
        const int room = inner.height - 2 * line_px - padding_ / 2;
        draw_picture({.x = inner.x, .y = inner.y, .width = inner.width, .height = room}, offer, face);
        inner.y = inner.bottom() - 2 * line_px;
    }
    draw_name(inner, offer, face);
}

void Shelf::draw_wide(const Rect& rect, const view::Offer& offer) {
    const Colour face = draw_face(rect, offer);
    Rect inner = rect.inset(padding_);
    if (pictures_) {
        draw_picture({.x = inner.x, .y = inner.y, .width = inner.height, .height = inner.height}, offer, face);
        inner.x += inner.height + all_.gap;
        inner.width -= inner.height + all_.gap;
    }
    const int line_px = line_height(px_);
    const int top = inner.y + (inner.height - 2 * line_px) / 2;
    draw_price({.x = inner.x, .y = top, .width = inner.width, .height = line_px}, offer, face, Align::right);
    draw_slot({.x = inner.x, .y = top + line_px, .width = inner.width, .height = line_px}, offer, face);
    const int right = page_.width_of(price_of(offer), price_font()) + all_.gap;
    draw_name({.x = inner.x,
               .y = top,
               .width = inner.width - std::max(right, slot_width_ + all_.gap),
               .height = 2 * line_px},
              offer, face);
}

// Larger letters where the cards have room for them.
void Shelf::choose_letters(const Grid& grid) {
    const int larger = std::min(all_.body * 5 / 4, all_.title);
    const int height = 3 * line_height(larger) + 5 * padding_ / 2;
    const int width = (price_width_ + slot_width_) * larger / all_.body + all_.gap + 2 * padding_;
    if (grid.card_width >= std::max(width, larger * 8) &&
        grid.card_height >= height + (pictures_ ? larger * 4 : 0)) {
        px_ = larger;
    }
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
    measure_labels();
    const int pager_height = all_.button + all_.gap;
    const auto count = static_cast<int>(view_.offers.size());
    const Grid upright = make_grid(count, area, upright_limits(), pager_height);
    const Grid wide = make_grid(count, area, wide_limits(), pager_height);
    const bool use_wide = wide.pages < upright.pages;
    const Grid& grid = use_wide ? wide : upright;
    if (!use_wide) {
        choose_letters(grid);
    }
    const int page_number = std::clamp(page_.look().ui.page, 0, grid.pages - 1);
    const int first = page_number * grid.per_page();
    const int shown = std::min(grid.per_page(), count - first);
    for (int place = 0; place < shown; ++place) {
        const view::Offer& offer = *(view_.offers.begin() + first + place);
        if (use_wide) {
            draw_wide(grid.card(place), offer);
        } else {
            draw_upright(grid.card(place), offer);
        }
    }
    if (grid.pages > 1) {
        draw_pager({.x = area.x, .y = area.bottom() - all_.button, .width = area.width, .height = all_.button},
                   page_number, grid.pages);
    }
}

struct Step {
    Shape shape;
    std::string text;
    Rect card;
};

// All three alike: the words beside the largest badge that leaves room for all of them, else below.
void draw_steps(Page& page, const std::vector<Step>& steps) {
    const Rect& first = steps.front().card;
    const bool tall = first.height * 3 > first.width * 2;
    for (int halves = tall ? 0 : 8; halves >= 3; --halves) {
        const int side = page.measures().body * halves / 2;
        const auto fits = [&](const Step& step) { return page.step_fits(step.card, step.text, side); };
        if (std::ranges::all_of(steps, fits)) {
            for (const Step& step : steps) {
                page.step_card(step.card, step.shape, step.text, side);
            }
            return;
        }
    }
    for (const Step& step : steps) {
        page.stacked_step_card(step.card, step.shape, step.text);
    }
}

void steps_on_machine(Page& page, const Rect& area) {
    const Measures& all = page.measures();
    std::vector<Step> steps{{Shape::keypad, page.words(Text::step_choose), {}},
                            {Shape::phone, page.words(Text::step_scan), {}},
                            {Shape::arrow_down, page.words(Text::step_take), {}}};
    const auto count = static_cast<int>(steps.size());
    const int length = ((all.upright ? area.height : area.width) - (count - 1) * all.gap) / count;
    Rect card{.x = area.x,
              .y = area.y,
              .width = all.upright ? area.width : length,
              .height = all.upright ? length : area.height};
    for (Step& step : steps) {
        step.card = card;
        (all.upright ? card.y : card.x) += length + all.gap;
    }
    draw_steps(page, steps);
}

/// The button that comes before the choice.
void begin_button(Page& page, const Rect& area) {
    const Measures& all = page.measures();
    const int width = all.upright ? area.width : area.width / 3;
    page.button({.x = area.x, .y = area.y, .width = width, .height = all.button}, page.words(Text::begin),
                ButtonKind::main, Touch{touch::Begin{}});
}

void choose_on_machine(Page& page, bool wants_begin) {
    const Measures& all = page.measures();
    Rect area = above_terms(page, header(page, page.content()));
    const std::string call = page.words(Text::choose_on_machine);
    const Font font = fit(page.look().metrics, call, {.weight = Weight::bold, .px = all.title * 5 / 4}, all.body,
                          area.width, all.upright ? 2 : 1);
    int used =
        page.lines(area, wrap_evenly(page.look().metrics, call, font, area.width, 2), page.on_background(font));
    used += all.gap / 2;
    const std::string how = page.words(wants_begin ? Text::begin_text : Text::choose_on_machine_text);
    used += page.lines({.x = area.x, .y = area.y + used, .width = area.width, .height = area.height},
                       wrap_evenly(page.look().metrics, how, page.body(), area.width, 4),
                       page.muted_on_background(page.body()));
    used += all.margin;
    const int most = all.upright ? area.width * 9 / 10 : area.width / 3;
    area = {.x = area.x, .y = area.y + used, .width = area.width, .height = std::min(area.height - used, most)};
    if (wants_begin) {
        begin_button(page, area);
    } else {
        steps_on_machine(page, area);
    }
}

}  // namespace

Scene lay_out(const view::Idle& view, const Look& look) {
    Page page{look};
    if (view.own_keypad) {
        choose_on_machine(page, view.wants_begin);
    } else {
        const Rect area = above_terms(page, header(page, page.content(), page.words(Text::choose_product)));
        Shelf{page, view}.draw(area);
    }
    return std::move(page).take();
}

}  // namespace qrvend::display
