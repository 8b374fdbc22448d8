#include "display/look/scan.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "display/look/parts.hpp"
#include "display/look/price.hpp"

namespace qrvend::display {

namespace {

std::string minutes_and_seconds(MonotonicTime until, MonotonicTime now) {
    const auto left = std::max(milliseconds{0}, until - now);
    const auto whole = std::chrono::ceil<seconds>(left).count();
    return fmt::format("{}:{:02}", whole / 60, whole % 60);
}

class Scan {
public:
    Scan(Page& page, const view::ScanToPay& view, std::shared_ptr<const QrMatrix> code, MonotonicTime now)
        : page_(page),
          all_(page.measures()),
          view_(view),
          code_(std::move(code)),
          app_(app_name(view.provider, view.offer.price.currency)),
          time_(minutes_and_seconds(view.until, now)),
          step_gap_(all_.gap / 3) {}

    void upright();
    void lying();

private:
    std::string words(Text key) const { return page_.look().phrases.with_app(key, app_); }
    std::array<std::string, 3> steps() const {
        return {words(Text::step_open), words(Text::step_scan), words(Text::step_approve)};
    }

    void draw_code(const Rect& room);
    void draw_step_number(const Rect& disc, int number);
    int step_row_height() const { return line_height(all_.body) + step_gap_; }
    void draw_step_rows(const Rect& area);
    bool steps_fit_side_by_side(int width) const;
    int side_by_side_height() const { return disc_side() + all_.gap / 2 + 2 * line_height(all_.body); }
    void draw_steps_side_by_side(const Rect& area);
    int disc_side() const { return line_height(all_.body); }
    int column_width(int width) const { return (width - 2 * all_.gap) / 3; }

    int time_width() const;
    int time_row_height() const;
    void draw_time(const Rect& rect, Align align);
    void draw_time_row(const Rect& row);
    void cancel_button(const Rect& rect) {
        page_.button(rect, words(Text::cancel), ButtonKind::plain, Touch{touch::Cancel{}});
    }
    int draw_call(const Rect& area, int max_lines, Align align);
    int draw_product(const Rect& area);
    void lying_low(Rect area);

    Page& page_;
    const Measures& all_;
    const view::ScanToPay& view_;
    std::shared_ptr<const QrMatrix> code_;
    std::string app_;
    std::string time_;
    int step_gap_;  ///< between two steps below each other
};

// The largest square code of whole pixels to a module, in the middle of the room, on a white card. A picture of a
// code brings its own quiet zone and still gets a white rim.
void Scan::draw_code(const Rect& room) {
    const int side = std::min(room.width, room.height);
    const Rect card{.x = room.x + (room.width - side) / 2,
                    .y = room.y + (room.height - side) / 2,
                    .width = side,
                    .height = side};
    constexpr Colour white{.red = 255, .green = 255, .blue = 255};
    page_.add(Box{.rect = card, .radius = all_.radius, .fill = white, .border = white, .border_width = 0});
    if (!code_) {
        page_.add(Picture{.rect = card.inset(all_.radius),
                          .path = {},
                          .bytes = view_.qr_picture,
                          .place = Picture::Place::middle,
                          .faded = false});
        return;
    }
    const int modules = code_->size() + 2 * quiet_modules;
    const int module_px = std::max(1, side / modules);
    const int used = module_px * modules;
    page_.add(Code{
        .rect = {.x = card.x + (side - used) / 2, .y = card.y + (side - used) / 2, .width = used, .height = used},
        .module_px = module_px,
        .matrix = code_});
}

void Scan::draw_step_number(const Rect& disc, int number) {
    const Theme& theme = page_.theme();
    page_.add(Box{
        .rect = disc, .radius = disc.width / 2, .fill = theme.accent, .border = theme.accent, .border_width = 0});
    page_.line(disc, std::to_string(number),
               {.font = page_.bold(), .colour = theme.on_accent, .behind = theme.accent, .align = Align::middle});
}

void Scan::draw_step_rows(const Rect& area) {
    int y = area.y;
    int number = 1;
    const int side = disc_side();
    for (const std::string& step : steps()) {
        draw_step_number({.x = area.x, .y = y, .width = side, .height = side}, number++);
        const int text_x = area.x + side + all_.gap * 2 / 3;
        page_.line({.x = text_x, .y = y, .width = area.right() - text_x, .height = side}, step,
                   page_.on_background(page_.body()));
        y += step_row_height();
    }
}

bool Scan::steps_fit_side_by_side(int width) const {
    return std::ranges::none_of(steps(), [&](const std::string& step) {
        return wrap(page_.look().metrics, step, page_.body(), column_width(width), 2).shortened;
    });
}

void Scan::draw_steps_side_by_side(const Rect& area) {
    const int side = disc_side();
    const int width = column_width(area.width);
    int x = area.x;
    int number = 1;
    for (const std::string& step : steps()) {
        draw_step_number({.x = x + (width - side) / 2, .y = area.y, .width = side, .height = side}, number++);
        page_.lines({.x = x, .y = area.y + side + all_.gap / 2, .width = width, .height = area.height},
                    wrap(page_.look().metrics, step, page_.body(), width, 2),
                    page_.on_background(page_.body(), Align::middle));
        x += width + all_.gap;
    }
}

Font time_font(const Page& page, int px) {
    return {.weight = Weight::bold, .px = std::max(px, page.measures().body), .tabular = true};
}

int Scan::time_width() const {
    return std::max(page_.width_of(words(Text::time_left), page_.body()),
                    page_.width_of("00:00", time_font(page_, all_.title)));
}

int Scan::time_row_height() const {
    return std::max(all_.button, line_height(all_.body) + line_height(all_.title));
}

// The label above the figures.
void Scan::draw_time(const Rect& rect, Align align) {
    const int label = line_height(all_.body);
    const int figures = line_height(all_.title);
    const int top = rect.y + (rect.height - label - figures) / 2;
    page_.line({.x = rect.x, .y = top, .width = rect.width, .height = label}, words(Text::time_left),
               page_.muted_on_background(page_.body(), align));
    page_.line({.x = rect.x, .y = top + label, .width = rect.width, .height = figures}, time_,
               page_.on_background(time_font(page_, all_.title), align));
}

// The time on the left, the way out on the right.
void Scan::draw_time_row(const Rect& row) {
    const int label = page_.width_of(words(Text::cancel), page_.bold()) + 2 * all_.gap;
    const int cancel_width = std::min(std::max(label, row.width * 45 / 100), row.width - time_width() - all_.gap);
    const int button_top = row.y + (row.height - all_.button) / 2;
    draw_time({.x = row.x, .y = row.y, .width = row.width - cancel_width - all_.gap, .height = row.height},
              Align::left);
    cancel_button({.x = row.right() - cancel_width, .y = button_top, .width = cancel_width, .height = all_.button});
}

int Scan::draw_call(const Rect& area, int max_lines, Align align) {
    const std::string call = words(Text::scan_call);
    const Font font = fit(page_.look().metrics, call, page_.title(), all_.body, area.width, max_lines);
    const Wrapped wrapped = wrap_evenly(page_.look().metrics, call, font, area.width, max_lines + 1);
    return page_.lines(area, wrapped, page_.on_background(font, align));
}

void Scan::upright() {
    Rect area = header(page_, page_.content());
    const int row_height = time_row_height();
    draw_time_row({.x = area.x, .y = area.bottom() - row_height, .width = area.width, .height = row_height});
    area.height -= row_height + all_.gap;

    const bool side_by_side = steps_fit_side_by_side(area.width);
    const int steps_height = side_by_side ? side_by_side_height() : 3 * step_row_height();
    const Rect steps_area{
        .x = area.x, .y = area.bottom() - steps_height, .width = area.width, .height = steps_height};
    if (side_by_side) {
        draw_steps_side_by_side(steps_area);
    } else {
        draw_step_rows(steps_area);
    }
    area.height -= steps_height + all_.gap;

    const int offer_height = offer_row_height(page_, view_.offer, area.width);
    offer_row(page_, {.x = area.x, .y = area.y, .width = area.width, .height = offer_height}, view_.offer);
    area.y += offer_height + all_.gap;
    area.height -= offer_height + all_.gap;

    // The call to scan says what the steps say again: on a small screen the code needs its room more.
    const int call_room = 2 * line_height(all_.title);
    if (area.height - call_room >= area.width * 3 / 4) {
        const int call_height = draw_call(area, 1, Align::middle) + all_.gap;
        area.y += call_height;
        area.height -= call_height;
    }
    draw_code(area);
}

int Scan::draw_product(const Rect& area) {
    const Theme& theme = page_.theme();
    Style style = page_.on_background(page_.bold());
    style.wording = Wording::operators;
    const Wrapped name = wrap(page_.look().metrics, keep_units(view_.offer.name), style.font, area.width, 2);
    int used = page_.lines(area, name, style);
    style.font = fit(page_.look().metrics, price(view_.offer.price, page_.look().phrases.language()), page_.title(),
                     all_.body, area.width, 1);
    style.colour = theme.accent;
    const int height = line_height(style.font.px);
    page_.line({.x = area.x, .y = area.y + used, .width = area.width, .height = height},
               price(view_.offer.price, page_.look().phrases.language()), style);
    used += height;
    return used;
}

// A low screen: no row on top; the choice of a language stands beside the way out.
void Scan::lying_low(Rect area) {
    const int height = all_.button;
    Rect row{.x = area.x, .y = area.bottom() - height, .width = area.width, .height = height};
    if (has_language_choice(page_)) {
        const int half = (area.width - all_.gap / 2) / 2;
        const int label = page_.width_of(words(Text::cancel), page_.bold()) + all_.gap * 3 / 2;
        const int width = std::min(std::max(half, label), area.width - all_.button - all_.gap / 2);
        language_button(page_,
                        {.x = row.x, .y = row.y, .width = area.width - width - all_.gap / 2, .height = height});
        row = {.x = area.right() - width, .y = row.y, .width = width, .height = height};
    }
    cancel_button(row);
    area.height -= height + all_.gap / 2;
    const int used = draw_product(area);

    const int time_height = line_height(all_.body);
    const Rect time_row{.x = area.x, .y = area.bottom() - time_height, .width = area.width, .height = time_height};
    page_.line(time_row, words(Text::time_left), page_.muted_on_background(page_.body()));
    page_.line(time_row, time_, page_.on_background(time_font(page_, all_.body), Align::right));
    const int rest = area.height - used - time_height - 3 * step_row_height();
    draw_step_rows({.x = area.x, .y = area.y + used + rest / 2, .width = area.width, .height = area.height});
}

void Scan::lying() {
    const Rect area = page_.content();
    const bool low = cramped(page_);
    const int side = std::min(area.height, area.width * (low ? 48 : 54) / 100);
    draw_code({.x = area.x, .y = area.y, .width = side, .height = area.height});
    Rect right{.x = area.x + side + all_.margin,
               .y = area.y,
               .width = area.width - side - all_.margin,
               .height = area.height};
    if (low) {
        lying_low(right);
        return;
    }
    right = header(page_, right);
    const int row_height = time_row_height();
    draw_time_row({.x = right.x, .y = right.bottom() - row_height, .width = right.width, .height = row_height});
    right.height -= row_height + all_.gap;
    const int offer_height = offer_row_height(page_, view_.offer, right.width);
    offer_row(page_, {.x = right.x, .y = right.y, .width = right.width, .height = offer_height}, view_.offer);
    right.y += offer_height + all_.margin;
    right.height -= offer_height + all_.margin;
    const int used = draw_call(right, 2, Align::left) + all_.margin;
    step_gap_ = std::min(all_.gap, (right.height - used) / 3 - line_height(all_.body));
    draw_step_rows({.x = right.x, .y = right.y + used, .width = right.width, .height = right.height - used});
}

}  // namespace

Scene lay_out(const view::ScanToPay& view, const Look& look, const std::shared_ptr<const QrMatrix>& code,
              MonotonicTime now) {
    Page page{look};
    Scan scan{page, view, code, now};
    if (page.measures().upright) {
        scan.upright();
    } else {
        scan.lying();
    }
    return std::move(page).take();
}

}  // namespace qrvend::display
