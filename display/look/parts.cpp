#include "display/look/parts.hpp"

#include <algorithm>
#include <numeric>

#include "display/look/price.hpp"

namespace qrvend::display {

namespace {

Language next_language(const Page& page) {
    const auto& all = page.look().settings.languages;
    const auto here = std::ranges::find(all, page.look().phrases.language());
    return here == all.end() || std::next(here) == all.end() ? all.front() : *std::next(here);
}

std::string name_of(Language language, Text form) {
    return Phrases{language}(form);
}

int button_width(const Page& page, std::string_view label) {
    return std::max(page.measures().button, page.width_of(label, page.bold()) + 2 * page.measures().gap);
}

// One button for each language, side by side; the present one stands out.
void language_row(Page& page, const Rect& row, Text form, const std::vector<int>& widths) {
    const auto& languages = page.look().settings.languages;
    int x = row.right() - std::accumulate(widths.begin(), widths.end(), 0) -
            (static_cast<int>(widths.size()) - 1) * (page.measures().gap / 2);
    for (std::size_t i = 0; i < languages.size(); ++i) {
        const Rect rect{.x = x, .y = row.y, .width = widths[i], .height = row.height};
        const bool present = languages[i] == page.look().phrases.language();
        page.button(rect, name_of(languages[i], form), present ? ButtonKind::main : ButtonKind::plain,
                    ChangeLanguage{languages[i]});
        x += widths[i] + page.measures().gap / 2;
    }
}

}  // namespace

bool cramped(const Page& page) {
    return !page.measures().upright && page.look().size.height < page.measures().body * 18;
}

bool has_language_choice(const Page& page) {
    return page.look().settings.languages.size() > 1;
}

void language_button(Page& page, const Rect& rect) {
    const Language next = next_language(page);
    const bool fits = button_width(page, name_of(next, Text::language_name)) <= rect.width;
    page.button(rect, name_of(next, fits ? Text::language_name : Text::language_short), ButtonKind::plain,
                ChangeLanguage{next});
}

int language_switch(Page& page, const Rect& row) {
    const auto& languages = page.look().settings.languages;
    if (!has_language_choice(page)) {
        return 0;
    }
    if (languages.size() > 2) {
        for (const Text form : {Text::language_name, Text::language_short}) {
            std::vector<int> widths;
            for (const Language language : languages) {
                widths.push_back(button_width(page, name_of(language, form)));
            }
            const int all = std::accumulate(widths.begin(), widths.end(), 0) +
                            (static_cast<int>(widths.size()) - 1) * (page.measures().gap / 2);
            if (all <= row.width) {
                language_row(page, row, form, widths);
                return all;
            }
        }
    }
    const int width = std::min(row.width, button_width(page, name_of(next_language(page), Text::language_name)));
    language_button(page, {.x = row.right() - width, .y = row.y, .width = width, .height = row.height});
    return width;
}

Rect header(Page& page, const Rect& area, std::string_view headline) {
    const Measures& all = page.measures();
    const std::string& logo = page.look().settings.logo;
    Rect below = area;
    bool headline_drawn = headline.empty();
    if (!logo.empty() || has_language_choice(page)) {
        const Rect row{.x = area.x, .y = area.y, .width = area.width, .height = all.button};
        const int logo_width = logo.empty() ? 0 : std::min(area.width * 2 / 5, row.height * 4);
        if (!logo.empty()) {
            page.add(Picture{.rect = {.x = row.x, .y = row.y, .width = logo_width, .height = row.height},
                             .path = logo,
                             .bytes = nullptr,
                             .place = Picture::Place::left,
                             .faded = false});
        }
        const int left = row.x + (logo.empty() ? 0 : logo_width + all.gap);
        const Rect rest{.x = left, .y = row.y, .width = row.right() - left, .height = row.height};
        const int free = rest.width - language_switch(page, rest) - all.gap;
        if (!headline_drawn && page.width_of(headline, page.title()) <= free) {
            page.line({.x = left, .y = row.y, .width = free, .height = row.height}, headline,
                      page.on_background(page.title()));
            headline_drawn = true;
        }
        below.y += row.height + all.margin * 2 / 3;
    }
    if (!headline_drawn) {
        const Font font = fit(page.look().metrics, headline, page.title(), all.body, area.width, 1);
        const int height = line_height(all.title);
        page.line({.x = below.x, .y = below.y, .width = area.width, .height = height}, headline,
                  page.on_background(font));
        below.y += height + all.gap;
    }
    below.height = area.bottom() - below.y;
    return below;
}

namespace {

/// What a row with a product consists of, measured.
struct OfferRow {
    std::string cost;
    Font font;
    int picture_side;
    int cost_width;
    Wrapped name;
};

OfferRow measured(const Page& page, const view::Offer& offer, int width) {
    const Measures& all = page.measures();
    OfferRow row{.cost = price(offer.price, page.look().phrases.language()),
                 .font = page.bold(),
                 .picture_side = offer.picture.empty() ? 0 : all.body * 2,
                 .cost_width = 0,
                 .name = {}};
    const std::string name = keep_units(offer.name);
    for (const Font font : {Font{.weight = Weight::bold, .px = (all.body + all.title) / 2}, page.bold()}) {
        row.font = font;
        row.cost_width = page.width_of(row.cost, font);
        const int picture = row.picture_side == 0 ? 0 : row.picture_side + all.gap;
        const int room = width - 3 * all.gap - row.cost_width - picture;
        row.name = wrap(page.look().metrics, name, font, room, 2);
        if (row.name.lines.size() < 2) {
            break;
        }
    }
    return row;
}

}  // namespace

int offer_row_height(const Page& page, const view::Offer& offer, int width) {
    const OfferRow row = measured(page, offer, width);
    const int text = static_cast<int>(row.name.lines.size()) * line_height(row.font.px);
    return std::max(text, row.picture_side) + page.measures().gap * (cramped(page) ? 1 : 2);
}

void offer_row(Page& page, const Rect& rect, const view::Offer& offer) {
    const Measures& all = page.measures();
    const Theme& theme = page.theme();
    const OfferRow row = measured(page, offer, rect.width);
    page.card(rect);
    Rect inner{.x = rect.x + all.gap, .y = rect.y, .width = rect.width - 2 * all.gap, .height = rect.height};
    if (row.picture_side > 0) {
        page.add(Picture{.rect = {.x = inner.x,
                                  .y = rect.y + (rect.height - row.picture_side) / 2,
                                  .width = row.picture_side,
                                  .height = row.picture_side},
                         .path = offer.picture,
                         .bytes = nullptr,
                         .place = Picture::Place::middle,
                         .faded = false});
        inner.x += row.picture_side + all.gap;
        inner.width -= row.picture_side + all.gap;
    }
    page.line(inner, row.cost,
              {.font = row.font,
               .colour = theme.accent,
               .behind = theme.surface,
               .align = Align::right,
               .wording = Wording::operators});
    const int height = static_cast<int>(row.name.lines.size()) * line_height(row.font.px);
    inner.y += (inner.height - height) / 2;
    page.lines(inner, row.name,
               {.font = row.font, .colour = theme.text, .behind = theme.surface, .wording = Wording::operators});
}

}  // namespace qrvend::display
