// Misbehaviour on demand: what the caller sees, what happened to the money, and that it ends.

#include <doctest/doctest.h>

#include "tests/drivers/vipps/sandbox/merchant.hpp"

using namespace qrvend;
using namespace qrvend::vipps::sandbox;
using namespace qrvend::vipps::sandbox::test;

namespace {

const std::string reference = "vm-0001-0001";

// The reply to a capture of everything under one fault, and what was captured by it.
struct Outcome {
    Reply reply;
    std::int64_t captured = 0;
};

Outcome capture_under(const CallFault& fault) {
    Merchant merchant;
    merchant.approved(reference);
    REQUIRE(merchant.sandbox.add_fault(fault));
    const std::string body = R"({"modificationAmount":{"currency":"NOK","value":3500}})";
    const HttpRequest request =
        merchant.request("POST", "/epayment/v1/payments/" + reference + "/capture", body, "key");
    Outcome outcome{.reply = merchant.sandbox.handle(request, merchant.now)};
    outcome.captured = merchant.sandbox.payment(reference, merchant.now)->captured.minor;
    // The fault has struck once: the same call now works and moves the money at most once in all.
    const Answer repeated = merchant.send(request);
    CHECK(repeated.status() == 200);
    CHECK(repeated.aggregate("capturedAmount") == 3500);
    CHECK(merchant.sandbox.payment(reference, merchant.now)->captured.minor == 3500);
    return outcome;
}

}  // namespace

TEST_CASE("trouble: delay") {
    const Outcome outcome = capture_under({.call = Call::capture, .trouble = Trouble::delay, .delay = 1500ms});
    CHECK(outcome.reply.delay == 1500ms);
    CHECK(outcome.reply.response.status == 200);
    CHECK(outcome.captured == 3500);
}

TEST_CASE("trouble: a lost request moved nothing, a lost answer did") {
    const Outcome request = capture_under({.call = Call::capture, .trouble = Trouble::lose_request});
    CHECK(request.reply.loss == Reply::Loss::request);
    CHECK(request.captured == 0);
    const Outcome answer = capture_under({.call = Call::capture, .trouble = Trouble::lose_answer});
    CHECK(answer.reply.loss == Reply::Loss::answer);
    CHECK(answer.captured == 3500);
}

TEST_CASE("trouble: a status of one's choice") {
    for (const int status : {409, 423, 429, 500, 502, 503}) {
        CAPTURE(status);
        const Outcome outcome = capture_under(
            {.call = Call::capture, .trouble = Trouble::status, .work = Work::not_done, .status = status});
        CHECK(outcome.reply.response.status == status);
        CHECK(header_value(outcome.reply.response.headers, "Retry-After").empty());
        CHECK(outcome.captured == 0);
    }
    const Outcome limited = capture_under({.call = Call::capture,
                                           .trouble = Trouble::status,
                                           .work = Work::not_done,
                                           .status = 429,
                                           .retry_after = 7s});
    CHECK(header_value(limited.reply.response.headers, "Retry-After") == "7");
    const Outcome coded = capture_under(
        {.call = Call::capture, .trouble = Trouble::status, .work = Work::not_done, .status = 400, .code = "6280"});
    CHECK(read(coded.reply.response).code() == "6280");
    const Outcome processed =
        capture_under({.call = Call::capture, .trouble = Trouble::status, .work = Work::done, .status = 500});
    CHECK(processed.reply.response.status == 500);
    CHECK(processed.captured == 3500);
}

TEST_CASE("trouble: answers that are none") {
    for (const int status : {200, 502}) {
        const Outcome html = capture_under(
            {.call = Call::capture, .trouble = Trouble::html, .work = Work::not_done, .status = status});
        CHECK(html.reply.response.status == status);
        CHECK(html.reply.response.body.starts_with("<!doctype html>"));
        CHECK(html.captured == 0);
    }
    const Outcome empty = capture_under({.call = Call::capture, .trouble = Trouble::empty_body});
    CHECK(empty.reply.response.status == 200);
    CHECK(empty.reply.response.body.empty());
    CHECK(empty.captured == 3500);
    const Outcome half = capture_under({.call = Call::capture, .trouble = Trouble::half_body});
    CHECK_FALSE(half.reply.response.body.empty());
    CHECK_FALSE(json::parse(half.reply.response.body));
    const Outcome plain = capture_under({.call = Call::capture, .trouble = Trouble::wrong_content_type});
    CHECK(header_value(plain.reply.response.headers, "Content-Type") == "text/plain");
    CHECK(json::parse(plain.reply.response.body));
}

TEST_CASE("every call can be struck, by its own faults only") {
    Merchant merchant;
    merchant.approved(reference);
    const std::string path = "/epayment/v1/payments/" + reference;
    const json::Value amount = {{"modificationAmount", {{"currency", "NOK"}, {"value", 100}}}};
    const json::Value hook = {{"url", "https://machine.example/"},
                              {"events", json::Value::array({"epayments.payment.created.v1"})}};
    struct Case {
        Call call;
        HttpRequest request;
    };
    const auto post = [&](const std::string& url, const json::Value& body) {
        return merchant.request("POST", url, json::dump(body), merchant.fresh_key());
    };
    const std::vector<Case> cases = {
        {Call::token, post("/accesstoken/get", json::Value{})},
        {Call::create, post("/epayment/v1/payments", Merchant::order("vm-0001-0002"))},
        {Call::get, merchant.request("GET", path, {}, {})},
        {Call::events, merchant.request("GET", path + "/events", {}, {})},
        {Call::capture, post(path + "/capture", amount)},
        {Call::refund, post(path + "/refund", amount)},
        {Call::cancel, post(path + "/cancel", json::Value::object())},
        {Call::receipt, post("/order-management/v2/ecom/receipts/" + reference, Merchant::receipt())},
        {Call::webhook_register, post("/webhooks/v1/webhooks", hook)},
        {Call::webhook_list, merchant.request("GET", "/webhooks/v1/webhooks", {}, {})},
    };
    for (const auto& [call, request] : cases) {
        CAPTURE(to_string(call));
        for (const auto& other : cases) {
            if (other.call != call) {
                REQUIRE(
                    merchant.sandbox.add_fault(CallFault{.call = other.call, .trouble = Trouble::lose_request}));
            }
        }
        CHECK(merchant.send(request).status() != 418);
        CHECK(merchant.sandbox.handle(request, merchant.now).loss == Reply::Loss::none);
        merchant.sandbox.clear_faults();
        REQUIRE(merchant.sandbox.add_fault(CallFault{
            .call = call, .trouble = Trouble::status, .work = Work::not_done, .times = 2, .status = 418}));
        CHECK(merchant.send(request).status() == 418);
        CHECK(merchant.send(request).status() == 418);
        CHECK(merchant.send(request).status() != 418);
    }
}

TEST_CASE("a delayed create is overtaken by its own webhook") {
    Merchant merchant;
    merchant.post("/webhooks/v1/webhooks", {{"url", "https://machine.example/"},
                                            {"events", json::Value::array({"epayments.payment.created.v1"})}});
    REQUIRE(merchant.sandbox.add_fault(CallFault{.call = Call::create, .delay = 2s}));
    const HttpRequest create =
        merchant.request("POST", "/epayment/v1/payments", json::dump(Merchant::order(reference)), "key");
    CHECK(merchant.sandbox.handle(create, merchant.now).delay == 2s);
    CHECK(merchant.sandbox.due(merchant.now).size() == 1);
}

TEST_CASE("faults have a limit") {
    Settings settings = usual_settings();
    settings.limits.faults = 1;
    Merchant merchant{settings};
    CHECK_FALSE(merchant.sandbox.add_fault(CallFault{.times = 0}));
    CHECK(merchant.sandbox.add_fault(CallFault{}));
    CHECK_FALSE(merchant.sandbox.add_fault(CallFault{}));
    CHECK(merchant.sandbox.add_fault(WebhookFault{}));
    CHECK_FALSE(merchant.sandbox.add_fault(WebhookFault{}));
}
