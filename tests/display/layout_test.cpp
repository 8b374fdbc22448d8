// Nothing overlaps, nothing is cut, everything can be read and touched: every view, language and screen.

#include "display/look/layout.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "display/look/page.hpp"
#include "tests/display/fixtures.hpp"

namespace qrvend::display {

namespace {

std::string describe(const Rect& rect) {
    return fmt::format("{},{} {}x{}", rect.x, rect.y, rect.width, rect.height);
}

void check_text(const Scene& scene, const Measures& measures) {
    const Rect screen{.x = 0, .y = 0, .width = scene.size.width, .height = scene.size.height};
    const auto lines = all_of<TextLine>(scene);
    for (std::size_t i = 0; i < lines.size(); ++i) {
        const TextLine& line = lines[i];
        INFO(line.text, " at ", describe(line.rect));
        CHECK(screen.contains(line.rect));
        CHECK(line.rect.width == fonts().width(line.text, line.font));
        CHECK((line.wording != Wording::ours || !line.shortened));
        CHECK((line.wording == Wording::small_print || line.font.px >= measures.needed_text));
        CHECK(contrast_percent(line.colour, line.behind) >= 450);
        for (std::size_t other = i + 1; other < lines.size(); ++other) {
            INFO("and ", lines[other].text, " at ", describe(lines[other].rect));
            CHECK_FALSE(line.rect.meets(lines[other].rect));
        }
        for (const Target& target : scene.targets) {
            INFO("button at ", describe(target.rect));
            CHECK((target.rect.contains(line.rect) || !target.rect.meets(line.rect)));
        }
    }
}

// Boxes may hold other boxes; otherwise nothing meets.
void check_boxes(const Scene& scene) {
    const Rect screen{.x = 0, .y = 0, .width = scene.size.width, .height = scene.size.height};
    for (std::size_t i = 0; i < scene.items.size(); ++i) {
        const Rect& rect = rect_of(scene.items[i]);
        INFO("item ", i, " at ", describe(rect));
        CHECK(screen.contains(rect));
        CHECK_FALSE(rect.empty());
        for (std::size_t under = 0; under < i; ++under) {
            const Rect& other = rect_of(scene.items[under]);
            INFO("item ", under, " at ", describe(other));
            CHECK((!rect.meets(other) || other.contains(rect)));
        }
    }
}

void check_targets(const Scene& scene, const Measures& measures) {
    for (std::size_t i = 0; i < scene.targets.size(); ++i) {
        const Rect& rect = scene.targets[i].rect;
        INFO("button ", i, " at ", describe(rect));
        CHECK(rect.width >= measures.button);
        CHECK(rect.height >= measures.button);
        CHECK(rect.height >= smallest_target_px);
        for (std::size_t other = i + 1; other < scene.targets.size(); ++other) {
            CHECK_FALSE(rect.meets(scene.targets[other].rect));
        }
    }
}

void check_scene(const Scene& scene, const Measures& measures) {
    check_text(scene, measures);
    check_boxes(scene);
    check_targets(scene, measures);
}

void check_every_view(Phrases::Kind kind, std::size_t languages_offered) {
    for (const Glassware& glass : glassware) {
        Settings settings = settings_for(glass);
        settings.languages.resize(languages_offered);
        const Measures measures = measure(settings, glass.size);
        for (const Language language : all_languages) {
            for (const Sample& sample : samples(language)) {
                INFO(sample.name, " in ", code_of(language), " at ", glass.size.width, "x", glass.size.height);
                check_scene(scene_of(sample.view, settings, glass.size, Phrases{language, kind}), measures);
            }
        }
    }
}

}  // namespace

TEST_CASE("every view fits every screen in every language") {
    check_every_view(Phrases::Kind::real, 5);
}

TEST_CASE("every view fits with two languages to choose from, and with one") {
    check_every_view(Phrases::Kind::real, 2);
    check_every_view(Phrases::Kind::real, 1);
}

TEST_CASE("every view fits a language whose texts are 40 % longer") {
    check_every_view(Phrases::Kind::lengthened, 5);
}

TEST_CASE("one to sixty products fit, with and without pictures, over as many pages as it takes") {
    for (const Glassware& glass : glassware) {
        const Settings settings = settings_for(glass);
        const Measures measures = measure(settings, glass.size);
        for (const int count : {1, 2, 3, 4, 5, 7, 10, 16, 24, 37, 60}) {
            for (const bool pictures : {false, true}) {
                INFO(count, " products at ", glass.size.width, "x", glass.size.height,
                     pictures ? " with pictures" : "");
                view::Idle idle{.offers = sample_offers(Language::fi, count), .own_keypad = false};
                std::multiset<int> wanted;
                for (view::Offer& offer : idle.offers) {
                    offer.picture = pictures ? "/usr/share/nothing.png" : "";
                    if (!offer.sold_out) {
                        wanted.insert(offer.slot.number);
                    }
                }
                std::multiset<int> offered;
                int pages = 1;
                for (int page = 0; page < pages; ++page) {
                    const Scene scene = scene_of(idle, settings, glass.size, Phrases{Language::fi}, {.page = page});
                    check_scene(scene, measures);
                    for (const Target& target : scene.targets) {
                        if (const auto* touch = std::get_if<Touch>(&target.action)) {
                            offered.insert(std::get<touch::Select>(*touch).slot.number);
                        } else if (const auto* turn = std::get_if<TurnPage>(&target.action)) {
                            pages = std::max(pages, turn->to + 1);
                        }
                    }
                }
                CHECK(offered == wanted);
                CHECK(pages <= count);
            }
        }
    }
}

TEST_CASE("a product name is wrapped to two lines and then shortened") {
    const Glassware& glass = glassware.front();
    auto offers = sample_offers(Language::nb, 1);
    offers.front().name =
        "A very long name that no card of any machine on this earth could ever hold in full length, really";
    const Scene scene =
        scene_of(view::Idle{.offers = offers}, settings_for(glass), glass.size, Phrases{Language::nb});
    const auto lines = all_of<TextLine>(scene);
    const auto shortened = std::ranges::count_if(lines, &TextLine::shortened);
    CHECK(shortened == 2);
    CHECK(std::ranges::any_of(lines, [](const TextLine& line) { return line.text.ends_with("…"); }));
}

TEST_CASE("a sold-out product is marked and cannot be touched") {
    const Glassware& glass = glassware.back();
    auto offers = sample_offers(Language::sv, 1);
    offers.front().sold_out = true;
    Settings settings = settings_for(glass);
    settings.languages = {Language::sv};
    const Scene scene = scene_of(view::Idle{.offers = offers}, settings, glass.size, Phrases{Language::sv});
    CHECK(scene.targets.empty());
    const auto lines = all_of<TextLine>(scene);
    CHECK(std::ranges::any_of(lines, [](const TextLine& line) { return line.text == "Slutsåld"; }));
}

TEST_CASE("terms that one language lacks are shown in the first that has them") {
    Settings settings = settings_for(glassware.back());
    settings.languages = {Language::nb, Language::sv, Language::en};
    settings.terms = {{Language::sv, "Villkor"}};
    const Scene scene = scene_of(view::Idle{.offers = sample_offers(Language::nb, 3)}, settings,
                                 glassware.back().size, Phrases{Language::en});
    const auto lines = all_of<TextLine>(scene);
    CHECK(std::ranges::any_of(lines, [](const TextLine& line) { return line.text == "Villkor"; }));
}

TEST_CASE("only the customer who has not begun to pay can cancel; messages can be dismissed, and a choice begun") {
    const auto targets = [](const View& view) {
        Settings settings = settings_for(glassware.back());
        settings.languages = {Language::en};
        return scene_of(view, settings, glassware.back().size, Phrases{Language::en}).targets;
    };
    for (const Sample& sample : samples(Language::en)) {
        INFO(sample.name);
        const auto found = targets(sample.view);
        if (sample.name == "scan") {
            REQUIRE(found.size() == 1);
            CHECK(found.front().action == Action{Touch{touch::Cancel{}}});
        } else if (sample.name == "take-product" || sample.name.starts_with("not-charged") ||
                   sample.name.starts_with("money") || sample.name == "ask-operator") {
            REQUIRE(found.size() == 1);
            CHECK(found.front().action == Action{Touch{touch::Dismiss{}}});
        } else if (sample.name == "idle-begin") {
            REQUIRE(found.size() == 1);
            CHECK(found.front().action == Action{Touch{touch::Begin{}}});
        } else if (sample.name != "idle") {
            CHECK(found.empty());
        }
    }
}

TEST_CASE("only the code's time changes the picture by itself, once a second") {
    for (const Sample& sample : samples(Language::en)) {
        INFO(sample.name);
        const auto change = next_change(sample.view, sample_time);
        CHECK(change.has_value() == (sample.name == "scan"));
    }
    const auto all = samples(Language::en);
    const auto scan = std::ranges::find(all, "scan", &Sample::name)->view;
    const auto until = std::get<view::ScanToPay>(scan).until;
    CHECK(*next_change(scan, until - milliseconds{4300}) == until - seconds{4});
    CHECK(*next_change(scan, until - seconds{4}) == until - seconds{3});
    CHECK(*next_change(scan, until - milliseconds{1}) == until);
    CHECK_FALSE(next_change(scan, until).has_value());
}

TEST_CASE("a second that passes paints only the figures anew") {
    const Glassware& glass = glassware[4];
    const Settings settings = settings_for(glass);
    const Phrases phrases{Language::nb};
    const auto all = samples(Language::nb);
    const auto scan = std::ranges::find(all, "scan", &Sample::name)->view;
    const Look look{.settings = settings, .metrics = fonts(), .phrases = phrases, .size = glass.size, .ui = {}};
    const auto code = code_of(scan);
    const Scene before = layout(scan, look, code, sample_time);
    CHECK(changed(before, layout(scan, look, code, sample_time)).empty());
    const Rect part = changed(before, layout(scan, look, code, sample_time + seconds{1}));
    CHECK(part.height <= line_height(measure(settings, glass.size).title));
    CHECK(part.width < glass.size.width / 3);
}

}  // namespace qrvend::display
