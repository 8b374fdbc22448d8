// Capture, cancel, refund and force approve: the aggregate after each, and the code of each refusal.

#include <doctest/doctest.h>

#include "tests/drivers/vipps/sandbox/merchant.hpp"

using namespace qrvend;
using namespace qrvend::vipps::sandbox;
using namespace qrvend::vipps::sandbox::test;

namespace {

const std::string reference = "vm-0001-0001";
const std::string path = "/epayment/v1/payments/" + reference;
const json::Value only_transaction = {{"cancelTransactionOnly", true}};

// authorized, captured, cancelled, refunded
using Sums = std::vector<std::int64_t>;

Sums sums(const Answer& answer) {
    return {answer.aggregate("authorizedAmount"), answer.aggregate("capturedAmount"),
            answer.aggregate("cancelledAmount"), answer.aggregate("refundedAmount")};
}

Money nok(std::int64_t minor) {
    return {.minor = minor, .currency = *Currency::parse("NOK")};
}

}  // namespace

TEST_CASE("an adjustment answers with state, aggregate and the event's own pspReference") {
    Merchant merchant;
    merchant.approved(reference);
    const Answer captured = merchant.capture(reference, 1000);
    CHECK(captured.header("Content-Type") == "application/json");
    CHECK(captured.text("reference") == reference);
    CHECK(captured.text("state") == "AUTHORIZED");
    CHECK(json::integer_at(captured.body.at("amount"), "value") == 3500);
    CHECK(captured.text("pspReference") != merchant.payment(reference).text("pspReference"));
    CHECK(captured.text("pspReference") == merchant.sandbox.events(reference, merchant.now).back().psp_reference);
    merchant.sandbox.settings().adjust_media_type = "application/problem+json";
    CHECK(merchant.capture(reference, 1000).header("Content-Type") == "application/problem+json");
}

TEST_CASE("captures add up until the authorized amount is used") {
    Merchant merchant;
    merchant.approved(reference);
    CHECK(sums(merchant.capture(reference, 1000)) == Sums{3500, 1000, 0, 0});
    CHECK(merchant.capture(reference, 2501).code() == "6090");
    CHECK(sums(merchant.capture(reference, 2500)) == Sums{3500, 3500, 0, 0});
    CHECK(merchant.capture(reference, 1).code() == "6170");
    CHECK(merchant.payment(reference).text("state") == "AUTHORIZED");
}

TEST_CASE("capture is refused by state") {
    Merchant merchant;
    CHECK(merchant.capture(reference, 3500).status() == 404);
    merchant.create(reference);
    CHECK(merchant.capture(reference, 3500).code() == "6080");
    CHECK(merchant.sandbox.expire(reference, merchant.now));
    CHECK(merchant.capture(reference, 3500).code() == "6200");
    merchant.create("vm-0001-0002");
    merchant.cancel("vm-0001-0002");
    CHECK(merchant.capture("vm-0001-0002", 3500).code() == "6070");
    merchant.approved("vm-0001-0003");
    merchant.cancel("vm-0001-0003");
    CHECK(merchant.capture("vm-0001-0003", 3500).code() == "6070");
}

TEST_CASE("capture is refused by amount, by what was agreed and by time") {
    const auto code_with = [](const json::Value& amount, const Settings& settings = usual_settings(),
                              milliseconds later = 0ms) {
        Merchant merchant{settings};
        merchant.approved(reference);
        merchant.pass(later);
        merchant.token.clear();
        return merchant.post(path + "/capture", {{"modificationAmount", amount}}, "the-key").code();
    };
    CHECK(code_with({{"currency", "NOK"}, {"value", 0}}) == "6010");
    CHECK(code_with({{"currency", "NOK"}, {"value", 3501}}) == "6090");
    CHECK(code_with({{"currency", "DKK"}, {"value", 3500}}) == "4040");
    CHECK(code_with({{"currency", "NOK"}, {"value", -1}}) == "modificationAmount.value");
    CHECK(code_with({{"currency", "NOK"}, {"value", 35.5}}) == "modificationAmount.value");
    CHECK(code_with({{"currency", "NOK"}}) == "modificationAmount.value");
    CHECK(code_with({{"currency", "NOK"}, {"value", 1}, {"x", 1}}) == "modificationAmount.x");
    CHECK(code_with(nullptr) == "modificationAmount");
    const json::Value all = {{"currency", "NOK"}, {"value", 3500}};
    CHECK(code_with(all, usual_settings(), 180 * 24h).empty());
    CHECK(code_with(all, usual_settings(), 180 * 24h + 1ms) == "6100");
    Settings full_only = usual_settings();
    full_only.partial_capture_allowed = false;
    CHECK(code_with({{"currency", "NOK"}, {"value", 100}}, full_only) == "6140");
    CHECK(code_with(all, full_only).empty());
}

TEST_CASE("cancel of an unapproved payment terminates it") {
    for (const json::Value& body : {json::Value::object(), only_transaction}) {
        Merchant merchant;
        merchant.create(reference);
        const Answer answer = merchant.cancel(reference, body);
        CHECK(answer.status() == 200);
        CHECK(answer.text("state") == "TERMINATED");
        CHECK(sums(answer) == Sums{0, 0, 3500, 0});
        CHECK(merchant.sandbox.events(reference, merchant.now).back().name == EventName::terminated);
        CHECK(merchant.cancel(reference).code() == "6190");
        CHECK_FALSE(merchant.sandbox.approve(reference, CustomerAge::old_enough, merchant.now));
    }
}

TEST_CASE("cancel of an approved payment frees all that is not captured, for good") {
    Merchant merchant;
    merchant.approved(reference);
    CHECK(sums(merchant.cancel(reference)) == Sums{3500, 0, 3500, 0});
    CHECK(merchant.payment(reference).text("state") == "AUTHORIZED");
    CHECK(merchant.cancel(reference).code() == "6190");

    merchant.approved("vm-0001-0002");
    merchant.capture("vm-0001-0002", 1000);
    CHECK(sums(merchant.cancel("vm-0001-0002")) == Sums{3500, 1000, 2500, 0});
    CHECK(merchant.capture("vm-0001-0002", 100).code() == "6070");

    merchant.approved("vm-0001-0003");
    merchant.capture("vm-0001-0003", 3500);
    CHECK(merchant.cancel("vm-0001-0003").code() == "6040");

    merchant.approved("vm-0001-0004");
    merchant.pass(180 * 24h + 1ms);
    merchant.token.clear();
    CHECK(merchant.cancel("vm-0001-0004").code() == "6030");
}

TEST_CASE("cancelTransactionOnly leaves an approved payment untouched") {
    Merchant merchant;
    merchant.approved(reference);
    const Answer answer = merchant.cancel(reference, only_transaction);
    CHECK(answer.status() == 400);
    CHECK(answer.code() == "6060");
    CHECK(sums(merchant.payment(reference)) == Sums{3500, 0, 0, 0});
}

TEST_CASE("cancel of what ended by itself") {
    Merchant merchant;
    merchant.create(reference);
    CHECK(merchant.sandbox.reject(reference, merchant.now));
    CHECK(merchant.cancel(reference).code() == "6050");
    CHECK(merchant.cancel("nobody-knows-it").status() == 404);
    CHECK(merchant.cancel("nobody-knows-it").code() == "5090");
}

TEST_CASE("cancel wants a JSON object, unless the sandbox is told to be as lenient as the specification") {
    Merchant merchant;
    merchant.create(reference);
    const auto cancel = [&](std::string body) {
        return merchant.send(merchant.request("POST", path + "/cancel", std::move(body), merchant.fresh_key()));
    };
    CHECK(cancel("").code() == "body");
    CHECK(cancel("[]").code() == "body");
    CHECK(cancel(R"({"cancelTransactionOnly":"no"})").code() == "cancelTransactionOnly");
    CHECK(cancel(R"({"why":"left"})").code() == "why");
    merchant.sandbox.settings().cancel_needs_body = false;
    CHECK(cancel("").status() == 200);
}

TEST_CASE("while the customer is approving, a cancel is refused and the payment stays") {
    struct Case {
        ApprovingAnswer answer;
        int status;
        std::string code;
    };
    for (const auto& [answer, status, code] :
         {Case{ApprovingAnswer::code_6250, 409, "6250"}, Case{ApprovingAnswer::code_6160, 409, "6160"},
          Case{ApprovingAnswer::locked, 423, ""}}) {
        Settings settings = usual_settings();
        settings.approving_answer = answer;
        Merchant merchant{settings};
        merchant.create(reference);
        REQUIRE(merchant.sandbox.start_approving(reference, 30s, merchant.now));
        const Answer refused = merchant.cancel(reference);
        CHECK(refused.status() == status);
        CHECK(refused.code() == code);
        CHECK(merchant.state(reference) == "CREATED");
        merchant.pass(30s);
        CHECK(merchant.cancel(reference).status() == 200);
    }
}

TEST_CASE("an approval takes its time, holds off the expiry and cannot be taken back") {
    Settings settings = usual_settings();
    settings.approval_takes = 5s;
    Merchant merchant{settings};
    merchant.create(reference);
    merchant.pass(10min - 1s);
    CHECK(merchant.sandbox.approve(reference, CustomerAge::old_enough, merchant.now));
    CHECK_FALSE(merchant.sandbox.reject(reference, merchant.now));
    merchant.pass(4999ms);
    CHECK(merchant.state(reference) == "CREATED");
    CHECK(merchant.sandbox.payment(reference, merchant.now)->approving);
    merchant.pass(1ms);
    CHECK(merchant.state(reference) == "AUTHORIZED");
}

TEST_CASE("a customer who does not finish lets the payment expire") {
    Merchant merchant;
    merchant.create(reference);
    REQUIRE(merchant.sandbox.start_approving(reference, 11min, merchant.now));
    merchant.pass(10min);
    CHECK(merchant.state(reference) == "CREATED");
    merchant.pass(1min);
    CHECK(merchant.state(reference) == "EXPIRED");
}

TEST_CASE("refunds add up to what was captured") {
    Merchant merchant;
    merchant.approved(reference);
    CHECK(merchant.refund(reference, 100).code() == "6210");
    merchant.capture(reference, 3000);
    CHECK(sums(merchant.refund(reference, 1000)) == Sums{3500, 3000, 0, 1000});
    CHECK(merchant.refund(reference, 2001).code() == "6150");
    CHECK(sums(merchant.refund(reference, 2000)) == Sums{3500, 3000, 0, 3000});
    CHECK(merchant.refund(reference, 1).code() == "6180");
}

TEST_CASE("refund is refused by state, amount and time") {
    Merchant merchant;
    CHECK(merchant.refund(reference, 100).code() == "5090");
    merchant.create(reference);
    CHECK(merchant.refund(reference, 100).code() == "6020");
    merchant.approved("vm-0001-0002");
    merchant.capture("vm-0001-0002", 3500);
    CHECK(merchant.refund("vm-0001-0002", 0).code() == "6010");
    CHECK(merchant.refund("vm-0001-0002", 123).code() == "5100");
    CHECK(merchant.refund("vm-0001-0002", 124).code() == "5100");
    merchant.pass(365 * 24h + 1ms);
    merchant.token.clear();
    CHECK(merchant.refund("vm-0001-0002", 100).code() == "6220");
}

TEST_CASE("a refund may be accepted before it is shown, and cannot be given twice meanwhile") {
    Settings settings = usual_settings();
    settings.refund_shown_after = 20s;
    Merchant merchant{settings};
    merchant.approved(reference);
    merchant.capture(reference, 3500);
    const Answer accepted = merchant.refund(reference, 3500);
    CHECK(accepted.status() == 200);
    CHECK(sums(accepted) == Sums{3500, 3500, 0, 0});
    CHECK(merchant.refund(reference, 3500).code() == "6180");
    CHECK(merchant.sandbox.payment(reference, merchant.now)->refund_pending == nok(3500));
    CHECK(merchant.sandbox.next_due() == merchant.now.monotonic + 20s);
    merchant.pass(20s);
    CHECK(sums(merchant.payment(reference)) == Sums{3500, 3500, 0, 3500});
    CHECK(merchant.sandbox.payment(reference, merchant.now)->refund_pending == nok(0));
    CHECK(merchant.sandbox.events(reference, merchant.now).back().psp_reference == accepted.text("pspReference"));
}

TEST_CASE("the business portal refunds and cancels by the same rules") {
    Merchant merchant;
    merchant.approved(reference);
    merchant.capture(reference, 1000);
    CHECK(merchant.sandbox.portal_refund(reference, nok(400), merchant.now));
    CHECK(merchant.sandbox.portal_refund(reference, nok(601), merchant.now).error().code == "6150");
    CHECK(merchant.sandbox.portal_cancel(reference, merchant.now));
    CHECK(merchant.sandbox.portal_cancel(reference, merchant.now).error().code == "6190");
    CHECK(sums(merchant.payment(reference)) == Sums{3500, 1000, 2500, 400});
    CHECK(merchant.sandbox.events(reference, merchant.now).back().idempotency_key.empty());
}

TEST_CASE("test amounts are refused in the app: nothing is reserved and the log says without success") {
    for (const std::int64_t amount : {151, 182, 183, 184, 186, 187, 197, 202}) {
        CAPTURE(amount);
        Merchant merchant;
        merchant.create(reference, amount);
        const auto refusal = merchant.sandbox.approve(reference, CustomerAge::old_enough, merchant.now);
        REQUIRE_FALSE(refusal);
        CHECK(refusal.error().code == "card_refused");
        CHECK(merchant.state(reference) == "CREATED");
        const Event event = merchant.sandbox.events(reference, merchant.now).back();
        CHECK(event.name == EventName::authorized);
        CHECK_FALSE(event.success);
    }
    Merchant merchant;
    merchant.create(reference, 201);
    REQUIRE(merchant.sandbox.approve(reference, CustomerAge::old_enough, merchant.now));
    merchant.pass(59min);
    CHECK(merchant.state(reference) == "CREATED");
    merchant.pass(1min);
    CHECK(merchant.state(reference) == "AUTHORIZED");
}

TEST_CASE("a refused card is told as an approval without success, and another card may be tried") {
    Merchant merchant;
    merchant.create(reference);
    CHECK(merchant.sandbox.refuse_card(reference, merchant.now).error().code == "card_refused");
    CHECK(merchant.state(reference) == "CREATED");
    CHECK_FALSE(merchant.sandbox.events(reference, merchant.now).back().success);
    REQUIRE(merchant.sandbox.approve(reference, CustomerAge::old_enough, merchant.now));
    CHECK(sums(merchant.payment(reference)) == Sums{3500, 0, 0, 0});
    CHECK(merchant.sandbox.refuse_card(reference, merchant.now).error().code == "state");
    CHECK(merchant.sandbox.refuse_card("nobody-knows-it", merchant.now).error().code == "not_found");
}

TEST_CASE("an approval can be made one of another amount") {
    Merchant merchant;
    merchant.create(reference);
    REQUIRE(merchant.sandbox.change_approval(reference, nok(1700), merchant.now));
    REQUIRE(merchant.sandbox.approve(reference, CustomerAge::old_enough, merchant.now));
    CHECK(sums(merchant.payment(reference)) == Sums{1700, 0, 0, 0});
    CHECK(merchant.sandbox.events(reference, merchant.now).back().amount == nok(1700));
    CHECK_FALSE(merchant.sandbox.change_approval("nobody-knows-it", nok(1), merchant.now));
}

TEST_CASE("force approve") {
    Merchant merchant;
    const std::string approve = "/epayment/v1/test/payments/" + reference + "/approve";
    const json::Value phone = {{"customer", {{"phoneNumber", "4712345678"}}}};
    CHECK(merchant.post(approve, phone).code() == "5090");
    const std::string url = merchant.create(reference).text("redirectUrl");
    CHECK(merchant.post(approve, json::Value::object()).code() == "10030");
    CHECK(merchant.post(approve, {{"token", "guessed"}}).code() == "10030");
    CHECK(merchant.post(approve, {{"customer", {{"phoneNumber", "12"}}}}).code() == "10030");
    CHECK(merchant.post(approve, phone).status() == 200);
    CHECK(merchant.state(reference) == "AUTHORIZED");
    CHECK(merchant.post(approve, phone).code() == "10020");
    const std::string second = merchant.create("vm-0001-0002").text("redirectUrl");
    CHECK(merchant
              .post("/epayment/v1/test/payments/vm-0001-0002/approve",
                    {{"token", second.substr(second.rfind('/') + 1)}})
              .status() == 200);
    merchant.create("vm-0001-0003", 151);
    CHECK(merchant.post("/epayment/v1/test/payments/vm-0001-0003/approve", phone).code() == "10010");
}

TEST_CASE("answers may carry fields that no client knows") {
    Merchant merchant{Settings{}};
    CHECK(merchant.create(reference).body.contains("addedLater"));
    CHECK(merchant.payment(reference).body.contains("addedLater"));
    CHECK(merchant.cancel(reference).body.contains("addedLater"));
}
