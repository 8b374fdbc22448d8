#pragma once
// What several views have in common: the top row, the choice of a language, and the product that is being bought.

#include "display/look/page.hpp"

namespace qrvend::display {

/// Whether the screen lies and is so low that a row on top would cost too much.
bool cramped(const Page& page);

/// Logo on the left, languages on the right, the headline between them where it fits, else below; the room that is
/// left. Takes no room where there is nothing of it.
Rect header(Page& page, const Rect& area, std::string_view headline = {});

/// The languages, ending at the right of `row`: all their names, or their short names, or one button that names the
/// next of them, whichever fits. Nothing where there is only one. The width that was used.
int language_switch(Page& page, const Rect& row);

/// One button that names the next language, whole or short, as wide as `rect`.
void language_button(Page& page, const Rect& rect);

bool has_language_choice(const Page& page);

/// A row with picture, name and price on a card.
void offer_row(Page& page, const Rect& rect, const view::Offer& offer);

/// The height that offer_row() wants.
int offer_row_height(const Page& page, const view::Offer& offer, int width);

}  // namespace qrvend::display
