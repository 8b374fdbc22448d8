#include "drivers/vipps/receipt.hpp"

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include "tests/drivers/vipps/fakes.hpp"

using namespace qrvend;
using namespace qrvend::vipps::test;

TEST_CASE("tax is split as in Vipps' own examples") {
    CHECK(vipps::split_tax(3500, 1500).excluding_tax_minor == 3043);
    CHECK(vipps::split_tax(3500, 1500).tax_minor == 457);
    CHECK(vipps::split_tax(42924, 2500).excluding_tax_minor == 34339);
    CHECK(vipps::split_tax(42924, 2500).tax_minor == 8585);
    CHECK(vipps::split_tax(3500, 0).excluding_tax_minor == 3500);
    CHECK(vipps::split_tax(0, 2500).tax_minor == 0);
    CHECK(vipps::split_tax(100, 10'000).tax_minor == 50);
    CHECK(vipps::split_tax(101, 10'000).excluding_tax_minor == 51);  // 50.5 is rounded up
    CHECK_THROWS_AS(vipps::split_tax(-1, 2500), std::invalid_argument);
}

TEST_CASE("the parts always add up, and are the nearest") {
    CHECK(rc::check([] {
        const auto total = *rc::gen::inRange<std::int64_t>(0, 1'000'000'000'001);
        const auto rate = *rc::gen::inRange<std::uint16_t>(0, 10'001);
        const auto split = vipps::split_tax(total, rate);
        RC_ASSERT(split.excluding_tax_minor + split.tax_minor == total);
        RC_ASSERT(split.tax_minor >= 0);
        // |excluding * (10000 + rate) - total * 10000| is at most half of the divisor.
        const std::int64_t divisor = 10'000 + rate;
        const std::int64_t error = split.excluding_tax_minor * divisor - total * 10'000;
        RC_ASSERT(2 * std::abs(error) <= divisor);
    }));
}

TEST_CASE("a receipt is Vipps' own sample, member by member") {
    const auto expected = json::parse(R"({"orderLines":[{"name":"Cola 0.5 l","id":"slot-12","totalAmount":3500,
        "totalAmountExcludingTax":3043,"totalTaxAmount":457,"taxRate":1500,
        "unitInfo":{"unitPrice":3500,"quantity":"1","quantityUnit":"PCS"}}],
        "bottomLine":{"currency":"NOK","posId":"vm-0042","receiptNumber":"ABCDE12345"}})");
    REQUIRE(expected);
    CHECK(vipps::receipt(test_settings(), cola(), cola().amount) == *expected);
}

TEST_CASE("a receipt tells what was paid, not what the list says") {
    const auto receipt = vipps::receipt(test_settings(), cola(), {.minor = 2000, .currency = eur});
    CHECK(receipt["orderLines"][0]["totalAmount"] == 2000);
    CHECK(receipt["orderLines"][0]["unitInfo"]["unitPrice"] == 2000);
    CHECK(receipt["bottomLine"]["currency"] == "EUR");
}

TEST_CASE("what is not known is left out of a receipt") {
    vipps::Settings settings = test_settings();
    settings.pos_id.clear();
    PaymentOrder order = cola();
    order.sale = {};
    order.product.name.clear();
    const auto receipt = vipps::receipt(settings, order, order.amount);
    CHECK(json::dump(receipt["bottomLine"]) == R"({"currency":"NOK"})");
    CHECK(receipt["orderLines"][0]["name"] == "slot-12");
}
