// The control interface over HTTP says and does what the C++ calls do.

#include <doctest/doctest.h>

#include "tests/drivers/vipps/sandbox/merchant.hpp"

using namespace qrvend;
using namespace qrvend::vipps::sandbox;
using namespace qrvend::vipps::sandbox::test;

namespace {

const std::string reference = "vm-0001-0001";
const std::string payment_path = "/control/payments/" + reference;

Answer control(Merchant& merchant, const std::string& method, const std::string& path,
               const std::string& body = {}) {
    return merchant.send({.method = method, .url = path, .headers = {}, .body = body});
}

}  // namespace

TEST_CASE("control: the list of payments shows the money") {
    Merchant merchant;
    merchant.approved(reference);
    merchant.capture(reference, 3000);
    merchant.refund(reference, 500);
    const Answer list = control(merchant, "GET", "/control/payments");
    REQUIRE(list.status() == 200);
    REQUIRE(list.body.size() == 1);
    json::Value shown = list.body.at(0);
    CHECK(shown.at("phone_url").get<std::string>().starts_with("http://127.0.0.1:8080/phone/"));
    shown.erase("phone_url");
    CHECK(shown == json::parse(R"({"reference":"vm-0001-0001","state":"AUTHORIZED","currency":"NOK","ordered":3500,
        "authorized":3500,"captured":3000,"cancelled":0,"refunded":500,"refund_pending":0,"approving":false,
        "customer_present":true,"receipt_posted":false,
        "calls":{"create":1,"get":0,"events":0,"capture":1,"cancel":0,"refund":1,"receipt":0}})")
                       .value());
    const Answer one = control(merchant, "GET", payment_path);
    CHECK(one.body.at("events").size() == 4);
    CHECK(control(merchant, "GET", "/control/payments/nobody-knows-it").status() == 404);
}

TEST_CASE("control: the customer and the portal") {
    Merchant merchant;
    merchant.create(reference);
    CHECK(control(merchant, "POST", payment_path + "/approving", R"({"ms":1000})").status() == 200);
    CHECK(control(merchant, "POST", payment_path + "/approving", R"({"ms":-1})").status() == 400);
    CHECK(merchant.cancel(reference).code() == "6250");
    CHECK(control(merchant, "POST", payment_path + "/approve").status() == 200);
    CHECK(control(merchant, "POST", payment_path + "/approve").status() == 409);
    merchant.capture(reference, 3000);
    CHECK(control(merchant, "POST", payment_path + "/refund", R"({"value":1000})").status() == 200);
    CHECK(control(merchant, "POST", payment_path + "/refund", R"({"value":2001})").text("error") == "6150");
    CHECK(control(merchant, "POST", payment_path + "/refund").status() == 400);
    CHECK(control(merchant, "POST", payment_path + "/cancel").status() == 200);
    const PaymentSnapshot payment = merchant.sandbox.payment(reference, merchant.now).value();
    CHECK(payment.refunded.minor == 1000);
    CHECK(payment.cancelled.minor == 500);

    merchant.create("vm-0001-0002");
    CHECK(control(merchant, "POST", "/control/payments/vm-0001-0002/reject").status() == 200);
    CHECK(merchant.state("vm-0001-0002") == "ABORTED");
    merchant.create("vm-0001-0003");
    CHECK(control(merchant, "POST", "/control/payments/vm-0001-0003/expire").status() == 200);
    CHECK(merchant.state("vm-0001-0003") == "EXPIRED");
    json::Value order = Merchant::order("vm-0001-0004");
    order["minimumUserAge"] = 18;
    merchant.send_order(order);
    CHECK(control(merchant, "POST", "/control/payments/vm-0001-0004/approve", R"({"under_age":true})")
              .text("error") == "under_age");
    CHECK(control(merchant, "POST", "/control/payments/vm-0001-0009/approve").status() == 404);
    CHECK(control(merchant, "POST", payment_path + "/steal").status() == 404);
}

TEST_CASE("control: faults are ordered, listed, strike and are cleared") {
    Merchant merchant;
    merchant.create(reference);
    const Answer added = control(
        merchant, "POST", "/control/faults",
        R"({"call":"get","trouble":"status","status":429,"retry_after_s":9,"times":2,"delay_ms":50,"code":"3010"})");
    CHECK(added.status() == 201);
    CHECK(added.body == json::parse(R"({"call":"get","trouble":"status","work":"not_done","status":429,
                            "retry_after_s":9,"times":2,"delay_ms":50,"code":"3010"})")
                            .value());
    CHECK(control(merchant, "POST", "/control/webhook-faults", R"({"trouble":"forged","event":"authorized"})")
              .status() == 201);
    const Answer refused = merchant.payment(reference);
    CHECK(refused.status() == 429);
    CHECK(refused.header("Retry-After") == "9");
    const Answer list = control(merchant, "GET", "/control/faults");
    CHECK(json::integer_at(list.body.at("calls").at(0), "times") == 1);
    CHECK(json::string_at(list.body.at("webhooks").at(0), "event") == "AUTHORIZED");
    const Answer cleared = control(merchant, "DELETE", "/control/faults");
    CHECK(cleared.body == json::parse(R"({"calls":[],"webhooks":[]})").value());
    CHECK(merchant.payment(reference).status() == 200);
}

TEST_CASE("control: what is no fault is refused with the reason") {
    Merchant merchant;
    for (const char* body :
         {R"({})", R"({"call":"create"})", R"({"call":"pay","trouble":"delay"})", R"({"call":"get","trouble":"x"})",
          R"({"call":"get","trouble":"delay","times":0})", R"({"call":"get","trouble":"delay","delay_ms":-1})",
          R"({"call":"get","trouble":"status","status":42})", R"({"call":"get","trouble":"delay","work":"half"})",
          "[]", "nonsense"}) {
        CAPTURE(body);
        const Answer answer = control(merchant, "POST", "/control/faults", body);
        CHECK(answer.status() == 400);
        CHECK_FALSE(answer.text("error").empty());
    }
    for (const char* body : {R"({})", R"({"trouble":"late","event":"paid"})", R"({"trouble":"late","times":0})"}) {
        CHECK(control(merchant, "POST", "/control/webhook-faults", body).status() == 400);
    }
}

TEST_CASE("control: settings are shown, changed as a whole, or not at all") {
    Merchant merchant;
    const Answer before = control(merchant, "GET", "/control/settings");
    CHECK(json::integer_at(before.body, "payment_life_ms") == 600'000);
    const Answer after = control(merchant, "PATCH", "/control/settings",
                                 R"({"payment_life_ms":1000,"token_life_s":5,"gateway_shape":"empty",
                                     "approving_answer":"locked","rate_limits":false,
                                     "public_url":"http://192.168.1.5:8080"})");
    CHECK(after.status() == 200);
    CHECK(after.body == control(merchant, "GET", "/control/settings").body);
    CHECK(merchant.sandbox.settings().payment_life == 1s);
    CHECK(merchant.sandbox.settings().token_life == 5s);
    CHECK(merchant.sandbox.settings().gateway_shape == GatewayShape::empty);
    CHECK(merchant.sandbox.settings().approving_answer == ApprovingAnswer::locked);
    CHECK_FALSE(merchant.sandbox.settings().rate_limits);
    CHECK(merchant.create(reference).text("redirectUrl").starts_with("http://192.168.1.5:8080/phone/"));
    for (const char* body : {R"({"payment_life_ms":5,"colour":1})", R"({"payment_life_ms":5,"rate_limits":1})",
                             R"({"payment_life_ms":5,"gateway_shape":"round"})", R"({"payment_life_ms":-5})"}) {
        CAPTURE(body);
        CHECK(control(merchant, "PATCH", "/control/settings", body).status() == 400);
        CHECK(merchant.sandbox.settings().payment_life == 1s);
    }
}

TEST_CASE("control: tokens are revoked, webhooks listed without secrets, the rest is not found") {
    Merchant merchant;
    merchant.create(reference);
    CHECK(control(merchant, "POST", "/control/revoke-tokens").status() == 200);
    CHECK(merchant.payment(reference).status() == 401);
    merchant.token.clear();
    merchant.post("/webhooks/v1/webhooks", {{"url", "https://machine.example/"},
                                            {"events", json::Value::array({"epayments.payment.created.v1"})}});
    merchant.create("vm-0001-0002");
    const Answer hooks = control(merchant, "GET", "/control/webhooks");
    CHECK(json::integer_at(hooks.body, "queued") == 1);
    CHECK(hooks.response.body.find("secret") == std::string::npos);
    CHECK(control(merchant, "GET", "/control").status() == 404);
    CHECK(control(merchant, "GET", "/control/revoke-tokens").status() == 404);
    CHECK(control(merchant, "GET", "/controls").status() == 404);
}
