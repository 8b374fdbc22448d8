#include "drivers/vipps/requests.hpp"

#include <doctest/doctest.h>

#include "tests/drivers/vipps/fakes.hpp"

using namespace qrvend;
using namespace qrvend::vipps::test;

namespace {

std::string prepared(const vipps::Settings& settings, Operation operation, const PaymentOrder& order = cola()) {
    return vipps::prepare(settings, operation, order, order.amount);
}

}  // namespace

TEST_CASE("create, byte for byte") {
    CHECK(prepared(test_settings(), Operation::request) ==
          R"({"amount":{"currency":"NOK","value":3500},"customerInteraction":"CUSTOMER_PRESENT",)"
          R"("paymentDescription":"Vending machine Petra, Cola 0.5 l","paymentMethod":{"type":"WALLET"},)"
          R"("qrFormat":{"format":"TEXT/TARGETURL"},"reference":"vm-0042-0123456789abcdef","userFlow":"QR"})");
}

TEST_CASE("create with Vipps' picture, an age limit and the receipt inside, byte for byte") {
    vipps::Settings settings = test_settings();
    settings.qr_source = vipps::QrSource::picture_by_vipps;
    settings.picture_size_px = 600;
    settings.receipt = vipps::ReceiptMode::with_payment;
    PaymentOrder order = cola();
    order.product.minimum_age_years = 18;
    CHECK(prepared(settings, Operation::request, order) ==
          R"({"amount":{"currency":"NOK","value":3500},"customerInteraction":"CUSTOMER_PRESENT",)"
          R"("minimumUserAge":18,"paymentDescription":"Vending machine Petra, Cola 0.5 l",)"
          R"("paymentMethod":{"type":"WALLET"},"qrFormat":{"format":"IMAGE/PNG","size":600},)"
          R"("receipt":{"bottomLine":{"currency":"NOK","posId":"vm-0042","receiptNumber":"ABCDE12345"},)"
          R"("orderLines":[{"id":"slot-12","name":"Cola 0.5 l","taxRate":1500,"totalAmount":3500,)"
          R"("totalAmountExcludingTax":3043,"totalTaxAmount":457,)"
          R"("unitInfo":{"quantity":"1","quantityUnit":"PCS","unitPrice":3500}}]},)"
          R"("reference":"vm-0042-0123456789abcdef","userFlow":"QR"})");
}

TEST_CASE("capture, refund and both cancels, byte for byte") {
    CHECK(prepared(test_settings(), Operation::capture) ==
          R"({"modificationAmount":{"currency":"NOK","value":3500}})");
    CHECK(prepared(test_settings(), Operation::refund) ==
          R"({"modificationAmount":{"currency":"NOK","value":3500}})");
    CHECK(prepared(test_settings(), Operation::cancel) == R"({"cancelTransactionOnly":false})");
    CHECK(prepared(test_settings(), Operation::cancel_unapproved) == R"({"cancelTransactionOnly":true})");
    CHECK(prepared(test_settings(), Operation::ask).empty());
}

TEST_CASE("a receipt of its own, byte for byte") {
    CHECK(prepared(test_settings(), Operation::post_receipt) ==
          R"({"bottomLine":{"currency":"NOK","posId":"vm-0042","receiptNumber":"ABCDE12345"},)"
          R"("orderLines":[{"id":"slot-12","name":"Cola 0.5 l","taxRate":1500,"totalAmount":3500,)"
          R"("totalAmountExcludingTax":3043,"totalTaxAmount":457,)"
          R"("unitInfo":{"quantity":"1","quantityUnit":"PCS","unitPrice":3500}}]})");
}

TEST_CASE("the amount asked for counts, not the order's") {
    CHECK(vipps::prepare(test_settings(), Operation::refund, cola(), {.minor = 100, .currency = eur}) ==
          R"({"modificationAmount":{"currency":"EUR","value":100}})");
}

TEST_CASE("a product's name that is not UTF-8 gives a request that is") {
    PaymentOrder order = cola();
    order.product.name =
        "Br\xf8"
        "d";
    CHECK(json::parse(prepared(test_settings(), Operation::request, order)));
}

TEST_CASE("each operation has its place") {
    vipps::Settings settings = test_settings();
    const std::string payment = base + "/epayment/v1/payments/vm-0042-0123456789abcdef";
    CHECK(vipps::url_of(settings, Operation::request, reference) == base + "/epayment/v1/payments");
    CHECK(vipps::url_of(settings, Operation::capture, reference) == payment + "/capture");
    CHECK(vipps::url_of(settings, Operation::cancel, reference) == payment + "/cancel");
    CHECK(vipps::url_of(settings, Operation::cancel_unapproved, reference) == payment + "/cancel");
    CHECK(vipps::url_of(settings, Operation::refund, reference) == payment + "/refund");
    CHECK(vipps::url_of(settings, Operation::ask, reference) == payment);
    CHECK(vipps::payment_url(settings, reference) == payment);
    CHECK(vipps::events_url(settings, reference) == payment + "/events");

    const std::string receipt = "/order-management/v2/ecom/receipts/vm-0042-0123456789abcdef";
    CHECK(vipps::url_of(settings, Operation::post_receipt, reference) == base + receipt);
    settings.order_management_url = "https://api.vipps.no";
    CHECK(vipps::url_of(settings, Operation::post_receipt, reference) == "https://api.vipps.no" + receipt);
}
