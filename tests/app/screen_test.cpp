// The real daemon on a real screen, read by a camera: what the code on the glass says is what is paid, in every
// mode and size, also turned, dimmed, far away and blurred. And fingers: cancel, languages, a display that goes
// away.

#include <doctest/doctest.h>

#include "tests/app/monitor.hpp"
#include "tests/app/side_by_side.hpp"
#include "tests/app/stand.hpp"

using namespace qrvend;
using namespace qrvend::test;

namespace {

struct Glass {
    const char* name;
    int width;
    int height;
    const char* mode;
    Place first_product;
    Place cancel;
    Place other_language;
};

constexpr Glass upright{.name = "upright, full screen",
                        .width = 1080,
                        .height = 1920,
                        .mode = "full_screen",
                        .first_product = {.across = 500, .down = 200},
                        .cancel = {.across = 750, .down = 955},
                        .other_language = {.across = 860, .down = 50}};
constexpr Glass lying{.name = "lying and low, full screen",
                      .width = 800,
                      .height = 480,
                      .mode = "full_screen",
                      .first_product = {.across = 250, .down = 400},
                      .cancel = {.across = 850, .down = 920},
                      .other_language = {.across = 920, .down = 90}};

void require(bool true_one, const std::string& what, const Process& daemon) {
    if (!true_one) {
        throw std::runtime_error(what + ":\n" + daemon.output());
    }
}

// A kiosk without a keypad of its own: customers touch the screen.
struct Kiosk {
    explicit Kiosk(const Glass& glass_in, const std::string& more_of_vipps = {})
        : glass(glass_in),
          monitor(glass.width, glass.height),
          stand({.own_keypad = false,
                 .more_of_vipps = more_of_vipps,
                 .display = monitor.display(),
                 .display_mode = glass.mode}),
          daemon(stand.start_daemon()) {
        if (!daemon.output().contains("screen on")) {
            wait_for(daemon, "screen on");
        }
    }

    void choose() {
        monitor.touch(glass.first_product, daemon, "Opened");
        wait_for(daemon, "Requested");
    }

    std::string phone_url() const { return json::string_at(stand.newest_payment(), "phone_url").value(); }

    // What a phone does that has read this code.
    void pay(const std::string& code) {
        require(http("GET", code).body.contains("Cola"), "the phone shows something else", daemon);
        require(http("POST", code + "/approve").status == 303, "the phone takes no approval", daemon);
    }

    void expect_sold() {
        require(wait_for(daemon, "Closed").contains("sold"), "not sold", daemon);
        stand.stop(daemon);
        judge(stand);
        require(stand.count(simulated::Deed::What::dropped) == 1, "nothing dropped", daemon);
    }

    const Glass& glass;
    Monitor monitor;
    Stand stand;
    Process daemon;
};

// The code as phones see it that are held askew, in the sun, from far away, by a hand that shakes.
const std::vector<std::pair<std::string, std::vector<std::string>>> bad_cameras{
    {"turned by 15 degrees", {"-background", "gray", "-rotate", "15"}},
    {"dimmed", {"-modulate", "30"}},
    {"half as large", {"-resize", "50%"}},
    {"blurred", {"-blur", "0x2"}},
    {"turned, dimmed and blurred",
     {"-background", "black", "-rotate", "-15", "-modulate", "50", "-blur", "0x1.5"}}};

void buy_by_camera(const Glass& glass, const std::string& more_of_vipps) {
    Kiosk kiosk(glass, more_of_vipps);
    kiosk.choose();
    const std::string code = kiosk.monitor.wait_for_code();
    require(code == kiosk.phone_url(), "the code says " + code, kiosk.daemon);
    const Picture picture = kiosk.monitor.picture();
    for (const auto& [name, options] : bad_cameras) {
        const auto read = codes_in(kiosk.monitor.spoilt(picture, options));
        require(read == std::vector{code}, "cannot be read " + name, kiosk.daemon);
    }
    kiosk.pay(code);
    wait_for(kiosk.daemon, "Vended");
    kiosk.monitor.wait_until_no_code();
    kiosk.expect_sold();
}

void cancel_by_touch(const Glass& glass) {
    Kiosk kiosk(glass);
    kiosk.choose();
    kiosk.monitor.wait_for_code();
    kiosk.monitor.touch(glass.cancel, kiosk.daemon, "Left");
    require(wait_for(kiosk.daemon, "Closed").contains("not paid"), "ended otherwise", kiosk.daemon);
    kiosk.monitor.wait_until_no_code();
    require(json::string_at(kiosk.stand.newest_payment(), "state") == "TERMINATED", "not ended", kiosk.daemon);
    kiosk.stand.stop(kiosk.daemon);
    judge(kiosk.stand);
    require(kiosk.stand.count(simulated::Deed::What::commanded) == 0, "something dropped", kiosk.daemon);
}

// The finger is on Cancel while the thumb is on Approve: the payment system says that the customer is at it.
void cancel_while_approving() {
    Kiosk kiosk(upright);
    kiosk.choose();
    kiosk.monitor.wait_for_code();
    kiosk.stand.control_newest("approving", R"({"ms":60000})");
    kiosk.monitor.touch(upright.cancel, kiosk.daemon, "Approving");
    kiosk.monitor.wait_until_no_code();
    kiosk.stand.control_newest("approve");
    kiosk.expect_sold();
}

// On the idle screen, where nothing moves by itself, and while the time runs that the code is shown.
void languages_and_time() {
    Kiosk kiosk(upright);
    Monitor& monitor = kiosk.monitor;
    const Picture norwegian = monitor.settled_picture();
    monitor.touch(upright.other_language);
    monitor.wait_until_other_than(norwegian);
    monitor.touch(upright.other_language);
    monitor.wait_until_as(norwegian);

    kiosk.choose();
    const std::string code = monitor.wait_for_code();
    monitor.wait_until_other_than(monitor.picture());
    monitor.touch(upright.other_language);
    monitor.wait_until_other_than(monitor.picture());
    require(monitor.wait_for_code() == code, "another code in another language", kiosk.daemon);
    kiosk.pay(code);
    kiosk.expect_sold();
}

void display_goes_away() {
    Kiosk kiosk(upright);
    kiosk.choose();
    const std::string code = kiosk.monitor.wait_for_code();
    kiosk.monitor.pull_the_plug();
    wait_for(kiosk.daemon, "screen off");
    kiosk.pay(code);
    kiosk.expect_sold();
}

}  // namespace

TEST_CASE("what a camera reads on the screen is what is paid") {
    std::vector<Scenario> scenarios;
    for (const Glass& glass : {upright, lying}) {
        for (const auto& [name, more] :
             {std::pair{", drawn here", ""},
              std::pair{", Vipps' own picture", R"(, "qr_source": "picture_by_vipps")"}}) {
            scenarios.push_back(
                {.name = std::string(glass.name) + name, .run = [glass, more] { buy_by_camera(glass, more); }});
        }
    }
    run_side_by_side(scenarios);
}

TEST_CASE("fingers on the screen") {
    run_side_by_side({{.name = "cancel, upright", .run = [] { cancel_by_touch(upright); }},
                      {.name = "cancel, lying", .run = [] { cancel_by_touch(lying); }},
                      {.name = "cancel while approving", .run = cancel_while_approving},
                      {.name = "languages and the time", .run = languages_and_time},
                      {.name = "the display goes away", .run = display_goes_away}});
}
