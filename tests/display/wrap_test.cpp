#include "display/look/wrap.hpp"

#include <doctest/doctest.h>

namespace qrvend::display {

namespace {

/// Every letter is ten pixels wide at size 10.
class Typewriter final : public Metrics {
public:
    int width(std::string_view text, const Font& font) const override {
        int letters = 0;
        for (const char byte : text) {
            letters += (static_cast<unsigned char>(byte) & 0xC0U) != 0x80U ? 1 : 0;
        }
        return letters * font.px;
    }
};

const Typewriter typewriter;
constexpr Font ten{.weight = Weight::medium, .px = 10, .tabular = false};
using Lines = std::vector<std::string>;

}  // namespace

TEST_CASE("lines break at spaces") {
    const Wrapped wrapped = wrap(typewriter, "one two  three", ten, 70, 3);
    CHECK(wrapped.lines == Lines{"one two", "three"});
    CHECK_FALSE(wrapped.shortened);
    CHECK(wrap(typewriter, "", ten, 70, 3).lines.empty());
}

TEST_CASE("what does not fit ends in an ellipsis") {
    const Wrapped wrapped = wrap(typewriter, "one two three four", ten, 70, 2);
    CHECK(wrapped.lines == Lines{"one two", "three…"});
    CHECK(wrapped.shortened);
    CHECK(wrap(typewriter, "ååååå bbbbb", ten, 50, 1).lines == Lines{"åååå…"});
}

TEST_CASE("a word that is wider than the line is broken between letters") {
    const Wrapped wrapped = wrap(typewriter, "a øøøøøøø", ten, 30, 4);
    CHECK(wrapped.lines == Lines{"a", "øøø", "øøø", "ø"});
    CHECK(wrapped.shortened);
    CHECK(wrap(typewriter, "æøå", ten, 1, 3).lines == Lines{"æ", "ø", "å"});
}

TEST_CASE("even lines are as many, and alike") {
    CHECK(wrap(typewriter, "aa bb cc dd ee", ten, 120, 3).lines == Lines{"aa bb cc dd", "ee"});
    CHECK(wrap_evenly(typewriter, "aa bb cc dd ee", ten, 120, 3).lines == Lines{"aa bb cc", "dd ee"});
    CHECK(wrap_evenly(typewriter, "aa", ten, 120, 3).lines == Lines{"aa"});
}

TEST_CASE("letters become smaller until the text fits, and no smaller than allowed") {
    CHECK(fit(typewriter, "ten chars!", ten, 2, 100, 1).px == 10);
    CHECK(fit(typewriter, "ten chars!", ten, 2, 60, 1).px == 6);
    CHECK(fit(typewriter, "ten chars!", ten, 8, 60, 1).px == 8);
}

TEST_CASE("a number keeps its unit") {
    CHECK(keep_units("Cola 0,5 l") == "Cola 0,5\u00a0l");
    CHECK(keep_units("Nuts 100 g salted") == "Nuts 100\u00a0g salted");
    CHECK(keep_units("7 eleven") == "7 eleven");
    CHECK(keep_units("ends in 5 ") == "ends in 5 ");
    CHECK(keep_units("") == "");
}

}  // namespace qrvend::display
