// The code on the glass: whole pixels, its quiet zone, and nothing larger than it.

#include "display/look/scan.hpp"

#include <doctest/doctest.h>

#include <algorithm>

#include "display/look/page.hpp"
#include "tests/display/fixtures.hpp"

namespace qrvend::display {

namespace {

view::ScanToPay scan_of(std::string text) {
    return {.offer = sample_offers(Language::nb, 1).front(),
            .provider = "vipps",
            .qr_text = std::move(text),
            .qr_picture = nullptr,
            .until = sample_time + std::chrono::minutes{5},
            .approving = false};
}

const std::array<std::string, 4> texts{"https://qr.vipps.no/28/2/01/031/4791234567",
                                       "HTTP://SEQR.SE/R1397240460668",
                                       "http://settle.eu/s/KtDa1/vm0042-9f8a7c6e5d4b3a2f1e0d9c8b7a6f5e4d",
                                       "https://app.centrapay.com/pay/" + std::string(150, 'x')};

}  // namespace

TEST_CASE("modules are whole pixels with a quiet zone of four, and the code stands on white") {
    for (const Glassware& glass : glassware) {
        for (const std::string& text : texts) {
            const Scene scene = scene_of(scan_of(text), settings_for(glass), glass.size, Phrases{Language::nb});
            const auto codes = all_of<Code>(scene);
            REQUIRE(codes.size() == 1);
            const Code& code = codes.front();
            CHECK(code.rect.width == code.rect.height);
            CHECK(code.rect.width == code.module_px * (code.matrix->size() + 2 * quiet_modules));
            CHECK(code.module_px >= 3);
            const auto boxes = all_of<Box>(scene);
            CHECK(std::ranges::any_of(boxes, [&](const Box& box) {
                return box.rect.contains(code.rect) && box.fill == Colour{.red = 255, .green = 255, .blue = 255};
            }));
        }
    }
}

TEST_CASE("a module is at least half a millimetre wide, so that a phone reads it from 300 mm") {
    for (const Glassware& glass : glassware) {
        const Scene scene = scene_of(scan_of(texts[0]), settings_for(glass), glass.size, Phrases{Language::nb});
        const Code code = all_of<Code>(scene).front();
        const double pixels_per_mm = std::hypot(glass.size.width, glass.size.height) / glass.diagonal_mm;
        CHECK(code.module_px / pixels_per_mm >= 0.5);
    }
}

TEST_CASE("the code is the largest thing on the screen") {
    for (const Glassware& glass : glassware) {
        const Scene scene = scene_of(scan_of(texts[0]), settings_for(glass), glass.size, Phrases{Language::fi});
        const Code code = all_of<Code>(scene).front();
        for (const Item& item : scene.items) {
            const Rect& rect = rect_of(item);
            CHECK((rect.contains(code.rect) || rect.width * rect.height <= code.rect.width * code.rect.height));
        }
        CHECK(code.rect.width * 2 >= std::min(glass.size.width, glass.size.height));
    }
}

TEST_CASE("while the customer approves there is no code to scan") {
    for (const Glassware& glass : glassware) {
        auto scan = scan_of(texts[0]);
        scan.approving = true;
        CHECK(code_of(View{scan}) == nullptr);
        CHECK(all_of<Code>(scene_of(scan, settings_for(glass), glass.size, Phrases{Language::nb})).empty());
    }
}

TEST_CASE("a finished picture of a code takes the place of a drawn one") {
    auto scan = scan_of("");
    scan.qr_picture = std::make_shared<const std::string>("bytes");
    const Scene scene = scene_of(scan, settings_for(glassware[4]), glassware[4].size, Phrases{Language::nb});
    CHECK(all_of<Code>(scene).empty());
    const auto pictures = all_of<Picture>(scene);
    REQUIRE(pictures.size() == 1);
    CHECK(pictures.front().bytes == scan.qr_picture);
    CHECK(pictures.front().rect.width > glassware[4].size.width / 2);
}

TEST_CASE("the remaining time is rounded up and never below nothing") {
    const auto time_at = [](milliseconds left) {
        auto scan = scan_of(texts[0]);
        scan.until = sample_time + left;
        const auto lines =
            all_of<TextLine>(scene_of(scan, settings_for(glassware[0]), glassware[0].size, Phrases{Language::nb}));
        return std::ranges::find_if(lines, [](const TextLine& line) { return line.font.tabular; })->text;
    };
    CHECK(time_at(std::chrono::minutes{5}) == "5:00");
    CHECK(time_at(milliseconds{61'001}) == "1:02");
    CHECK(time_at(milliseconds{1}) == "0:01");
    CHECK(time_at(milliseconds{0}) == "0:00");
    CHECK(time_at(milliseconds{-5000}) == "0:00");
}

}  // namespace qrvend::display
