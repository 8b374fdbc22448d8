#include "drivers/vipps/webhooks.hpp"

#include <doctest/doctest.h>

#include "drivers/vipps/signature.hpp"
#include "tests/drivers/vipps/fakes.hpp"

using namespace qrvend;
using namespace qrvend::vipps::test;

namespace {

const std::string hooks = base + "/webhooks/v1/webhooks";
const std::string our_url = "https://kiosk.example/hooks/vipps";
const std::string journal_name = "vipps.webhook.123456";

json::Value listed(std::string_view id, std::string_view url, json::Value events = vipps::registered_events()) {
    return {{"id", id}, {"url", url}, {"events", std::move(events)}};
}

std::string list_of(const std::vector<json::Value>& all) {
    return json::dump({{"webhooks", all}});
}

struct WebhookBench : Bench {
    WebhookBench() { settings.webhook_url = our_url; }

    void expect_list(const std::vector<json::Value>& all) {
        network.expect("GET", hooks, answer(200, list_of(all)));
    }
    void expect_registration(std::string_view id, std::string_view secret) {
        network.expect("POST", hooks, answer(201, json::dump({{"id", id}, {"secret", secret}})));
    }
    void expect_removal(std::string_view id) {
        network.expect("DELETE", hooks + "/" + std::string(id), answer(204));
    }

    void get_ready() { CHECK(run(provider().get_ready())); }

    void commission() {
        expect_token();
        expect_list({});
        expect_registration("w1", "secret-1");
        get_ready();
        REQUIRE(network.done());
    }

    std::optional<vipps::Registrations> remembered() {
        return vipps::parse_registrations(journal.values[journal_name]);
    }

    int delivered(std::string_view secret, std::string_view path = "/hooks/vipps",
                  std::string_view host = "kiosk.example") {
        const std::string body =
            R"({"msn":"123456","reference":"vm-0042-0123456789abcdef","pspReference":"p","name":"AUTHORIZED",)"
            R"("amount":{"currency":"NOK","value":3500},"timestamp":"2026-01-19T16:26:32Z","success":true})";
        const std::string hash = vipps::content_hash(body);
        const std::string signature = vipps::sign(secret, path, "now", host, hash);
        const Callback callback = provider().read_callback(
            {.method = "POST",
             .url = std::string(path),
             .headers = {{.name = "x-ms-date", .value = "now"},
                         {.name = "x-ms-content-sha256", .value = hash},
                         {.name = "Authorization", .value = vipps::authorization(signature)}},
             .body = body});
        CHECK(callback.event.has_value() == (callback.reply.status == 200));
        return callback.reply.status;
    }
};

}  // namespace

TEST_CASE_FIXTURE(WebhookBench, "a new machine registers its URL, remembers the secret and verifies with it") {
    CHECK(delivered("secret-1") == 503);
    commission();
    CHECK(network.sent.back().body ==
          R"({"events":["epayments.payment.authorized.v1","epayments.payment.aborted.v1",)"
          R"("epayments.payment.expired.v1","epayments.payment.cancelled.v1","epayments.payment.captured.v1",)"
          R"("epayments.payment.refunded.v1","epayments.payment.terminated.v1"],)"
          R"("url":"https://kiosk.example/hooks/vipps"})");
    CHECK(remembered() == vipps::Registrations{.base_url = base, .known = {{"w1", our_url, "secret-1"}}});
    CHECK(delivered("secret-1") == 200);
    CHECK(delivered("secret-2") == 401);
}

TEST_CASE_FIXTURE(WebhookBench, "once commissioned, getting ready asks nobody for a day") {
    commission();
    const auto sent = network.sent.size();
    get_ready();
    CHECK(network.sent.size() == sent);

    clock.advance(std::chrono::hours{24});
    expect_token("token-2");
    expect_list({listed("w1", our_url)});
    get_ready();
    CHECK(network.done());
}

TEST_CASE_FIXTURE(WebhookBench, "after a restart the remembered secret serves, and Vipps is asked once") {
    commission();
    restart();
    expect_token("token-2");
    expect_list({listed("w1", our_url)});
    get_ready();
    CHECK(network.done());
    CHECK(delivered("secret-1") == 200);
}

TEST_CASE_FIXTURE(WebhookBench,
                  "a registration that Vipps has dropped is made anew, and late deliveries still count") {
    commission();
    clock.advance(std::chrono::hours{24});
    expect_token("token-2");
    expect_list({});
    expect_registration("w2", "secret-2");
    get_ready();
    CHECK(network.done());
    CHECK(delivered("secret-2") == 200);
    CHECK(delivered("secret-1") == 200);
    REQUIRE(remembered());
    CHECK(remembered()->known.size() == 2);
}

TEST_CASE_FIXTURE(WebhookBench, "a new URL is registered, and the former one removed") {
    commission();
    restart();
    settings.webhook_url = "https://new.example:8443/vipps";
    expect_token("token-2");
    expect_list({listed("w1", our_url), listed("w9", "https://other-machine.example/vipps")});
    expect_registration("w2", "secret-2");
    expect_removal("w1");
    get_ready();
    CHECK(network.done());
    CHECK(delivered("secret-2", "/vipps", "new.example:8443") == 200);
    CHECK(delivered("secret-1") == 200);
}

TEST_CASE_FIXTURE(WebhookBench, "registrations of our URL whose secret is lost are removed first") {
    expect_token();
    expect_list({listed("lost-1", our_url), listed("w9", "https://other-machine.example/vipps"),
                 listed("lost-2", our_url)});
    expect_removal("lost-1");
    network.expect("DELETE", hooks + "/lost-2", answer(404, problem(404, "")));
    expect_registration("w1", "secret-1");
    get_ready();
    CHECK(network.done());
    CHECK_FALSE(log.contains("could not be removed"));
}

TEST_CASE_FIXTURE(WebhookBench, "a registration that lacks an event is replaced") {
    commission();
    restart();
    expect_token("token-2");
    expect_list({listed("w1", our_url, {"epayments.payment.authorized.v1"})});
    expect_removal("w1");
    expect_registration("w2", "secret-2");
    get_ready();
    CHECK(network.done());
    CHECK(delivered("secret-2") == 200);
}

TEST_CASE_FIXTURE(WebhookBench, "another environment's registration is not ours") {
    commission();
    restart();
    settings.base_url = "https://api.vipps.no";
    network.expect("POST", "https://api.vipps.no/accesstoken/get", answer(200, token_body("token-2")));
    network.expect("GET", "https://api.vipps.no/webhooks/v1/webhooks", answer(200, list_of({})));
    network.expect("POST", "https://api.vipps.no/webhooks/v1/webhooks", answer(201, R"({"id":"p1","secret":"s"})"));
    get_ready();
    CHECK(network.done());
    CHECK(remembered()->known.size() == 1);
}

TEST_CASE_FIXTURE(WebhookBench, "the secret is on disk before it is used; where it cannot be, selling ends") {
    expect_token();
    expect_list({});
    network.expect_then("POST", hooks, [this] {
        journal.broken = true;
        return answer(201, R"({"id":"w1","secret":"secret-1"})");
    });
    const auto ready = run(provider().get_ready());
    REQUIRE_FALSE(ready);
    CHECK(ready.error().code == "journal");
    CHECK(delivered("secret-1") == 503);
}

TEST_CASE_FIXTURE(WebhookBench, "a journal that cannot be read is told") {
    journal.broken = true;
    expect_token();
    const auto ready = run(provider().get_ready());
    REQUIRE_FALSE(ready);
    CHECK(ready.error().code == "journal");
}

TEST_CASE_FIXTURE(WebhookBench, "webhooks that do not work are logged and tried again later; the machine sells") {
    expect_token();
    network.expect("GET", hooks, answer(403, ""));
    get_ready();
    CHECK(log.contains("could not be checked"));
    get_ready();
    clock.advance(std::chrono::minutes{5});
    expect_list({});
    network.expect("POST", hooks, answer(200, R"({"id":"w1"})"));
    get_ready();
    CHECK(log.contains("code=garbled"));
    clock.advance(std::chrono::minutes{5});
    network.expect("GET", hooks, answer(200, "[]"));
    get_ready();
    clock.advance(std::chrono::minutes{5});
    network.expect("GET", hooks, unknown("timeout"));
    expect_list({});  // asked once more, as proof that payments could be made
    get_ready();
    CHECK(network.done());
    CHECK_FALSE(log.contains("the-client-secret"));
}

TEST_CASE_FIXTURE(WebhookBench, "a stale registration that cannot be removed is no obstacle") {
    expect_token();
    expect_list({listed("lost", our_url)});
    network.expect("DELETE", hooks + "/lost", answer(500));
    expect_registration("w1", "secret-1");
    get_ready();
    CHECK(network.done());
    CHECK(log.contains("could not be removed"));
}

TEST_CASE_FIXTURE(WebhookBench, "entries of the list that cannot be read are passed over") {
    expect_token();
    expect_list({json::Value(5), json::Value::object(), listed("x", our_url, json::Value(7))});
    expect_registration("w1", "secret-1");
    get_ready();
    CHECK(network.done());
}

TEST_CASE_FIXTURE(WebhookBench, "two who get ready at once make one registration") {
    expect_token();
    network.expect("GET", base + "/epayment/v1/payments/" + reference.text(), answer(404, problem(404, "5090")));
    CHECK(query());  // the token is there, so that nobody waits for it
    expect_list({});
    expect_registration("w1", "secret-1");
    const auto first = start(provider().get_ready());
    const auto second = start(provider().get_ready());
    settle();
    REQUIRE((*first && *second));
    CHECK(**first);
    CHECK(**second);
    CHECK(network.done());
}

TEST_CASE_FIXTURE(WebhookBench, "a machine without a public URL registers nothing") {
    settings.webhook_url.clear();
    expect_token();
    expect_list({});
    get_ready();
    CHECK(network.done());
    CHECK(delivered("secret-1") == 503);
}

TEST_CASE("what the journal holds is read back, and anything else is nothing") {
    const vipps::Registrations two{.base_url = base,
                                   .known = {{"w2", our_url, "s\"2"}, {"w1", "https://old.example/", "s1"}}};
    CHECK(vipps::parse_registrations(vipps::to_text(two)) == two);
    for (const char* text : {"", "{}", "[]", R"({"base_url":"x"})", R"({"base_url":"x","known":5})",
                             R"({"base_url":"x","known":[{"id":"a","url":"b"}]})"}) {
        CAPTURE(text);
        CHECK_FALSE(vipps::parse_registrations(text));
    }
}

TEST_CASE_FIXTURE(WebhookBench, "an id that would lead elsewhere in Vipps' API is never put into a URL") {
    expect_token();
    expect_list({listed("../../epayment/v1/payments/x", our_url), listed("stale one", our_url)});
    expect_registration("w1", "secret-1");
    get_ready();
    CHECK(network.done());
    CHECK(remembered()->known.front().id == "w1");
}

TEST_CASE_FIXTURE(WebhookBench, "a registration under such an id is no registration") {
    expect_token();
    expect_list({});
    expect_registration("../w1", "secret-1");
    get_ready();
    CHECK(network.done());
    CHECK_FALSE(remembered());
}
