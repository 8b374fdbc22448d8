// What stands in front of the API: token, keys, headers, rate limits.

#include <doctest/doctest.h>

#include "tests/drivers/vipps/sandbox/merchant.hpp"

using namespace qrvend;
using namespace qrvend::vipps::sandbox;
using namespace qrvend::vipps::sandbox::test;

namespace {

std::vector<HttpHeader> without(std::vector<HttpHeader> headers, std::string_view name) {
    std::erase_if(headers, [&](const HttpHeader& header) { return header.name == name; });
    return headers;
}

std::vector<HttpHeader> with(std::vector<HttpHeader> headers, std::string name, std::string value) {
    headers = without(std::move(headers), name);
    headers.push_back({std::move(name), std::move(value)});
    return headers;
}

const std::string some_payment = "/epayment/v1/payments/vm-0001-0001";

}  // namespace

TEST_CASE("every value of a token answer is a string, numbers too") {
    Merchant merchant;
    const Answer answer = merchant.fetch_token();
    REQUIRE(answer.status() == 200);
    for (const auto& [name, value] : answer.body.items()) {
        CAPTURE(name);
        CHECK(value.is_string());
    }
    CHECK(answer.text("token_type") == "Bearer");
    CHECK(answer.text("expires_in") == "3600");
    CHECK(answer.text("ext_expires_in") == "3600");
    CHECK(answer.text("not_before") == "1795248000");
    CHECK(answer.text("expires_on") == "1795251600");
    CHECK(answer.text("resource") == "00000002-0000-0000-c000-000000000000");
    CHECK(answer.text("access_token").size() > 1000);
}

TEST_CASE("a token is refused for any wrong credential") {
    Merchant merchant;
    const HttpRequest good{.method = "POST",
                           .url = "/accesstoken/get",
                           .headers = {{"client_id", merchant.sandbox.settings().client_id},
                                       {"client_secret", merchant.sandbox.settings().client_secret},
                                       {"Ocp-Apim-Subscription-Key", "sandbox-secondary-key"}},
                           .body = {}};
    CHECK(merchant.send(good).status() == 200);
    for (const char* name : {"client_id", "client_secret", "Ocp-Apim-Subscription-Key"}) {
        CAPTURE(name);
        HttpRequest bad = good;
        bad.headers = without(good.headers, name);
        CHECK(merchant.send(bad).status() == 401);
        bad.headers = with(good.headers, name, "wrong");
        CHECK(merchant.send(bad).status() == 401);
    }
}

TEST_CASE("a token dies with its life, older ones live on beside newer ones, revoked ones are dead at once") {
    Merchant merchant;
    merchant.create("vm-0001-0001");
    const std::string older = merchant.token;
    merchant.pass(3599s);
    const std::string newer = merchant.fetch_token().text("access_token");
    REQUIRE(newer != older);
    const auto status_with = [&](const std::string& token) {
        merchant.token = token;
        return merchant.get(some_payment).status();
    };
    CHECK(status_with(newer) == 200);
    CHECK(status_with(older) == 200);
    merchant.pass(1s);
    CHECK(status_with(older) == 401);
    CHECK(status_with(newer) == 200);
    merchant.sandbox.revoke_tokens();
    CHECK(status_with(newer) == 401);
}

TEST_CASE("a call without Bearer, token or subscription key is turned away by the gateway") {
    Merchant merchant;
    merchant.create("vm-0001-0001");
    HttpRequest good = merchant.request("GET", some_payment, {}, {});
    struct Case {
        const char* header;
        std::string value;
    };
    for (const auto& [header, value] : {Case{"Authorization", merchant.token}, Case{"Authorization", "Bearer x"},
                                        Case{"Authorization", "Basics " + merchant.token},
                                        Case{"Authorization", ""}, Case{"Ocp-Apim-Subscription-Key", "x"}}) {
        CAPTURE(header);
        CAPTURE(value);
        HttpRequest bad = good;
        bad.headers = with(good.headers, header, value);
        merchant.sandbox.settings().gateway_shape = GatewayShape::apim;
        const Answer apim = merchant.send(bad);
        CHECK(apim.status() == 401);
        CHECK(json::integer_at(apim.body, "statusCode") == 401);
        merchant.sandbox.settings().gateway_shape = GatewayShape::problem;
        CHECK(merchant.send(bad).header("Content-Type") == "application/problem+json");
        merchant.sandbox.settings().gateway_shape = GatewayShape::empty;
        CHECK(merchant.send(bad).response.body.empty());
    }
}

TEST_CASE("the merchant serial number is demanded by ePayment and Order Management, not by Webhooks") {
    Merchant merchant;
    merchant.create("vm-0001-0001");
    struct Case {
        const char* method;
        const char* path;
        const char* number;
        int status;
    };
    for (const auto& [method, path, number, status] :
         {Case{"GET", some_payment.c_str(), "", 400}, Case{"GET", some_payment.c_str(), "123", 400},
          Case{"GET", some_payment.c_str(), "12345678901", 400}, Case{"GET", some_payment.c_str(), "12345x", 400},
          Case{"GET", some_payment.c_str(), "654321", 403}, Case{"GET", some_payment.c_str(), "123456", 200},
          Case{"GET", "/order-management/v2/ecom/vm-0001-0001", "", 400},
          Case{"GET", "/webhooks/v1/webhooks", "", 200}, Case{"GET", "/webhooks/v1/webhooks", "x", 400}}) {
        CAPTURE(path);
        CAPTURE(number);
        HttpRequest request = merchant.request(method, path, {}, {});
        request.headers = with(request.headers, "Merchant-Serial-Number", number);
        CHECK(merchant.send(request).status() == status);
    }
}

TEST_CASE("Vipps-System headers are limited to 30 characters, in Order Management to 100") {
    Merchant merchant;
    merchant.create("vm-0001-0001");
    for (const char* name :
         {"Vipps-System-Name", "Vipps-System-Version", "Vipps-System-Plugin-Name", "Vipps-System-Plugin-Version"}) {
        CAPTURE(name);
        HttpRequest request = merchant.request("GET", some_payment, {}, {});
        request.headers = with(request.headers, name, std::string(30, 'x'));
        CHECK(merchant.send(request).status() == 200);
        request.headers = with(request.headers, name, std::string(31, 'x'));
        CHECK(merchant.send(request).code() == name);
        request.url = "/order-management/v2/ecom/vm-0001-0001";
        CHECK(merchant.send(request).status() == 404);  // past the headers
        request.headers = with(request.headers, name, std::string(101, 'x'));
        CHECK(merchant.send(request).status() == 400);
    }
}

TEST_CASE("an idempotency key of 1 to 50 characters is demanded on create, capture and refund, not on cancel") {
    Merchant merchant;
    merchant.approved("vm-0001-0001");
    const std::string amount = R"({"modificationAmount":{"currency":"NOK","value":100}})";
    struct Case {
        std::string path;
        std::string body;
        int good;
    };
    for (const auto& [path, body, good] :
         {Case{"/epayment/v1/payments", json::dump(Merchant::order("vm-0001-0002")), 201},
          Case{some_payment + "/capture", amount, 200}, Case{some_payment + "/refund", amount, 200}}) {
        CAPTURE(path);
        CHECK(merchant.send(merchant.request("POST", path, body, "")).code() == "Idempotency-Key");
        CHECK(merchant.send(merchant.request("POST", path, body, std::string(51, 'k'))).code() ==
              "Idempotency-Key");
        CHECK(merchant.send(merchant.request("POST", path, body, path.substr(path.size() - 8))).status() == good);
    }
    CHECK(merchant.send(merchant.request("POST", some_payment + "/cancel", "{}", "")).status() == 200);
}

TEST_CASE("a body must say that it is JSON, be JSON, and be of a size") {
    Merchant merchant;
    HttpRequest request = merchant.request("POST", "/epayment/v1/payments", "{", "key");
    CHECK(merchant.send(request).code() == "body");
    request.headers = with(request.headers, "Content-Type", "text/plain");
    CHECK(merchant.send(request).status() == 415);
    request.headers = with(request.headers, "Content-Type", "application/json; charset=utf-8");
    request.body = json::dump(Merchant::order("vm-0001-0001"));
    CHECK(merchant.send(request).status() == 201);
    request.body = std::string(64UL * 1024 + 1, ' ');
    CHECK(merchant.send(request).status() == 413);
}

TEST_CASE("what is no call of the API is not found") {
    Merchant merchant;
    for (const auto& [method, path] : std::vector<std::pair<std::string, std::string>>{
             {"GET", "/"},
             {"GET", "/accesstoken/get"},
             {"PUT", "/epayment/v1/payments"},
             {"GET", "/epayment/v1/payments"},
             {"GET", "/epayment/v1/payments/"},
             {"GET", "/epayment/v1/payments/vm-0001-0001/"},
             {"POST", "/epayment/v1/payments/vm-0001-0001/void"},
             {"POST", "/order-management/v2/shop/receipts/vm-0001-0001"},
             {"DELETE", "/webhooks/v1/webhooks"}}) {
        CAPTURE(path);
        CHECK(merchant.send(merchant.request(method, path, {}, {})).status() == 404);
    }
}

TEST_CASE("five changes a minute for each payment and kind of call, then 429 with the time to wait") {
    for (const std::string operation : {"create", "capture", "cancel", "refund"}) {
        CAPTURE(operation);
        Merchant merchant;
        merchant.create("vm-0001-0001");
        merchant.create("vm-0001-0002");
        const auto again = [&](const std::string& reference) {
            return operation == "create"    ? merchant.create(reference)
                   : operation == "cancel"  ? merchant.cancel(reference, {{"cancelTransactionOnly", 5}})
                   : operation == "capture" ? merchant.capture(reference, 1)
                                            : merchant.refund(reference, 1);
        };
        const int used = operation == "create" ? 1 : 0;
        for (int call = used; call < 5; ++call) {
            CHECK(again("vm-0001-0001").status() != 429);
            merchant.pass(10s);
        }
        const Answer refused = again("vm-0001-0001");
        CHECK(refused.status() == 429);
        CHECK(refused.header("Retry-After") == (used == 1 ? "20" : "10"));
        CHECK(json::integer_at(refused.body, "statusCode") == 429);
        CHECK(again("vm-0001-0002").status() != 429);
        merchant.pass(used == 1 ? 20s : 10s);
        CHECK(again("vm-0001-0001").status() != 429);
    }
}

TEST_CASE("creates without a reference all count as one payment") {
    Merchant merchant;
    for (int call = 0; call < 5; ++call) {
        json::Value order = Merchant::order("vm-0001-0001");
        order.erase("reference");
        CHECK(merchant.send_order(order).status() == 400);
    }
    json::Value misspelt = Merchant::order("vm-0001-0001");
    misspelt.erase("reference");
    misspelt["refrence"] = "vm-0001-0002";
    CHECK(merchant.send_order(misspelt).status() == 429);
}

TEST_CASE("120 reads a minute for each payment, events apart") {
    Merchant merchant;
    merchant.create("vm-0001-0001");
    for (int call = 0; call < 120; ++call) {
        REQUIRE(merchant.get(some_payment).status() == 200);
    }
    CHECK(merchant.get(some_payment).header("Retry-After") == "60");
    CHECK(merchant.get(some_payment + "/events").status() == 200);
    merchant.sandbox.settings().rate_limits = false;
    CHECK(merchant.get(some_payment).status() == 200);
}
