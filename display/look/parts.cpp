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

int thumbnail_side(const Page& page) {
    return page.measures().body * 2;
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
    page.button(rect, name_of(next, Text::language_name), ButtonKind::plain, ChangeLanguage{next});
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

Rect header(Page& page, const Rect& area) {
    const std::string& logo = page.look().settings.logo;
    if (logo.empty() && !has_language_choice(page)) {
        return area;
    }
    const Rect row{.x = area.x, .y = area.y, .width = area.width, .height = page.measures().button};
    const int logo_width = logo.empty() ? 0 : std::min(area.width * 2 / 5, row.height * 4);
    if (!logo.empty()) {
        page.add(Picture{.rect = {.x = row.x, .y = row.y, .width = logo_width, .height = row.height},
                         .path = logo,
                         .bytes = nullptr,
                         .place = Picture::Place::left,
                         .faded = false});
    }
    const int taken = logo.empty() ? 0 : logo_width + page.measures().gap;
    language_switch(page, {.x = row.x + taken, .y = row.y, .width = row.width - taken, .height = row.height});
    const int used = row.height + page.measures().margin * 2 / 3;
    return {.x = area.x, .y = area.y + used, .width = area.width, .height = area.height - used};
}

int offer_row_height(const Page& page, const view::Offer& offer, int width) {
    const Measures& all = page.measures();
    const int price_width = page.width_of(price(offer.price, page.look().phrases.language()), page.bold());
    const int picture = offer.picture.empty() ? 0 : thumbnail_side(page) + all.gap;
    const int name_width = width - 2 * all.gap - price_width - all.gap - picture;
    const auto lines = wrap(page.look().metrics, offer.name, page.bold(), name_width, 2).lines.size();
    const int text = static_cast<int>(lines) * line_height(all.body);
    return std::max(text, offer.picture.empty() ? 0 : thumbnail_side(page)) + all.gap * 3 / 2;
}

void offer_row(Page& page, const Rect& rect, const view::Offer& offer) {
    const Measures& all = page.measures();
    page.card(rect);
    Rect inner{.x = rect.x + all.gap, .y = rect.y, .width = rect.width - 2 * all.gap, .height = rect.height};
    if (!offer.picture.empty()) {
        const int side = thumbnail_side(page);
        page.add(Picture{.rect = {.x = inner.x, .y = rect.y + (rect.height - side) / 2, .width = side, .height = side},
                         .path = offer.picture,
                         .bytes = nullptr,
                         .place = Picture::Place::middle,
                         .faded = false});
        inner.x += side + all.gap;
        inner.width -= side + all.gap;
    }
    const Theme& theme = page.theme();
    const std::string cost = price(offer.price, page.look().phrases.language());
    Font figures = page.bold();
    page.line(inner, cost,
              {.font = figures,
               .colour = theme.accent,
               .behind = theme.surface,
               .align = Align::right,
               .wording = Wording::operators});
    inner.width -= page.width_of(cost, figures) + all.gap;
    const Wrapped name = wrap(page.look().metrics, offer.name, page.bold(), inner.width, 2);
    const int height = static_cast<int>(name.lines.size()) * line_height(all.body);
    inner.y += (inner.height - height) / 2;
    page.lines(inner, name,
               {.font = page.bold(), .colour = theme.text, .behind = theme.surface, .wording = Wording::operators});
}

}  // namespace qrvend::display
