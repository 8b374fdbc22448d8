#pragma once
// A finished page as values: where every box, line, picture and code stands, in pixels, and what a touch on it
// means. Layout makes scenes, the painter draws them; two scenes can be compared, so that only what changed is
// drawn again.

#include <compare>
#include <cstdint>
#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "controller/ports/screen.hpp"
#include "display/look/qr.hpp"
#include "display/settings.hpp"

namespace qrvend::display {

struct Point {
    int x = 0;
    int y = 0;
    bool operator==(const Point&) const = default;
};

struct Rect {
    int x = 0;
    int y = 0;
    int width = 0;
    int height = 0;

    int right() const { return x + width; }
    int bottom() const { return y + height; }
    bool empty() const { return width <= 0 || height <= 0; }
    bool contains(Point point) const {
        return point.x >= x && point.y >= y && point.x < right() && point.y < bottom();
    }
    bool contains(const Rect& other) const {
        return other.x >= x && other.y >= y && other.right() <= right() && other.bottom() <= bottom();
    }
    bool meets(const Rect& other) const {
        return other.x < right() && x < other.right() && other.y < bottom() && y < other.bottom();
    }
    Rect inset(int by) const {
        return {.x = x + by, .y = y + by, .width = width - 2 * by, .height = height - 2 * by};
    }
    bool operator==(const Rect&) const = default;
};

/// The smallest rectangle around both.
Rect around(const Rect& one, const Rect& other);

enum class Weight : std::uint8_t { medium, bold };

struct Font {
    Weight weight = Weight::medium;
    int px = 0;
    bool tabular = false;  ///< digits of one width, so that a countdown stands still
    auto operator<=>(const Font&) const = default;
};

/// A rectangle with round corners. The border lies inside.
struct Box {
    Rect rect;
    int radius = 0;
    Colour fill;
    Colour border;
    int border_width = 0;
    bool operator==(const Box&) const = default;
};

/// Whose words a line holds, and so what may be asked of it.
enum class Wording : std::uint8_t {
    ours,        ///< from our tables: always whole, always large enough
    operators,   ///< names and numbers from the config: large enough, shortened where too long
    small_print  ///< not needed to buy
};

/// One line of text; its rectangle is as wide as the text and line_height() high.
struct TextLine {
    Rect rect;
    std::string text;
    Font font;
    Colour colour;
    Colour behind;  ///< what it stands on
    Wording wording = Wording::ours;
    bool shortened = false;  ///< ends in an ellipsis, or a word of it is broken
    bool operator==(const TextLine&) const = default;
};

enum class Shape : std::uint8_t {
    check,
    cross,
    dots,
    arrow_down,
    phone,
    keypad,
    question,
    wrench,
    back,
    clock,
    previous,
    next
};

/// A line drawing in a square.
struct Icon {
    Rect rect;
    Shape shape = Shape::check;
    Colour colour;
    bool operator==(const Icon&) const = default;
};

/// An image file, or the bytes of one, as large as its rectangle allows.
struct Picture {
    enum class Place : std::uint8_t { middle, left };
    Rect rect;
    std::string path;
    PngBytes bytes;
    Place place = Place::middle;
    bool faded = false;
    bool operator==(const Picture&) const = default;
};

/// A QR code, black on white. The rectangle includes the quiet zone.
struct Code {
    Rect rect;
    int module_px = 0;
    std::shared_ptr<const QrMatrix> matrix;
    bool operator==(const Code&) const = default;
};

using Item = std::variant<Box, TextLine, Icon, Picture, Code>;

struct ChangeLanguage {
    Language to = Language::en;
    bool operator==(const ChangeLanguage&) const = default;
};

struct TurnPage {
    int to = 0;  ///< the first page is 0
    bool operator==(const TurnPage&) const = default;
};

/// What a touch means: something for the controller, or the screen's own affair.
using Action = std::variant<Touch, ChangeLanguage, TurnPage>;

struct Target {
    Rect rect;
    Action action;
    bool operator==(const Target&) const = default;
};

struct Scene {
    Size size;
    Colour background;
    std::vector<Item> items;  ///< in the order of painting
    std::vector<Target> targets;
};

const Rect& rect_of(const Item& item);

/// What has to be painted anew to turn one scene into another; empty where they look the same.
Rect changed(const Scene& before, const Scene& after);

}  // namespace qrvend::display
