// A scanner reads the code from the painted picture: straight, turned, dimmed, small and out of focus.

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <iterator>

#include "display/sdl/image.hpp"
#include "tests/display/fixtures.hpp"
#include "tests/display/processes.hpp"

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

const std::string url = "https://qr.vipps.no/28/2/01/031/47912345678901";

}  // namespace

TEST_CASE("the code can be read from every screen, with every kind of text") {
    const TemporaryFolder folder;
    const std::string picture = folder.path() / "scan.png";
    for (const Glassware& glass : glassware) {
        for (const std::string& text : {url, std::string{"HTTP://SEQR.SE/R1397240460668"},
                                        "https://app.centrapay.com/pay/" + std::string(120, 'x')}) {
            REQUIRE(
                sdl::write_png(picture, scan_of(text), Language::nb, settings_for(glass), glass.size, sample_time));
            CHECK(scanned(picture) == text);
        }
    }
}

TEST_CASE("the code can be read turned, dimmed, from afar and out of focus") {
    const TemporaryFolder folder;
    const std::string picture = folder.path() / "scan.png";
    const std::string worse = folder.path() / "worse.png";
    const std::vector<std::vector<std::string>> treatments{
        {"-background", "gray", "-rotate", "15"},
        {"-background", "gray", "-rotate", "-37"},
        {"-modulate", "35"},
        {"-resize", "40%"},
        {"-blur", "0x3"},
        {"-rotate", "10", "-modulate", "60", "-resize", "60%", "-blur", "0x1"}};
    for (const Glassware& glass : {glassware[1], glassware[4]}) {
        REQUIRE(sdl::write_png(picture, scan_of(url), Language::fi, settings_for(glass), glass.size, sample_time));
        for (const auto& treatment : treatments) {
            std::vector<std::string> command{"convert", picture};
            command.insert(command.end(), treatment.begin(), treatment.end());
            command.push_back(worse);
            REQUIRE(Process(command, -1).wait() == 0);
            INFO(glass.size.width, "x", glass.size.height, " ", treatment.front(), " ", treatment.back());
            CHECK(scanned(worse) == url);
        }
    }
}

TEST_CASE("a finished picture of a code stays readable, made larger or smaller") {
    const TemporaryFolder folder;
    const std::string picture = folder.path() / "scan.png";
    const std::string made = folder.path() / "made.png";
    REQUIRE(sdl::write_png(picture, scan_of(url), Language::nb, settings_for(glassware[4]), glassware[4].size,
                           sample_time));
    for (const std::string size : {"100%", "20%"}) {
        REQUIRE(Process({"convert", picture, "-trim", "-resize", size, made}, -1).wait() == 0);
        std::ifstream file{made, std::ios::binary};
        auto scan = scan_of("");
        scan.qr_picture = std::make_shared<const std::string>(std::istreambuf_iterator<char>{file},
                                                              std::istreambuf_iterator<char>{});
        const std::string shown = folder.path() / "shown.png";
        REQUIRE(
            sdl::write_png(shown, scan, Language::nb, settings_for(glassware[5]), glassware[5].size, sample_time));
        CHECK(scanned(shown) == url);
    }
}

TEST_CASE("no other view holds a code, and none is left while the customer approves") {
    const TemporaryFolder folder;
    for (const Sample& sample : samples(Language::nb)) {
        const std::string picture = folder.path() / (sample.name + ".png");
        REQUIRE(sdl::write_png(picture, sample.view, Language::nb, settings_for(glassware[0]), glassware[0].size,
                               sample_time));
        INFO(sample.name);
        CHECK(scanned(picture).empty() == (sample.name != "scan"));
    }
}

TEST_CASE("a picture that cannot be read leaves its place empty") {
    const TemporaryFolder folder;
    const std::string broken = folder.path() / "broken.png";
    std::ofstream{broken} << "this is no picture";
    auto scan = scan_of(url);
    scan.offer.picture = broken;
    Settings settings = settings_for(glassware[4]);
    settings.logo = "/nowhere/logo.svg";
    const std::string picture = folder.path() / "scan.png";
    REQUIRE(sdl::write_png(picture, scan, Language::nb, settings, glassware[4].size, sample_time));
    CHECK(scanned(picture) == url);
}

TEST_CASE("a file that cannot be written is reported by name") {
    const auto written = sdl::write_png("/nowhere/at/all.png", scan_of(url), Language::nb, Settings{},
                                        glassware[0].size, sample_time);
    REQUIRE_FALSE(written.has_value());
    CHECK(written.error().find("/nowhere/at/all.png") != std::string::npos);
}

}  // namespace qrvend::display
