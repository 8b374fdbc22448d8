// Idempotency: repetitions give the first answer, changed bodies conflict, refusals stick to their key.

#include <doctest/doctest.h>

#include "tests/drivers/vipps/sandbox/merchant.hpp"

using namespace qrvend;
using namespace qrvend::vipps::sandbox;
using namespace qrvend::vipps::sandbox::test;

namespace {

const std::string reference = "vm-0001-0001";
const std::string path = "/epayment/v1/payments/" + reference;

json::Value amount(std::int64_t value) {
    return {{"modificationAmount", {{"currency", "NOK"}, {"value", value}}}};
}

}  // namespace

TEST_CASE("a repeated create gives the first answer and no second payment") {
    Merchant merchant;
    const Answer first = merchant.post("/epayment/v1/payments", Merchant::order(reference), "key");
    const Answer again = merchant.post("/epayment/v1/payments", Merchant::order(reference), "key");
    CHECK(again.status() == 201);
    CHECK(again.response.body == first.response.body);
    CHECK(merchant.sandbox.payments(merchant.now).size() == 1);
}

TEST_CASE("a repeated adjustment gives the first answer and moves no money") {
    Merchant merchant;
    merchant.approved(reference);
    const Answer first = merchant.post(path + "/capture", amount(1000), "capture");
    merchant.post(path + "/capture", amount(500), "other");
    const Answer again = merchant.post(path + "/capture", amount(1000), "capture");
    CHECK(again.response.body == first.response.body);
    CHECK(again.aggregate("capturedAmount") == 1000);
    CHECK(merchant.payment(reference).aggregate("capturedAmount") == 1500);
    merchant.post(path + "/refund", amount(1000), "refund");
    merchant.post(path + "/refund", amount(1000), "refund");
    CHECK(merchant.payment(reference).aggregate("refundedAmount") == 1000);
    CHECK(merchant.post(path + "/cancel", json::Value::object(), "cancel").status() == 200);
    CHECK(merchant.post(path + "/cancel", json::Value::object(), "cancel").status() == 200);
    CHECK(merchant.sandbox.payment(reference, merchant.now)->calls.cancel == 2);
}

TEST_CASE("the same key with another body conflicts, with a code for each call") {
    Merchant merchant;
    merchant.approved("vm-0001-0002");
    CHECK(merchant.post("/epayment/v1/payments", Merchant::order(reference), "create").status() == 201);
    Answer conflict = merchant.post("/epayment/v1/payments", Merchant::order(reference, 3600), "create");
    CHECK(conflict.status() == 409);
    CHECK(conflict.code() == "4020");
    const std::string other = "/epayment/v1/payments/vm-0001-0002";
    merchant.post(other + "/capture", amount(1000), "capture");
    conflict = merchant.post(other + "/capture", amount(1001), "capture");
    CHECK(conflict.status() == 409);
    CHECK(conflict.code() == "4010");
    merchant.post(other + "/refund", amount(100), "refund");
    CHECK(merchant.post(other + "/refund", amount(101), "refund").code() == "4150");
    merchant.post(other + "/cancel", {{"cancelTransactionOnly", true}}, "cancel");
    CHECK(merchant.post(other + "/cancel", json::Value::object(), "cancel").code() == "4020");
    CHECK(merchant.payment("vm-0001-0002").aggregate("capturedAmount") == 1000);
}

TEST_CASE("a key belongs to one payment and one kind of call") {
    Merchant merchant;
    merchant.approved(reference);
    merchant.approved("vm-0001-0002");
    CHECK(merchant.post(path + "/capture", amount(1000), "key").status() == 200);
    CHECK(merchant.post("/epayment/v1/payments/vm-0001-0002/capture", amount(1000), "key").code() == "4010");
    CHECK(merchant.post(path + "/refund", amount(1000), "key").code() == "4020");
}

TEST_CASE("a refusal sticks to its key, even when the reason has gone") {
    Merchant merchant;
    merchant.create(reference);
    CHECK(merchant.post(path + "/capture", amount(3500), "early").code() == "6080");
    REQUIRE(merchant.sandbox.approve(reference, CustomerAge::old_enough, merchant.now));
    CHECK(merchant.post(path + "/capture", amount(3500), "early").code() == "6080");
    CHECK(merchant.post(path + "/capture", amount(3500), "fresh").status() == 200);

    json::Value wrong = Merchant::order("vm-0001-0002");
    wrong["paymentDescription"] = "x";
    CHECK(merchant.post("/epayment/v1/payments", wrong, "create").status() == 400);
    CHECK(merchant.post("/epayment/v1/payments", wrong, "create").status() == 400);
    CHECK(merchant.post("/epayment/v1/payments", Merchant::order("vm-0001-0002"), "create").status() == 409);
    CHECK(merchant.post("/epayment/v1/payments", Merchant::order("vm-0001-0002"), "again").status() == 201);
}

TEST_CASE("what a gateway or a lock said does not stick") {
    Settings settings = usual_settings();
    settings.approving_answer = ApprovingAnswer::locked;
    Merchant merchant{settings};
    merchant.create(reference);
    REQUIRE(merchant.sandbox.start_approving(reference, 5s, merchant.now));
    CHECK(merchant.post(path + "/cancel", json::Value::object(), "key").status() == 423);
    merchant.pass(5s);
    CHECK(merchant.post(path + "/cancel", json::Value::object(), "key").status() == 200);
}

TEST_CASE("keys are kept until room is needed") {
    Settings settings = usual_settings();
    settings.limits.idempotency_keys = 2;
    Merchant merchant{settings};
    merchant.approved(reference);  // one key
    merchant.post(path + "/capture", amount(100), "first");
    merchant.post(path + "/capture", amount(100), "second");
    CHECK(merchant.post(path + "/capture", amount(100), "second").aggregate("capturedAmount") == 200);
    merchant.post(path + "/capture", amount(100), "third");
    CHECK(merchant.post(path + "/capture", amount(100), "first").aggregate("capturedAmount") == 400);
}
