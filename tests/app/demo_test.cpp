#include <doctest/doctest.h>

#include "tests/support/process.hpp"

using namespace qrvend::test;

TEST_CASE("demo --auto sells one product and says so") {
    const auto [code, output] =
        run({build_directory() + "/qrvend", "demo", "--auto"}, {{"DISPLAY", ""}, {"WAYLAND_DISPLAY", ""}});
    CAPTURE(output);
    CHECK(code == 0);
    for (const char* step : {"Opened", "Requested", "scan", "approve", "Authorized", "Captured", "VendStarted",
                             "Vended", "ReceiptPosted", "Closed", "agreed"}) {
        CHECK(output.contains(step));
    }
}

TEST_CASE("a demo of what there is not is refused with what there is") {
    const auto [code, output] = run({build_directory() + "/qrvend", "demo", "--provider", "cash"});
    CHECK(code != 0);
    CHECK(output.contains("vipps"));
}
