// The whole screen as the daemon uses it: the module, its thread, a real window under Xvfb, a scanner and a finger.

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <chrono>
#include <functional>
#include <mutex>

#include "display/display.hpp"
#include "display/look/scene.hpp"
#include "tests/display/fixtures.hpp"
#include "tests/display/processes.hpp"
#include "tests/display/still_clock.hpp"

namespace qrvend::display {

namespace {

constexpr std::chrono::seconds patience{60};

class Lines final : public Log {
public:
    void write(LogLevel, std::string_view message, std::initializer_list<LogField> fields) override {
        std::string line{message};
        for (const LogField& field : fields) {
            line += fmt::format(" {}={}", field.key, field.value);
        }
        lines.push_back(std::move(line));
    }
    std::vector<std::string> lines;
};

boost::asio::awaitable<void> collect(SdlScreen* screen, std::vector<Touch>* touches) {
    for (;;) {
        touches->push_back(co_await screen->next_touch());
    }
}

Settings window_settings() {
    Settings settings;
    settings.video_driver = "x11";
    return settings;
}

/// A screen and the loop that it works for.
class Kiosk {
public:
    Kiosk() : screen_(io_, clock_, window_settings(), log) {
        boost::asio::co_spawn(io_, collect(&screen_, &touches), boost::asio::detached);
    }
    ~Kiosk() { io_.stop(); }
    Kiosk(const Kiosk&) = delete;
    Kiosk& operator=(const Kiosk&) = delete;

    /// Runs the loop until the condition holds; false where it never did.
    bool until(const std::function<bool()>& holds) {
        const auto end = std::chrono::steady_clock::now() + patience;
        while (!holds()) {
            if (std::chrono::steady_clock::now() > end) {
                return false;
            }
            io_.run_one_for(std::chrono::milliseconds{5});
        }
        return true;
    }

    void show(View view) {
        screen_.show(std::move(view));
        ++shown_;
        REQUIRE(until([&] { return screen_.newest_painted() == shown_; }));
    }

    SdlScreen& screen() { return screen_; }

    std::vector<Touch> touches;
    Lines log;

private:
    boost::asio::io_context io_;
    StillClock clock_;
    SdlScreen screen_;
    std::uint64_t shown_ = 0;
};

View sample(std::string_view name) {
    const auto all = samples(Language::nb);
    return std::ranges::find(all, name, &Sample::name)->view;
}

void click(Point point) {
    Process({"xdotool", "mousemove", std::to_string(point.x), std::to_string(point.y), "click", "1"}, -1).wait();
}

Point middle_of(const View& view, const Action& action, Size size) {
    const Scene scene = scene_of(view, window_settings(), size, Phrases{Language::nb});
    const auto target = std::ranges::find(scene.targets, action, &Target::action);
    REQUIRE(target != scene.targets.end());
    return {.x = target->rect.x + target->rect.width / 2, .y = target->rect.y + target->rect.height / 2};
}

/// Touches until the touch arrives: the screen is blind for a moment after each change.
bool touch_until(Kiosk& kiosk, Point point, std::size_t wanted) {
    const auto end = std::chrono::steady_clock::now() + patience;
    while (kiosk.touches.size() < wanted && std::chrono::steady_clock::now() < end) {
        click(point);
        const auto pause = std::chrono::steady_clock::now() + std::chrono::milliseconds{200};
        kiosk.until([&] { return kiosk.touches.size() >= wanted || std::chrono::steady_clock::now() > pause; });
    }
    return kiosk.touches.size() >= wanted;
}

std::string picture_of_screen(const TemporaryFolder& folder) {
    const std::string path = folder.path() / "screen.png";
    REQUIRE(Process({"import", "-window", "root", path}, -1).wait() == 0);
    return path;
}

constexpr Size glass{.width = 1080, .height = 1920};

/// Whether the screen shows exactly what the view looks like in that language.
bool screen_shows(const TemporaryFolder& folder, const View& view, Language language) {
    const std::string wanted = folder.path() / "wanted.png";
    REQUIRE(write_png(wanted, view, language, window_settings(), glass, sample_time));
    return Process({"compare", "-metric", "AE", wanted, picture_of_screen(folder), "null:"}, -1).wait() == 0;
}

}  // namespace

TEST_CASE("a code reaches the glass, can be scanned there, and goes when the customer approves") {
    const DisplayServer server{"1080x1920"};
    const TemporaryFolder folder;
    Kiosk kiosk;
    auto scan = std::get<view::ScanToPay>(sample("scan"));
    kiosk.show(scan);
    CHECK(kiosk.screen().working());
    CHECK(scanned(picture_of_screen(folder)) == scan.qr_text);
    scan.approving = true;
    kiosk.show(scan);
    CHECK(scanned(picture_of_screen(folder)).empty());
}

TEST_CASE("a touch on a product arrives as its slot") {
    const DisplayServer server{"1080x1920"};
    Kiosk kiosk;
    const View idle = sample("idle");
    kiosk.show(idle);
    const auto slot = std::get<view::Idle>(idle).offers[2].slot;
    REQUIRE(touch_until(kiosk, middle_of(idle, Touch{touch::Select{slot}}, glass), 1));
    CHECK(kiosk.touches.front() == Touch{touch::Select{slot}});
}

TEST_CASE("the language is changed by touch, holds for the sale, and returns to the first at its end") {
    const DisplayServer server{"1080x1920"};
    const TemporaryFolder folder;
    Kiosk kiosk;
    const View idle = sample("idle");
    kiosk.show(idle);
    CHECK(kiosk.until([&] { return screen_shows(folder, idle, Language::nb); }));
    const Point on_english = middle_of(idle, ChangeLanguage{Language::en}, glass);
    CHECK(kiosk.until([&] {
        if (!screen_shows(folder, idle, Language::nb)) {
            return true;
        }
        click(on_english);
        return false;
    }));
    CHECK(kiosk.until([&] { return screen_shows(folder, idle, Language::en); }));
    kiosk.show(sample("take-product"));
    CHECK(screen_shows(folder, sample("take-product"), Language::en));
    kiosk.show(idle);
    CHECK(screen_shows(folder, idle, Language::nb));
    CHECK(kiosk.touches.empty());
}

TEST_CASE("a touch on a view that is gone never arrives") {
    const DisplayServer server{"1080x1920"};
    Kiosk kiosk;
    const View idle = sample("idle");
    const View taken = sample("take-product");
    kiosk.show(idle);
    const auto slot = std::get<view::Idle>(idle).offers[2].slot;
    const Point on_product = middle_of(idle, Touch{touch::Select{slot}}, glass);
    REQUIRE(touch_until(kiosk, on_product, 1));
    kiosk.touches.clear();
    click(on_product);  // is on its way while the loop does something else, and meets another view
    kiosk.show(taken);
    kiosk.show(sample("dispensing"));
    kiosk.show(taken);
    REQUIRE(touch_until(kiosk, middle_of(taken, Touch{touch::Dismiss{}}, glass), 1));
    CHECK(kiosk.touches.front() == Touch{touch::Dismiss{}});
}

TEST_CASE("no view is lost, however fast they come") {
    const DisplayServer server{"800x480"};
    Kiosk kiosk;
    for (int i = 0; i < 150; ++i) {
        kiosk.show(sample(i % 2 == 0 ? "preparing" : "scan"));
    }
    CHECK(kiosk.screen().working());
}

TEST_CASE("the display's thread answers when it is asked") {
    const DisplayServer server{"800x480"};
    Kiosk kiosk;
    kiosk.show(sample("idle"));
    kiosk.screen().responsive();
    CHECK(kiosk.until([&] { return kiosk.screen().responsive(); }));
}

TEST_CASE("without a display the screen does not work, says so once, and the loop goes on") {
    setenv("DISPLAY", ":987654", 1);
    Kiosk kiosk;
    kiosk.screen().show(sample("idle"));
    REQUIRE(kiosk.until([&] { return !kiosk.log.lines.empty(); }));
    CHECK(kiosk.log.lines.front().starts_with("screen off reason=no video"));
    CHECK_FALSE(kiosk.screen().working());
    kiosk.screen().responsive();
    CHECK(kiosk.until([&] { return kiosk.screen().responsive(); }));
    CHECK(kiosk.log.lines.size() == 1);
}

TEST_CASE("a display server that dies takes nothing with it, and its successor shows the view again") {
    const TemporaryFolder folder;
    DisplayServer server{"1080x1920"};
    Kiosk kiosk;
    const auto scan = std::get<view::ScanToPay>(sample("scan"));
    kiosk.show(scan);
    server.stop();
    REQUIRE(kiosk.until([&] { return !kiosk.screen().working(); }));
    const DisplayServer successor{"1080x1920", server.number()};
    REQUIRE(kiosk.until([&] { return kiosk.screen().working(); }));
    CHECK(kiosk.until([&] { return scanned(picture_of_screen(folder)) == scan.qr_text; }));
}

TEST_CASE("previews are written for every view and language") {
    const TemporaryFolder folder;
    const auto written = preview(folder.path() / "new", Settings{});
    REQUIRE_MESSAGE(written.has_value(), (written ? "" : written.error()));
    CHECK(*written == static_cast<int>(samples(Language::nb).size() * all_languages.size() * 2));
    int with_code = 0;
    for (const auto& file : std::filesystem::directory_iterator(folder.path() / "new")) {
        if (!file.path().filename().string().starts_with("scan-")) {
            continue;
        }
        ++with_code;
        const std::string worse = folder.path() / "worse.png";
        const std::string code = std::get<view::ScanToPay>(sample("scan")).qr_text;
        CAPTURE(file.path().string());
        CHECK(scanned(file.path()) == code);
        for (const std::vector<std::string>& treatment :
             std::vector<std::vector<std::string>>{{"-background", "gray", "-rotate", "15"},
                                                   {"-modulate", "40"},
                                                   {"-resize", "50%"},
                                                   {"-blur", "0x2"}}) {
            std::vector<std::string> command{"convert", file.path().string()};
            command.insert(command.end(), treatment.begin(), treatment.end());
            command.push_back(worse);
            REQUIRE(Process(command, -1).wait() == 0);
            CHECK(scanned(worse) == code);
        }
    }
    CHECK(with_code == static_cast<int>(all_languages.size()) * 2);
}

}  // namespace qrvend::display
