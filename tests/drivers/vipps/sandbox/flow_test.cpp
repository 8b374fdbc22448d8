// A sale from end to end, and the money after each way it can go.

#include <doctest/doctest.h>

#include "tests/drivers/vipps/sandbox/merchant.hpp"

using namespace qrvend;
using namespace qrvend::vipps::sandbox;
using namespace qrvend::vipps::sandbox::test;

TEST_CASE("a sale: create, scan, approve, capture, receipt") {
    Merchant merchant;
    const Answer created = merchant.create("vm-0001-0001");
    REQUIRE(created.status() == 201);
    CHECK(created.text("reference") == "vm-0001-0001");
    CHECK(created.body.size() == 2);  // no state, no pspReference, no expiry
    CHECK(created.text("redirectUrl").starts_with("http://127.0.0.1:8080/phone/"));

    Answer seen = merchant.payment("vm-0001-0001");
    CHECK(seen.status() == 200);
    CHECK(seen.text("state") == "CREATED");
    CHECK(seen.aggregate("authorizedAmount") == 0);
    CHECK(seen.text("redirectUrl") == created.text("redirectUrl"));

    const std::string page = created.text("redirectUrl").substr(std::string{"http://127.0.0.1:8080"}.size());
    const Answer pressed = merchant.send({.method = "POST", .url = page + "/approve", .headers = {}, .body = {}});
    CHECK(pressed.status() == 303);
    CHECK(pressed.header("Location") == page);

    seen = merchant.payment("vm-0001-0001");
    CHECK(seen.text("state") == "AUTHORIZED");
    CHECK(seen.aggregate("authorizedAmount") == 3500);

    const Answer captured = merchant.capture("vm-0001-0001", 3500);
    CHECK(captured.status() == 200);
    CHECK(captured.aggregate("capturedAmount") == 3500);
    CHECK(captured.text("state") == "AUTHORIZED");

    CHECK(merchant.post("/order-management/v2/ecom/receipts/vm-0001-0001", Merchant::receipt()).status() == 201);
    const PaymentSnapshot payment = merchant.sandbox.payment("vm-0001-0001", merchant.now).value();
    CHECK(payment.captured == payment.ordered);
    CHECK(payment.receipt_posted);
    CHECK(payment.receipt_total_minor == 3500);
    CHECK(payment.customer_present);
    CHECK(payment.calls == CallCounts{.create = 1, .get = 2, .capture = 1, .receipt = 1});
}

TEST_CASE("the event log has one line for each change, each with a pspReference of its own") {
    Merchant merchant;
    merchant.approved("vm-0001-0002");
    merchant.capture("vm-0001-0002", 2000);
    merchant.cancel("vm-0001-0002");
    merchant.refund("vm-0001-0002", 500);
    const Answer events = merchant.get("/epayment/v1/payments/vm-0001-0002/events");
    REQUIRE(events.status() == 200);
    REQUIRE(events.body.size() == 5);
    const std::vector<std::string> names = {"CREATED", "AUTHORIZED", "CAPTURED", "CANCELLED", "REFUNDED"};
    const std::vector<std::int64_t> values = {3500, 3500, 2000, 1500, 500};
    std::vector<std::string> psp_references;
    for (std::size_t number = 0; number < names.size(); ++number) {
        const json::Value& event = events.body.at(number);
        CHECK(json::string_at(event, "name") == names[number]);
        CHECK(json::string_at(event, "reference") == "vm-0001-0002");
        CHECK(json::integer_at(event.at("amount"), "value") == values[number]);
        CHECK(json::bool_at(event, "success") == true);
        CHECK(json::string_at(event, "timestamp") == "2026-11-21T08:00:00.000Z");
        psp_references.push_back(json::string_at(event, "pspReference").value_or(""));
    }
    CHECK(json::string_at(events.body.at(0), "idempotencyKey") == "key-1");
    CHECK(events.body.at(1).at("idempotencyKey").is_null());
    CHECK(merchant.payment("vm-0001-0002").text("pspReference") == psp_references.front());
    std::ranges::sort(psp_references);
    CHECK(std::ranges::adjacent_find(psp_references) == psp_references.end());
}

TEST_CASE("an unapproved payment expires after ten minutes and cannot be approved any more") {
    Merchant merchant;
    merchant.create("vm-0001-0003");
    merchant.pass(10min - 1ms);
    CHECK(merchant.state("vm-0001-0003") == "CREATED");
    merchant.pass(1ms);
    CHECK(merchant.state("vm-0001-0003") == "EXPIRED");
    CHECK_FALSE(merchant.sandbox.approve("vm-0001-0003", CustomerAge::old_enough, merchant.now));
    CHECK(merchant.sandbox.events("vm-0001-0003", merchant.now).back().name == EventName::expired);
}

TEST_CASE("an expiry that nobody watched bears the time at which it happened") {
    Merchant merchant;
    merchant.create("vm-0001-0004");
    merchant.pass(3h);
    const auto events = merchant.sandbox.events("vm-0001-0004", merchant.now);
    REQUIRE(events.size() == 2);
    CHECK(events.back().at == start_of_day().wall + 10min);
}

TEST_CASE("the customer rejects") {
    Merchant merchant;
    merchant.create("vm-0001-0005");
    CHECK(merchant.sandbox.reject("vm-0001-0005", merchant.now));
    CHECK(merchant.payment("vm-0001-0005").text("state") == "ABORTED");
    CHECK(merchant.payment("vm-0001-0005").aggregate("authorizedAmount") == 0);
    CHECK_FALSE(merchant.sandbox.reject("vm-0001-0005", merchant.now));
}

TEST_CASE("the same seed gives the same answers, byte for byte") {
    const auto run = [] {
        Merchant merchant;
        std::string transcript = merchant.fetch_token().response.body;
        transcript += merchant.create("vm-0001-0006").response.body;
        transcript += merchant.payment("vm-0001-0006").response.body;
        return transcript + merchant.cancel("no-such-payment").response.body;
    };
    CHECK(run() == run());
}

TEST_CASE("old settled payments make room, open ones do not") {
    Settings settings = usual_settings();
    settings.limits.payments = 2;
    Merchant merchant{settings};
    merchant.create("vm-0001-0007");
    merchant.create("vm-0001-0008");
    CHECK(merchant.create("vm-0001-0009").status() == 503);
    merchant.cancel("vm-0001-0007");
    CHECK(merchant.create("vm-0001-0009").status() == 201);
    CHECK(merchant.payment("vm-0001-0007").status() == 404);
    CHECK(merchant.sandbox.payments(merchant.now).size() == 2);
}
