// The demo as somebody meets it who has just found qrvend: by itself, in a window, in a terminal.

#include <doctest/doctest.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <fstream>

#include "tests/app/monitor.hpp"
#include "tests/app/stand.hpp"
#include "tests/app/terminal.hpp"

using namespace qrvend::test;

namespace {

const std::string program = build_directory() + "/qrvend";

// What a phone does that has read this code.
void pay(const std::string& code) {
    CHECK(http("GET", code).body.contains("Cola"));
    CHECK(http("POST", code + "/approve").status == 303);
}

}  // namespace

TEST_CASE("demo --auto sells one product and says so") {
    const auto [code, output] = run({program, "demo", "--auto"}, {{"DISPLAY", ""}, {"WAYLAND_DISPLAY", ""}});
    CAPTURE(output);
    CHECK(code == 0);
    for (const char* step : {"Opened", "Requested", "scan", "approve", "Authorized", "Captured", "VendStarted",
                             "Vended", "ReceiptPosted", "Closed", "agreed"}) {
        CHECK(output.contains(step));
    }
}

TEST_CASE("a demo of what there is not is refused with what there is") {
    const auto [code, output] = run({program, "demo", "--provider", "cash"});
    CHECK(code != 0);
    CHECK(output.contains("vipps"));
}

TEST_CASE("the demo in a window: touch, scan with a camera, pay on the phone page") {
    Monitor monitor(540, 960);
    Process demo({program, "demo", "--port", "0", "--address", "127.0.0.1"},
                 {{"DISPLAY", monitor.display()}, {"WAYLAND_DISPLAY", ""}});
    wait_for(demo, "screen on");
    monitor.touch({.across = 500, .down = 160}, demo, "Opened");
    pay(monitor.wait_for_code());
    CHECK(wait_for(demo, "Closed").contains("sold"));
    demo.signal(SIGINT);
    CHECK(wait_for_end(demo) == 0);
}

TEST_CASE("the demo in a terminal: choose by number, scan, pay; change the language; cancel; Ctrl-C") {
    Terminal terminal({program, "demo", "--terminal", "--port", "0", "--address", "127.0.0.1"});
    terminal.read_until("Cola");
    terminal.type("11\n");
    const std::string view = terminal.read_until("c = ");
    const std::size_t at = view.rfind("http://127.0.0.1:");
    REQUIRE(at != std::string::npos);
    const std::string printed = view.substr(at, view.find_first_of("\r\n", at) - at);

    const auto picture = std::filesystem::temp_directory_path() / ("qrvend-blocks-" + std::to_string(::getpid()));
    std::ofstream(picture, std::ios::binary) << picture_of_blocks(view);
    CHECK(codes_in(picture) == std::vector{printed});
    std::filesystem::remove(picture);

    terminal.type("sv\n");
    terminal.read_until("Avbryt");
    pay(printed);
    terminal.read_until("sold");

    terminal.type("\n11\n");
    terminal.read_until("c = ");
    terminal.type("c\n");
    terminal.read_until("not paid");
    terminal.type("\x03");
    CHECK(terminal.wait_for_end() == 0);
}
