#include "display/look/icons.hpp"

#include <algorithm>
#include <cmath>
#include <initializer_list>
#include <numbers>

namespace qrvend::display {

namespace {

constexpr int pen = 84;

std::vector<Stroke> polyline(std::initializer_list<Point> points) {
    std::vector<Stroke> strokes;
    for (const auto* point = points.begin(); point + 1 < points.end(); ++point) {
        strokes.push_back({.from = *point, .to = *(point + 1), .width = pen});
    }
    return strokes;
}

Stroke dot(int x, int y, int width) {
    return {.from = {.x = x, .y = y}, .to = {.x = x, .y = y}, .width = width};
}

// Angles in degrees, clockwise from the right, as y grows downwards.
std::vector<Stroke> arc(Point centre, int radius, int from_degrees, int to_degrees) {
    constexpr int step_degrees = 15;
    const auto at = [&](int degrees) {
        const double angle = degrees * std::numbers::pi / 180;
        return Point{.x = centre.x + static_cast<int>(std::lround(radius * std::cos(angle))),
                     .y = centre.y + static_cast<int>(std::lround(radius * std::sin(angle)))};
    };
    std::vector<Stroke> strokes;
    for (int degrees = from_degrees; degrees < to_degrees; degrees += step_degrees) {
        strokes.push_back(
            {.from = at(degrees), .to = at(std::min(degrees + step_degrees, to_degrees)), .width = pen});
    }
    return strokes;
}

void append(std::vector<Stroke>& all, std::vector<Stroke> more) {
    all.insert(all.end(), more.begin(), more.end());
}

std::vector<Stroke> phone() {
    auto strokes = polyline({{290, 130}, {710, 130}, {710, 870}, {290, 870}, {290, 130}});
    append(strokes, polyline({{440, 250}, {560, 250}}));
    append(strokes, polyline({{400, 560}, {480, 640}, {610, 470}}));
    return strokes;
}

std::vector<Stroke> keypad() {
    std::vector<Stroke> strokes;
    for (int row = 0; row < 4; ++row) {
        for (int column = 0; column < 3; ++column) {
            strokes.push_back(dot(260 + column * 240, 140 + row * 240, 150));
        }
    }
    return strokes;
}

std::vector<Stroke> question() {
    auto strokes = arc({.x = 500, .y = 340}, 190, 180, 405);
    append(strokes, polyline({{634, 474}, {530, 560}, {500, 650}}));
    strokes.push_back(dot(500, 830, 120));
    return strokes;
}

std::vector<Stroke> wrench() {
    auto strokes = arc({.x = 660, .y = 340}, 190, -15, 285);
    append(strokes, polyline({{844, 291}, {700, 390}, {610, 300}, {709, 157}}));
    append(strokes, polyline({{526, 474}, {200, 800}}));
    return strokes;
}

std::vector<Stroke> back() {
    auto strokes = arc({.x = 500, .y = 540}, 300, -130, 180);
    append(strokes, polyline({{307, 310}, {250, 110}}));
    append(strokes, polyline({{307, 310}, {500, 270}}));
    return strokes;
}

std::vector<Stroke> clock() {
    auto strokes = arc({.x = 500, .y = 500}, 380, 0, 360);
    append(strokes, polyline({{500, 270}, {500, 520}, {650, 620}}));
    return strokes;
}

}  // namespace

std::vector<Stroke> strokes_of(Shape shape) {
    switch (shape) {
        case Shape::check:
            return polyline({{180, 530}, {400, 750}, {820, 280}});
        case Shape::cross: {
            auto strokes = polyline({{240, 240}, {760, 760}});
            append(strokes, polyline({{760, 240}, {240, 760}}));
            return strokes;
        }
        case Shape::dots:
            return {dot(200, 500, 150), dot(500, 500, 150), dot(800, 500, 150)};
        case Shape::arrow_down: {
            auto strokes = polyline({{500, 120}, {500, 660}});
            append(strokes, polyline({{270, 430}, {500, 660}, {730, 430}}));
            append(strokes, polyline({{180, 870}, {820, 870}}));
            return strokes;
        }
        case Shape::phone:
            return phone();
        case Shape::keypad:
            return keypad();
        case Shape::question:
            return question();
        case Shape::wrench:
            return wrench();
        case Shape::back:
            return back();
        case Shape::clock:
            return clock();
        case Shape::previous:
            return polyline({{620, 200}, {330, 500}, {620, 800}});
        case Shape::next:
            break;
    }
    return polyline({{380, 200}, {670, 500}, {380, 800}});
}

}  // namespace qrvend::display
