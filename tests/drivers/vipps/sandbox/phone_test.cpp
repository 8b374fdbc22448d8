// The phone page: what the customer sees in each state, the two buttons, the languages, and that nothing foreign
// gets into the page.

#include <doctest/doctest.h>

#include "drivers/vipps/sandbox/phone_words.hpp"
#include "tests/drivers/vipps/sandbox/merchant.hpp"

using namespace qrvend;
using namespace qrvend::vipps::sandbox;
using namespace qrvend::vipps::sandbox::test;

namespace {

const std::string reference = "vm-0001-0001";

struct Phone : Merchant {
    using Merchant::Merchant;

    std::string path(const std::string& of = reference) {
        const std::string url = sandbox.payment(of, now).value().phone_url;
        return url.substr(url.find("/phone/"));
    }
    Answer open(const std::string& language = "en", const std::string& of = reference) {
        return send({.method = "GET", .url = path(of), .headers = {{"Accept-Language", language}}, .body = {}});
    }
    Answer press(const std::string& button, const std::string& form = {}) {
        return send({.method = "POST", .url = path() + "/" + button, .headers = {}, .body = form});
    }
    bool shows(const std::string& text) { return open().response.body.find(text) != std::string::npos; }
};

}  // namespace

TEST_CASE("phone: a waiting payment shows who, what, how much, and two buttons") {
    Phone phone;
    json::Value order = Merchant::order(reference);
    order["receipt"] = Merchant::receipt();
    REQUIRE(phone.send_order(order).status() == 201);
    const Answer page = phone.open();
    CHECK(page.status() == 200);
    CHECK(page.header("Content-Type") == "text/html; charset=utf-8");
    for (const std::string text :
         {"Vipps MobilePay sandbox", "No real money", "Sandbox Vending", "Vending machine Petra, slot 12",
          "Cola 0.5 l", "NOK 35.00", "Approve", "Reject", "within 10 min", "name=\"viewport\"", "lang=\"en\""}) {
        CAPTURE(text);
        CHECK(page.response.body.find(text) != std::string::npos);
    }
    CHECK(page.response.body.find("action=\"" + phone.path() + "/approve\"") != std::string::npos);
    CHECK(page.response.body.find("content=\"600\"") != std::string::npos);  // looks again at the expiry
    CHECK(page.response.body.find("checkbox") == std::string::npos);
}

TEST_CASE("phone: the page may load nothing but its own style, and runs no script") {
    Phone phone;
    phone.create(reference);
    const Answer page = phone.open();
    const std::string policy = page.header("Content-Security-Policy");
    CHECK(policy.starts_with("default-src 'none'; style-src 'self'; form-action 'self'"));
    CHECK(page.header("X-Content-Type-Options") == "nosniff");
    CHECK(page.header("Referrer-Policy") == "no-referrer");
    CHECK(page.header("Cache-Control") == "no-store");
    CHECK(page.response.body.find("<script") == std::string::npos);
    CHECK(page.response.body.find("http://") == std::string::npos);
    CHECK(page.response.body.find("https://") == std::string::npos);
    const Answer style = phone.send({.method = "GET", .url = "/phone.css", .headers = {}, .body = {}});
    CHECK(style.header("Content-Type") == "text/css; charset=utf-8");
    CHECK(style.response.body.find("url(") == std::string::npos);
}

TEST_CASE("phone: everything foreign is escaped") {
    const std::string attack = "<script>alert(\"x\")</script>&'";
    const std::string escaped = "&lt;script&gt;alert(&quot;x&quot;)&lt;/script&gt;&amp;&#39;";
    Settings settings = usual_settings();
    settings.merchant_name = attack + "merchant";
    Phone phone{settings};
    json::Value order = Merchant::order(reference);
    order["paymentDescription"] = attack + "description";
    order["receipt"] = Merchant::receipt();
    order["receipt"]["orderLines"][0]["name"] = attack + "product";
    REQUIRE(phone.send_order(order).status() == 201);
    for (const bool decided : {false, true}) {
        const std::string page = phone.open().response.body;
        CHECK(page.find("<script") == std::string::npos);
        CHECK(page.find(escaped + "merchant") != std::string::npos);
        if (!decided) {
            CHECK(page.find(escaped + "description") != std::string::npos);
            CHECK(page.find(escaped + "product") != std::string::npos);
            CHECK(phone.press("approve").status() == 303);
        }
    }
}

TEST_CASE("phone: approve, then what becomes of the money") {
    Phone phone;
    phone.create(reference);
    const Answer pressed = phone.press("approve");
    CHECK(pressed.status() == 303);
    CHECK(pressed.header("Location") == phone.path());
    CHECK(phone.state(reference) == "AUTHORIZED");
    CHECK(phone.shows("Approved"));
    CHECK(phone.shows("http-equiv=\"refresh\" content=\"2\""));
    CHECK_FALSE(phone.shows("<button"));
    phone.press("reject");
    CHECK(phone.state(reference) == "AUTHORIZED");  // too late
    phone.capture(reference, 3500);
    CHECK(phone.shows("Paid"));
    phone.press("approve");
    CHECK(phone.sandbox.payment(reference, phone.now)->authorized.minor == 3500);
    phone.refund(reference, 3500);
    CHECK(phone.shows("Refunded"));
    CHECK(phone.shows("NOK 35.00 has been paid back."));
    CHECK_FALSE(phone.shows("http-equiv=\"refresh\""));
}

TEST_CASE("phone: each other end has its page") {
    Phone phone;
    phone.create(reference);
    CHECK(phone.press("reject").status() == 303);
    CHECK(phone.state(reference) == "ABORTED");
    CHECK(phone.shows("You rejected the payment"));
    const auto shows = [&](const std::string& of, const std::string& text) {
        const std::string page = phone.open("en", of).response.body;
        return page.find(text) != std::string::npos && page.find("<button") == std::string::npos;
    };
    phone.create("vm-0001-0002");
    phone.cancel("vm-0001-0002");
    CHECK(shows("vm-0001-0002", "The shop cancelled the payment"));
    phone.approved("vm-0001-0003");
    phone.cancel("vm-0001-0003");
    CHECK(shows("vm-0001-0003", "The reserved amount has been released."));
    phone.create("vm-0001-0004");
    phone.pass(10min);
    CHECK(shows("vm-0001-0004", "The payment has expired"));
}

TEST_CASE("phone: an approval that takes time shows so") {
    Settings settings = usual_settings();
    settings.approval_takes = 3s;
    Phone phone{settings};
    phone.create(reference);
    phone.press("approve");
    CHECK(phone.shows("Your payment is being processed."));
    CHECK_FALSE(phone.shows("<button"));
    phone.pass(3s);
    CHECK(phone.shows("Approved"));
}

TEST_CASE("phone: a customer who is too young is told, and the payment waits on") {
    Phone phone;
    json::Value order = Merchant::order(reference);
    order["minimumUserAge"] = 18;
    REQUIRE(phone.send_order(order).status() == 201);
    CHECK(phone.shows("Buyers must be 18 years or older"));
    CHECK(phone.shows("type=\"checkbox\""));
    phone.press("approve", "age=under");
    CHECK(phone.state(reference) == "CREATED");
    CHECK(phone.shows("You are too young"));
    CHECK(phone.shows("<button"));
    phone.press("approve");
    CHECK(phone.state(reference) == "AUTHORIZED");
}

TEST_CASE("phone: a refused card is told") {
    Phone phone;
    phone.create(reference, 151);
    phone.press("approve");
    CHECK(phone.shows("refused by the bank"));
    CHECK(phone.state(reference) == "CREATED");
}

TEST_CASE("phone: unknown tokens and other methods change nothing") {
    Phone phone;
    phone.create(reference);
    const auto status = [&](const std::string& method, const std::string& url) {
        return phone.send({.method = method, .url = url, .headers = {}, .body = {}}).status();
    };
    CHECK(status("GET", "/phone/guessed") == 404);
    CHECK(status("GET", "/phone") == 404);
    CHECK(status("POST", "/phone/guessed/approve") == 404);
    CHECK(status("GET", phone.path() + "/approve") == 404);
    CHECK(status("POST", phone.path()) == 404);
    CHECK(status("POST", phone.path() + "/capture") == 404);
    CHECK(phone.state(reference) == "CREATED");
}

TEST_CASE("phone: languages by wish and weight") {
    struct Case {
        const char* wish;
        const char* language;
    };
    for (const auto& [wish, language] :
         {Case{"", "en"}, Case{"nb", "nb"}, Case{"nb-NO,nb;q=0.9,en;q=0.8", "nb"}, Case{"no", "nb"},
          Case{"nn-NO", "nb"}, Case{"sv-SE", "sv"}, Case{"DA", "da"}, Case{"fi;q=0.9, en;q=0.8", "fi"},
          Case{"en;q=0.5, fi;q=0.9", "fi"}, Case{"de-DE, fr", "en"}, Case{"de, sv;q=0.1", "sv"},
          Case{"sv;q=0", "en"}, Case{",;,-;q=", "en"}}) {
        CAPTURE(wish);
        CHECK(choose_words(wish).language == language);
    }
    Phone phone;
    phone.create(reference);
    CHECK(phone.open("nb").response.body.find("Godkjenn") != std::string::npos);
    CHECK(phone.open("fi").response.body.find("Hyväksy") != std::string::npos);
}

TEST_CASE("phone: prices as each language writes them") {
    const auto text = [](std::int64_t minor, const char* currency, const char* language) {
        return price_text({.minor = minor, .currency = *Currency::parse(currency)}, choose_words(language));
    };
    CHECK(text(3500, "NOK", "en") == "NOK 35.00");
    CHECK(text(3505, "NOK", "nb") == "35,05\u00a0kr");
    CHECK(text(5, "EUR", "fi") == "0,05\u00a0€");
    CHECK(text(-150, "DKK", "da") == "-1,50\u00a0kr");
}
