// Webhooks: registration, signature, content, the retry schedule, order, duplicates and forgeries.

#include <doctest/doctest.h>

#include "drivers/vipps/sandbox/text.hpp"
#include "drivers/vipps/signature.hpp"
#include "tests/drivers/vipps/sandbox/merchant.hpp"

using namespace qrvend;
using namespace qrvend::vipps::sandbox;
using namespace qrvend::vipps::sandbox::test;

namespace {

const std::string hook = "https://machine.example:8443/vipps?slot=12";
const std::string reference = "vm-0001-0001";
const std::string created = "epayments.payment.created.v1";
const std::string authorized = "epayments.payment.authorized.v1";

json::Value all_events() {
    json::Value events = json::Value::array();
    for (const char* name :
         {"created", "aborted", "expired", "cancelled", "captured", "refunded", "authorized", "terminated"}) {
        events.push_back("epayments.payment." + std::string{name} + ".v1");
    }
    return events;
}

struct Owner : Merchant {
    explicit Owner(Settings settings = usual_settings(), const json::Value& events = all_events())
        : Merchant(std::move(settings)) {
        const Answer answer = post("/webhooks/v1/webhooks", {{"url", hook}, {"events", events}});
        REQUIRE(answer.status() == 201);
        id = answer.text("id");
        secret = answer.text("secret");
    }

    std::vector<WebhookDelivery> due() { return sandbox.due(now); }

    /// Answers everything that is due; the events' names in the order of arrival.
    std::vector<std::string> receive(int status = 200) {
        std::vector<std::string> names;
        for (auto batch = due(); !batch.empty(); batch = due()) {
            for (const WebhookDelivery& delivery : batch) {
                names.push_back(content(delivery, "name"));
                sandbox.delivered(delivery.id, status, now.monotonic);
            }
        }
        return names;
    }

    static std::string content(const WebhookDelivery& delivery, const char* key) {
        return json::string_at(json::parse(delivery.request.body).value(), key).value_or("");
    }

    vipps::Verdict verdict(const WebhookDelivery& delivery) const {
        return vipps::verify(secret, "/vipps?slot=12", "machine.example:8443", delivery.request);
    }

    std::string id;
    std::string secret;
};

using Names = std::vector<std::string>;

}  // namespace

TEST_CASE("register shows the secret once, list does not, delete ends it") {
    Owner owner;
    CHECK(owner.id.size() == 36);
    CHECK(owner.secret.size() == 88);
    CHECK(owner.secret.ends_with("=="));
    const Answer list = owner.get("/webhooks/v1/webhooks");
    REQUIRE(list.status() == 200);
    REQUIRE(list.body.at("webhooks").size() == 1);
    const json::Value& shown = list.body.at("webhooks").at(0);
    CHECK(shown.size() == 3);
    CHECK(json::string_at(shown, "id") == owner.id);
    CHECK(json::string_at(shown, "url") == hook);
    CHECK(shown.at("events") == all_events());
    const HttpRequest remove = owner.request("DELETE", "/webhooks/v1/webhooks/" + owner.id, {}, {});
    CHECK(owner.send(remove).status() == 204);
    CHECK(owner.send(remove).status() == 404);
    CHECK(owner.get("/webhooks/v1/webhooks").body.at("webhooks").empty());
}

TEST_CASE("what cannot be registered") {
    Merchant merchant;
    const auto code = [&](const json::Value& body) { return merchant.post("/webhooks/v1/webhooks", body).code(); };
    CHECK(code({{"url", "http://machine.example/"}, {"events", {created, authorized}}}) == "url");
    CHECK(code({{"url", "machine"}, {"events", {created, authorized}}}) == "url");
    CHECK(code({{"events", {created, authorized}}}) == "url");
    CHECK(code({{"url", hook}}) == "events");
    CHECK(code({{"url", hook}, {"events", json::Value::array()}}) == "events");
    CHECK(code({{"url", hook}, {"events", {"payment.created", authorized}}}) == "events");
    CHECK(code({{"url", hook}, {"events", {created, authorized}}, {"secret", "x"}}) == "secret");
    merchant.sandbox.settings().plain_http_webhooks = true;
    CHECK(merchant
              .post("/webhooks/v1/webhooks", {{"url", "http://127.0.0.1:9000/"}, {"events", {created, authorized}}})
              .status() == 201);
}

TEST_CASE("25 registrations for an event, one for user.checked-in") {
    Merchant merchant;
    const auto add = [&](const std::string& event) {
        return merchant.post("/webhooks/v1/webhooks", {{"url", hook}, {"events", json::Value::array({event})}})
            .status();
    };
    for (int number = 0; number < 25; ++number) {
        CHECK(add(created) == 201);
    }
    CHECK(add(created) == 409);
    CHECK(add(authorized) == 201);
    CHECK(add("user.checked-in.v1") == 201);
    CHECK(add("user.checked-in.v1") == 409);
}

TEST_CASE("signature vector A of Vipps' documentation") {
    const std::string body = R"({"some-unique-content":"ee6e441b-cc4a-46f8-895d-a5af79bcc233/hello-world"})";
    const std::string date = http_date(*parse_utc("2023-03-30T08:38:32Z"));
    CHECK(date == "Thu, 30 Mar 2023 08:38:32 GMT");
    const std::string hash = vipps::content_hash(body);
    CHECK(hash == "lNlsp1XA03N34HrQsVzPgJKtC+r7l/RBF4V3JQUWMj4=");
    CHECK(vipps::sign("A0+AeKBRG2KRGvnNwJpQlb6IJFk48CKXCIcrLoHncVJKDILsQSxS6NWCccwWm6r6FhGKhiHTBsG2wo/xU6FY/A==",
                      "/e2cee29b-012e-4f1d-8ef4-e95fd74a7a63", date, "webhook.site",
                      hash) == "agAiSyogQbDHpeucoNwYz+yAr5nJ+v+zasdkSbqzv+U=");
}

TEST_CASE("a delivery is one signed object with the event's own figures") {
    Owner owner;
    owner.approved(reference);
    owner.receive();
    owner.capture(reference, 1200);
    const auto due = owner.due();
    REQUIRE(due.size() == 1);
    const HttpRequest& request = due[0].request;
    CHECK(request.method == "POST");
    CHECK(request.url == hook);
    CHECK(header_value(request.headers, "Host") == "machine.example:8443");
    CHECK(header_value(request.headers, "Content-Type") == "application/json");
    CHECK(header_value(request.headers, "x-ms-date") == "Sat, 21 Nov 2026 08:00:00 GMT");
    CHECK(header_value(request.headers, "Authorization")
              .starts_with("HMAC-SHA256 SignedHeaders=x-ms-date;host;x-ms-content-sha256&Signature="));
    CHECK(owner.verdict(due[0]) == vipps::Verdict::genuine);
    const json::Value body = json::parse(request.body).value();
    CHECK(json::string_at(body, "msn") == "123456");
    CHECK(json::string_at(body, "reference") == reference);
    CHECK(json::string_at(body, "name") == "CAPTURED");
    CHECK(json::integer_at(body.at("amount"), "value") == 1200);
    CHECK(json::string_at(body, "timestamp") == "2026-11-21T08:00:00.000Z");
    CHECK(json::bool_at(body, "success") == true);
    CHECK(json::string_at(body, "pspReference") == owner.sandbox.events(reference, owner.now).back().psp_reference);
    CHECK(json::string_at(body, "idempotencyKey").has_value());
}

TEST_CASE("only what was asked for is delivered, also for what the portal does") {
    Owner owner{usual_settings(), json::Value::array({"epayments.payment.refunded.v1"})};
    owner.approved(reference);
    owner.capture(reference, 3500);
    CHECK(owner.receive().empty());
    REQUIRE(owner.sandbox.portal_refund(reference, {.minor = 100, .currency = *Currency::parse("NOK")}, owner.now));
    CHECK(owner.receive() == Names{"REFUNDED"});
}

TEST_CASE("each way a payment can go has its webhook") {
    Owner owner;
    owner.create("vm-0001-0001");
    owner.cancel("vm-0001-0001");
    CHECK(owner.receive() == Names{"CREATED", "TERMINATED"});
    owner.approved("vm-0001-0002");
    owner.cancel("vm-0001-0002");
    CHECK(owner.receive() == Names{"CREATED", "AUTHORIZED", "CANCELLED"});
    owner.create("vm-0001-0003");
    REQUIRE(owner.sandbox.reject("vm-0001-0003", owner.now));
    CHECK(owner.receive() == Names{"CREATED", "ABORTED"});
    owner.create("vm-0001-0004");
    owner.receive();
    CHECK(owner.sandbox.next_due() == owner.now.monotonic + 10min);
    owner.pass(10min);
    CHECK(owner.receive() == Names{"EXPIRED"});
    owner.create("vm-0001-0005", 151);
    CHECK_FALSE(owner.sandbox.approve("vm-0001-0005", CustomerAge::old_enough, owner.now));
    owner.due();
    CHECK_FALSE(owner.sandbox.events("vm-0001-0005", owner.now).back().success);
}

TEST_CASE("a failing delivery is repeated on schedule, and given up after seven days") {
    Owner owner{usual_settings(), json::Value::array({created})};
    owner.create(reference);
    std::vector<milliseconds> waits;
    MonotonicTime last = owner.now.monotonic;
    while (owner.sandbox.next_due()) {
        owner.pass(*owner.sandbox.next_due() - owner.now.monotonic);
        for (const WebhookDelivery& delivery : owner.due()) {
            CHECK(owner.verdict(delivery) == vipps::Verdict::genuine);
            waits.push_back(owner.now.monotonic - last);
            last = owner.now.monotonic;
            owner.sandbox.delivered(delivery.id, 503, owner.now.monotonic);
        }
    }
    REQUIRE(waits.size() > 29);
    CHECK(std::vector(waits.begin(), waits.begin() + 8) ==
          std::vector<milliseconds>{0s, 2s, 2s, 2s, 60s, 120s, 1h, 1h});
    CHECK(waits[28] == 1h);
    CHECK(waits[29] == 24h);
    CHECK(waits.back() == 24h);
    CHECK(waits.size() == 35);  // six days and 23 hours and some after the first
}

TEST_CASE("no answer in ten seconds is a failure, and a later one is too late") {
    Owner owner{usual_settings(), json::Value::array({created})};
    owner.create(reference);
    const auto first = owner.due();
    REQUIRE(first.size() == 1);
    owner.pass(9999ms);
    CHECK(owner.due().empty());
    owner.pass(1ms);
    CHECK(owner.due().empty());
    owner.sandbox.delivered(first[0].id, 200, owner.now.monotonic);
    owner.pass(2s);
    CHECK(owner.receive() == Names{"CREATED"});
    CHECK(owner.due().empty());
}

TEST_CASE("only 2xx is an answer; redirects are not followed") {
    for (const int status : {301, 400, 404, 500}) {
        CAPTURE(status);
        Owner owner{usual_settings(), json::Value::array({created})};
        owner.create(reference);
        owner.receive(status);
        owner.pass(2s);
        CHECK(owner.receive(204) == Names{"CREATED"});
        owner.pass(24h);
        CHECK(owner.receive().empty());
    }
}

TEST_CASE("a failing event holds back its payment's later ones, and no other payment's") {
    Owner owner;
    owner.create("vm-0001-0001");
    owner.receive(500);
    REQUIRE(owner.sandbox.approve("vm-0001-0001", CustomerAge::old_enough, owner.now));
    owner.approved("vm-0001-0002");
    CHECK(owner.receive() == Names{"CREATED", "AUTHORIZED"});  // of the second
    owner.pass(2s);
    CHECK(owner.receive() == Names{"CREATED", "AUTHORIZED"});  // of the first
}

TEST_CASE("one failing registration does not hold up another") {
    Owner owner;
    REQUIRE(owner.post("/webhooks/v1/webhooks", {{"url", "https://other.example/"}, {"events", all_events()}})
                .status() == 201);
    owner.create(reference);
    const auto due = owner.due();
    REQUIRE(due.size() == 2);
    owner.sandbox.delivered(due[0].id, 500, owner.now.monotonic);
    owner.sandbox.delivered(due[1].id, 200, owner.now.monotonic);
    REQUIRE(owner.sandbox.approve(reference, CustomerAge::old_enough, owner.now));
    const auto next = owner.due();
    REQUIRE(next.size() == 1);
    CHECK(next[0].request.url == due[1].request.url);
}

TEST_CASE("a retry is dated anew, or keeps its first date where that is asked for") {
    for (const bool redate : {true, false}) {
        Settings settings = usual_settings();
        settings.redate_retries = redate;
        Owner owner{settings, json::Value::array({created})};
        owner.create(reference);
        owner.receive(500);
        owner.pass(2s);
        const auto again = owner.due();
        REQUIRE(again.size() == 1);
        CHECK(header_value(again[0].request.headers, "x-ms-date") ==
              (redate ? "Sat, 21 Nov 2026 08:00:02 GMT" : "Sat, 21 Nov 2026 08:00:00 GMT"));
        CHECK(owner.verdict(again[0]) == vipps::Verdict::genuine);
    }
}

TEST_CASE("a registration that has not answered for two weeks is removed") {
    Owner owner{usual_settings(), json::Value::array({created})};
    const auto fail_until = [&](milliseconds later) {
        const MonotonicTime end = owner.now.monotonic + later;
        while (owner.sandbox.next_due() && *owner.sandbox.next_due() <= end) {
            owner.pass(*owner.sandbox.next_due() - owner.now.monotonic);
            owner.receive(500);
        }
        owner.pass(end - owner.now.monotonic);
        owner.token.clear();
    };
    const auto registrations = [&] { return owner.get("/webhooks/v1/webhooks").body.at("webhooks").size(); };
    owner.create("vm-0001-0001");
    fail_until(7 * 24h);
    owner.create("vm-0001-0002");
    fail_until(7 * 24h - 1h);
    CHECK(registrations() == 1);
    owner.create("vm-0001-0003");
    fail_until(2h);
    CHECK(registrations() == 0);
    CHECK_FALSE(owner.due().size() > 0);
}

TEST_CASE("latency: an event is delivered so long after it happened") {
    Settings settings = usual_settings();
    settings.webhook_latency = 300ms;
    Owner owner{settings};
    owner.create(reference);
    CHECK(owner.due().empty());
    owner.pass(300ms);
    CHECK(owner.receive() == Names{"CREATED"});
}

TEST_CASE("webhook trouble: duplicate, late, overtaken, lost") {
    const auto first_minute = [](WebhookTrouble trouble) {
        Owner owner;
        REQUIRE(owner.sandbox.add_fault(WebhookFault{.trouble = trouble, .event = EventName::authorized}));
        owner.approved(reference);
        owner.capture(reference, 3500);
        std::vector<std::pair<std::string, std::int64_t>> arrivals;
        const MonotonicTime start = owner.now.monotonic;
        for (int second = 0; second < 60; ++second) {
            for (const std::string& name : owner.receive()) {
                arrivals.emplace_back(name, (owner.now.monotonic - start) / 1s);
            }
            owner.pass(1s);
        }
        return arrivals;
    };
    using Arrivals = std::vector<std::pair<std::string, std::int64_t>>;
    CHECK(first_minute(WebhookTrouble::duplicate) ==
          Arrivals{{"CREATED", 0}, {"AUTHORIZED", 0}, {"CAPTURED", 0}, {"AUTHORIZED", 1}});
    CHECK(first_minute(WebhookTrouble::late) == Arrivals{{"CREATED", 0}, {"AUTHORIZED", 5}, {"CAPTURED", 5}});
    CHECK(first_minute(WebhookTrouble::overtaken) == Arrivals{{"CREATED", 0}, {"CAPTURED", 0}, {"AUTHORIZED", 5}});
    CHECK(first_minute(WebhookTrouble::lost) == Arrivals{{"CREATED", 0}, {"CAPTURED", 0}});
}

TEST_CASE("webhook trouble: a false copy comes first, the true one after it, the false one once") {
    struct Case {
        WebhookTrouble trouble;
        vipps::Verdict verdict;
        const char* pointer;
    };
    for (const auto& [trouble, verdict, pointer] :
         {Case{WebhookTrouble::forged, vipps::Verdict::signature_wrong, ""},
          Case{WebhookTrouble::wrong_amount, vipps::Verdict::genuine, "/amount/value"},
          Case{WebhookTrouble::wrong_currency, vipps::Verdict::genuine, "/amount/currency"},
          Case{WebhookTrouble::wrong_msn, vipps::Verdict::genuine, "/msn"},
          Case{WebhookTrouble::wrong_reference, vipps::Verdict::genuine, "/reference"},
          Case{WebhookTrouble::unsuccessful, vipps::Verdict::genuine, "/success"}}) {
        CAPTURE(pointer);
        Owner owner{usual_settings(), json::Value::array({authorized})};
        REQUIRE(owner.sandbox.add_fault(WebhookFault{.trouble = trouble}));
        owner.approved(reference);
        const auto due = owner.due();
        REQUIRE(due.size() == 2);
        CHECK(owner.verdict(due[0]) == verdict);
        CHECK(owner.verdict(due[1]) == vipps::Verdict::genuine);
        json::Value copy = json::parse(due[0].request.body).value();
        const json::Value original = json::parse(due[1].request.body).value();
        if (*pointer != '\0') {
            const json::Value::json_pointer place{pointer};
            CHECK(copy.at(place) != original.at(place));
            copy[place] = original.at(place);
        }
        CHECK(copy == original);
        owner.sandbox.delivered(due[0].id, 401, owner.now.monotonic);
        owner.sandbox.delivered(due[1].id, 200, owner.now.monotonic);
        owner.pass(24h);
        CHECK(owner.due().empty());
    }
}

TEST_CASE("the queue has a limit") {
    Settings settings = usual_settings();
    settings.limits.queued_webhooks = 3;
    Owner owner{settings, json::Value::array({created})};
    for (int number = 0; number < 5; ++number) {
        owner.create("vm-0001-000" + std::to_string(number));
    }
    CHECK(owner.receive().size() == 3);
    owner.create("vm-0001-0009");
    CHECK(owner.receive().size() == 1);
}
