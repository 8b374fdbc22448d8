// Each rule of a create's fields: what passes, what is broken and named, what has a code of its own.

#include <doctest/doctest.h>

#include <functional>

#include "tests/drivers/vipps/sandbox/merchant.hpp"

using namespace qrvend;
using namespace qrvend::vipps::sandbox;
using namespace qrvend::vipps::sandbox::test;

namespace {

// A JSON pointer into the usual order, the text to put there (empty: remove it), and what the sandbox has to say:
// "" for 201, else the first broken field or the ErrorCode.
struct Rule {
    std::string pointer;
    std::string value;
    std::string says;
};

std::string create_with(Merchant& merchant, const std::vector<Rule>& changes) {
    json::Value order = Merchant::order("vm-0001-0001");
    for (const Rule& change : changes) {
        const json::Value::json_pointer pointer{change.pointer};
        if (change.value.empty()) {
            order[pointer.parent_pointer()].erase(pointer.back());
        } else {
            order[pointer] = json::parse(change.value).value();
        }
    }
    const Answer answer = merchant.send_order(order);
    if (answer.status() == 201) {
        return {};
    }
    CHECK(answer.status() == 400);
    CHECK(answer.header("Content-Type") == "application/problem+json");
    return answer.code();
}

void check_all(const std::vector<Rule>& rules, const Settings& settings = usual_settings()) {
    for (const Rule& rule : rules) {
        CAPTURE(rule.pointer);
        CAPTURE(rule.value);
        Merchant merchant{settings};
        CHECK(create_with(merchant, {rule}) == rule.says);
    }
}

std::string quoted(std::size_t length, char letter = 'x') {
    return "\"" + std::string(length, letter) + "\"";
}

std::string array_of(const std::string& element) {
    return "[" + element + "]";
}

const std::string receipt = json::dump(Merchant::receipt());

}  // namespace

TEST_CASE("create: the four required fields") {
    check_all({{"/amount", "", "amount"},
               {"/amount/currency", "", "amount.currency"},
               {"/amount/value", "", "amount.value"},
               {"/reference", "", "reference"},
               {"/userFlow", "", "userFlow"},
               {"/paymentMethod", "", "paymentMethod"},
               {"/paymentMethod/type", "", "paymentMethod.type"},
               {"/reference", "null", "reference"}});
}

TEST_CASE("create: everything else may be absent") {
    check_all({{"/customerInteraction", "", ""}, {"/qrFormat", "", ""}, {"/paymentDescription", "", ""}});
}

TEST_CASE("create: unknown fields are rejected at every depth") {
    check_all({{"/colour", "1", "colour"},
               {"/amount/colour", "1", "amount.colour"},
               {"/paymentMethod/colour", "1", "paymentMethod.colour"},
               {"/qrFormat/colour", "1", "qrFormat.colour"},
               {"/customer", R"({"phoneNumber":"4712345678","colour":1})", "customer.colour"}});
}

TEST_CASE("create: the amount") {
    check_all({{"/amount/value", "100", ""},
               {"/amount/value", "99", "6010"},
               {"/amount/value", "0", "6010"},
               {"/amount/value", "-1", "amount.value"},
               {"/amount/value", "65000000", ""},
               {"/amount/value", "65000001", "amount.value"},
               {"/amount/value", "35.0", "amount.value"},
               {"/amount/value", "\"3500\"", "amount.value"},
               {"/amount/value", "9223372036854775808", "amount.value"},
               {"/amount/currency", "\"DKK\"", "5040"},
               {"/amount/currency", "\"SEK\"", "5040"},
               {"/amount/currency", "\"USD\"", "5040"},
               {"/amount/currency", "\"JPY\"", "amount.currency"},
               {"/amount/currency", "\"nok\"", "amount.currency"},
               {"/amount", "3500", "amount"}});
}

TEST_CASE("create: each market has its currency and its smallest amount") {
    Settings denmark = usual_settings();
    denmark.market = Market::denmark;
    check_all({{"/amount", R"({"currency":"DKK","value":1})", ""},
               {"/amount", R"({"currency":"DKK","value":0})", "6010"},
               {"/amount/currency", "\"NOK\"", "5040"}},
              denmark);
    Settings finland = usual_settings();
    finland.market = Market::finland;
    check_all({{"/amount", R"({"currency":"EUR","value":1})", ""}}, finland);
}

TEST_CASE("create: the reference") {
    check_all({{"/reference", quoted(7), "reference"},
               {"/reference", quoted(8), ""},
               {"/reference", quoted(64), ""},
               {"/reference", quoted(65), "reference"},
               {"/reference", "\"vm_0001_0001\"", "reference"},
               {"/reference", "\"vm 0001 0001\"", "reference"},
               {"/reference", "\"automat-ærlig\"", "reference"},
               {"/reference", "12345678", "reference"}});
}

TEST_CASE("create: user flow and payment method") {
    Settings push = usual_settings();
    push.push_allowed = true;
    check_all({{"/userFlow", "\"POS\"", "userFlow"},
               {"/paymentMethod/type", "\"CARD\"", "4160"},
               {"/paymentMethod/type", "\"CARD_PASSTHROUGH\"", "4160"},
               {"/paymentMethod/type", "\"CASH\"", "paymentMethod.type"},
               {"/paymentMethod/blockedSources", R"(["COMMERCIAL_CARDS"])", "5010"},
               {"/paymentMethod/blockedSources", R"(["DEBIT"])", "paymentMethod.blockedSources"},
               {"/paymentMethod/blockedSources", "[]", ""}});
    const std::vector<Rule> web = {{"/userFlow", "\"WEB_REDIRECT\"", ""}, {"/qrFormat", "", ""}};
    const std::vector<Rule> pushed = {{"/userFlow", "\"PUSH_MESSAGE\"", ""}, {"/qrFormat", "", ""}};
    const Rule phone{"/customer", R"({"phoneNumber":"4712345678"})", ""};
    Merchant merchant;
    CHECK(create_with(merchant, web) == "4140");  // WEB_REDIRECT wants a returnUrl
    CHECK(create_with(merchant, {web[0], web[1], {"/returnUrl", "\"https://shop.example\"", ""}}).empty());
    Merchant plain;
    CHECK(create_with(plain, {pushed[0], pushed[1], phone}) == "5080");
    Merchant may_push{push};
    CHECK(create_with(may_push, pushed) == "4140");
    CHECK(create_with(may_push, {pushed[0], pushed[1], phone}).empty());
    CHECK(may_push.payment("vm-0001-0001").text("redirectUrl").empty());
    Settings denmark = usual_settings();
    denmark.market = Market::denmark;
    Merchant dane{denmark};
    CHECK(create_with(dane, {{"/amount/currency", "\"DKK\"", ""},
                             {"/paymentMethod/blockedSources", R"(["COMMERCIAL_CARDS"])", ""}})
              .empty());
}

TEST_CASE("create: the QR format") {
    check_all({{"/qrFormat/format", "", "qrFormat.format"},
               {"/qrFormat/format", "\"IMAGE/JPEG\"", "qrFormat.format"},
               {"/qrFormat", R"({"format":"IMAGE/PNG","size":100})", ""},
               {"/qrFormat", R"({"format":"IMAGE/PNG","size":2000})", ""},
               {"/qrFormat", R"({"format":"IMAGE/PNG","size":99})", "qrFormat.size"},
               {"/qrFormat", R"({"format":"IMAGE/PNG","size":2001})", "qrFormat.size"},
               {"/qrFormat", R"({"format":"IMAGE/SVG+XML","size":500})", "qrFormat.size"},
               {"/userFlow", "\"WEB_REDIRECT\"", "qrFormat"}});
}

TEST_CASE("create: the customer") {
    check_all({{"/customer", R"({"phoneNumber":"471234567"})", ""},
               {"/customer", R"({"phoneNumber":"+4712345678"})", "4070"},
               {"/customer", R"({"phoneNumber":"12345678"})", "4070"},
               {"/customer", R"({"phoneNumber":"1234567890123456"})", "4070"},
               {"/customer", R"({"personalQr":"abcd"})", "4060"},
               {"/customer", R"({"personalQr":"abcde"})", ""},
               {"/customer", R"({"customerToken":"Zm9v"})", "4050"},
               {"/customer", "{}", "customer"},
               {"/customer", R"({"phoneNumber":"4712345678","personalQr":"abcde"})", "customer"}});
}

TEST_CASE("create: texts and URLs") {
    check_all({{"/customerInteraction", "\"CUSTOMER_NOT_PRESENT\"", ""},
               {"/customerInteraction", "\"PRESENT\"", "customerInteraction"},
               {"/paymentDescription", "\"ab\"", "paymentDescription"},
               {"/paymentDescription", "\"æøå\"", ""},
               {"/paymentDescription", quoted(100), ""},
               {"/paymentDescription", quoted(101), "paymentDescription"},
               {"/returnUrl", "\"https://shop.example/done\"", ""},
               {"/returnUrl", "\"myapp://done\"", ""},
               {"/returnUrl", "\"http://shop.example/done\"", "4090"},
               {"/returnUrl", "\"shop.example\"", "4090"},
               {"/returnUrl", quoted(2501), "returnUrl"},
               {"/receiptUrl", "\"https://shop.example/receipt\"", ""},
               {"/receiptUrl", "\"http://shop.example/receipt\"", "4090"}});
}

TEST_CASE("create: age, metadata, profile, Express") {
    check_all({{"/minimumUserAge", "0", ""},
               {"/minimumUserAge", "100", ""},
               {"/minimumUserAge", "101", "minimumUserAge"},
               {"/minimumUserAge", "null", ""},
               {"/metadata", R"({"a":"1","b":"2","c":"3","d":"4","e":"5"})", ""},
               {"/metadata", R"({"a":"1","b":"2","c":"3","d":"4","e":"5","f":"6"})", "4100"},
               {"/metadata", "{" + quoted(100) + ":\"1\"}", ""},
               {"/metadata", "{" + quoted(101) + ":\"1\"}", "4110"},
               {"/metadata", R"({"a":)" + quoted(500) + "}", ""},
               {"/metadata", R"({"a":)" + quoted(501) + "}", "4120"},
               {"/metadata", R"({"":"1"})", "4130"},
               {"/metadata", R"({"a":1})", "metadata"},
               {"/profile", R"({"scope":"name email"})", "5030"},
               {"/profile", R"({"scope":"name shoeSize"})", "4080"},
               {"/shipping", "{}", "5020"}});
    Merchant merchant;
    CHECK(create_with(merchant, {{"/metadata", R"({"slot":"12"})", ""}}).empty());
    CHECK(merchant.payment("vm-0001-0001").body.at("metadata").at("slot") == "12");
}

TEST_CASE("create: expiresAt") {
    check_all({{"/expiresAt", "\"2026-11-21T09:00:00Z\"", "5050"}});
    Settings norway = usual_settings();
    norway.long_living_allowed = true;
    Settings denmark = norway;
    denmark.market = Market::denmark;
    const Rule with_receipt{"/receipt", receipt, ""};
    const auto says = [&](const Settings& settings, const std::string& time) {
        Merchant merchant{settings};
        std::vector<Rule> changes = {{"/expiresAt", "\"" + time + "\"", ""}, with_receipt};
        if (settings.market == Market::denmark) {
            changes.push_back({"/amount/currency", "\"DKK\"", ""});
            changes.push_back({"/receipt/bottomLine/currency", "\"DKK\"", ""});
        }
        return create_with(merchant, changes);
    };
    CHECK(says(norway, "2026-11-21T08:10:00Z") == "6120");
    CHECK(says(norway, "2026-11-21T08:10:01Z").empty());
    CHECK(says(norway, "2026-11-21T09:10:01+01:00").empty());
    CHECK(says(norway, "2026-11-22T08:00:00.000Z").empty());
    CHECK(says(norway, "2026-11-22T08:00:01Z") == "6110");
    CHECK(says(denmark, "2027-01-20T08:00:00Z").empty());
    CHECK(says(denmark, "2027-01-20T08:00:01Z") == "6110");
    for (const char* malformed : {"2026-11-21T09:00:00", "2026-11-21 09:00:00Z", "tomorrow", "2026-13-01T00:00:00Z",
                                  "2026-02-30T00:00:00Z", "2026-11-21T09:00:00.Z", "2026-11-21T09:00:00+1:00"}) {
        CAPTURE(malformed);
        CHECK(says(norway, malformed) == "expiresAt");
    }
    Merchant no_receipt{norway};
    CHECK(create_with(no_receipt, {{"/expiresAt", "\"2026-11-21T09:00:00Z\"", ""}}) == "6130");
    Merchant long_living{norway};
    REQUIRE(create_with(long_living, {{"/expiresAt", "\"2026-11-21T09:00:00Z\"", ""}, with_receipt}).empty());
    long_living.pass(1h - 1ms);
    CHECK(long_living.state("vm-0001-0001") == "CREATED");
    long_living.pass(1ms);
    CHECK(long_living.state("vm-0001-0001") == "EXPIRED");
}

TEST_CASE("create: the inline receipt obeys the rules of Order Management") {
    const json::Value line = Merchant::receipt().at("orderLines").at(0);
    const auto receipt_with = [&](const std::function<void(json::Value&)>& change) {
        json::Value changed = Merchant::receipt();
        change(changed);
        return json::dump(changed);
    };
    check_all(
        {{"/receipt", receipt, ""},
         {"/receipt", "{}", "receipt.orderLines"},
         {"/receipt", receipt_with([](auto& r) { r["orderLines"] = json::Value::array(); }), "receipt.orderLines"},
         {"/receipt", receipt_with([](auto& r) { r["orderLines"][0]["totalTaxAmount"] = 456; }),
          "receipt.orderLines[0].totalTaxAmount"},
         {"/receipt", receipt_with([](auto& r) { r["bottomLine"]["currency"] = "DKK"; }),
          "receipt.bottomLine.currency"},
         {"/receipt", array_of(receipt), "receipt"}});
}

TEST_CASE("create: all broken fields are named at once") {
    Merchant merchant;
    const Answer answer = merchant.send_order({{"amount", {{"currency", "XXX"}}}, {"reference", "short"}});
    CHECK(answer.status() == 400);
    CHECK(answer.fields() ==
          std::vector<std::string>{"amount.currency", "amount.value", "reference", "userFlow", "paymentMethod"});
}

TEST_CASE("problems have the form of RFC 7807 as Vipps fills it") {
    Merchant merchant;
    merchant.create("vm-0001-0001");
    const Answer answer = merchant.capture("vm-0001-0001", 3500);
    CHECK(answer.status() == 400);
    CHECK(answer.header("Content-Type") == "application/problem+json");
    CHECK(answer.text("type") == "https://httpstatuses.io/400");
    CHECK(answer.text("instance") == "/v1/payments/vm-0001-0001/capture");
    CHECK(json::integer_at(answer.body, "status") == 400);
    CHECK_FALSE(answer.text("title").empty());
    CHECK(answer.text("traceId").size() == 55);
    CHECK(answer.body.at("extraDetails") == json::parse(R"([{"name":"ErrorCode","reason":"6080"}])").value());
}

TEST_CASE("a reference can be used once, whatever became of its payment") {
    Merchant merchant;
    merchant.create("vm-0001-0001");
    Answer again = merchant.create("vm-0001-0001");
    CHECK(again.status() == 409);
    CHECK(again.code() == "4150");
    merchant.cancel("vm-0001-0001");
    CHECK(merchant.create("vm-0001-0001").code() == "4150");
    CHECK(merchant.create("VM-0001-0001").status() == 201);  // case counts
}

TEST_CASE("redirectUrl: a page for TEXT/TARGETURL, a picture of the same page's address otherwise") {
    Merchant merchant;
    json::Value order = Merchant::order("vm-0001-0001");
    order.erase("qrFormat");
    const Answer svg = merchant.send_order(order);
    CHECK(svg.text("redirectUrl").starts_with("http://127.0.0.1:8080/qr-image/v1?token="));
    const std::string prefix = "http://127.0.0.1:8080";
    Answer picture = merchant.send({.method = "GET", .url = svg.text("redirectUrl").substr(prefix.size())});
    CHECK(picture.status() == 200);
    CHECK(picture.header("Content-Type") == "image/svg+xml");
    CHECK(picture.response.body.starts_with("<svg "));

    order["reference"] = "vm-0001-0002";
    order["qrFormat"] = {{"format", "IMAGE/PNG"}, {"size", 321}};
    const std::string png = merchant.send_order(order).text("redirectUrl").substr(prefix.size());
    picture = merchant.send({.method = "GET", .url = png});
    CHECK(picture.header("Content-Type") == "image/png");
    CHECK(picture.response.body.starts_with("\x89PNG\r\n\x1A\n"));

    merchant.sandbox.reject("vm-0001-0002", merchant.now).value();
    CHECK(merchant.send({.method = "GET", .url = png}).status() == 404);
    CHECK(merchant.send({.method = "GET", .url = "/qr-image/v1"}).status() == 404);
    merchant.pass(10min);
    CHECK(merchant.send({.method = "GET", .url = svg.text("redirectUrl").substr(prefix.size())}).status() == 404);
}
