#include "controller/kiosk/kiosk.hpp"

#include <doctest/doctest.h>

#include "tests/support/judge.hpp"
#include "tests/support/vending_world.hpp"

using namespace qrvend;
using namespace qrvend::test;

namespace {

using Why = view::OutOfService::Why;

struct Fixture : VendingWorld {
    Fixture() { start(); }

    void expect_all_promises_kept() {
        for (const std::string& broken : Judge(book, disk.records(), record.path()).verdict()) {
            FAIL_CHECK(broken);
        }
    }
    template <class Wanted>
    const Wanted& showing() {
        REQUIRE(screen().showing<Wanted>() != nullptr);
        return *screen().showing<Wanted>();
    }
};

}  // namespace

TEST_CASE_FIXTURE(Fixture, "a kiosk starts out of service and sells as soon as the provider has answered") {
    pass(0s);
    CHECK(showing<view::OutOfService>().why == Why::starting);
    CHECK(until_showing<view::Idle>(1s));
    CHECK(showing<view::Idle>().offers.size() == 2);
    CHECK(screen().views().size() == 2);
    CHECK_FALSE(kiosk().out_of_service());
}

TEST_CASE_FIXTURE(Fixture, "one sale, from the touch to the product in the hand") {
    REQUIRE(begin_sale());
    REQUIRE(until_showing<view::ScanToPay>(1s));
    CHECK(showing<view::ScanToPay>().qr_text.starts_with("https://pay.example/vm-0042-"));
    REQUIRE(until_showing<view::TakeProduct>(1min));
    REQUIRE(until_calm());
    CHECK(facts<fact::Closed>() == std::vector{fact::Closed{.result = SaleResult::sold}});
    CHECK(facts<fact::ReceiptPosted>().size() == 1);
    CHECK(book.last().receipt);
    expect_all_promises_kept();
}
