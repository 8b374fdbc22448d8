#include "drivers/vipps/answers.hpp"

#include <doctest/doctest.h>

#include "tests/drivers/vipps/fakes.hpp"

using namespace qrvend;
using namespace qrvend::vipps::test;
using State = PaymentStatus::State;

namespace {

// The sample of the facts, with our reference.
json::Value payment(std::string_view state, std::int64_t authorized = 3500) {
    const auto amount = [](std::int64_t value) { return json::Value{{"currency", "NOK"}, {"value", value}}; };
    return {{"aggregate",
             {{"authorizedAmount", amount(authorized)},
              {"cancelledAmount", amount(0)},
              {"capturedAmount", amount(0)},
              {"refundedAmount", amount(0)}}},
            {"amount", amount(3500)},
            {"state", state},
            {"paymentMethod", {{"type", "WALLET"}, {"cardBin", "540185"}}},
            {"profile", json::Value::object()},
            {"pspReference", "3343121302"},
            {"reference", reference.text()},
            {"aMemberOfTomorrow", {1, 2, 3}}};
}

Result<PaymentStatus> read(const json::Value& body) {
    return vipps::read_payment(json::dump(body), reference);
}

Result<PaymentStatus> read_created(std::string_view body, const vipps::Settings& settings = test_settings()) {
    return vipps::read_created(settings, body, reference, nok);
}

std::string created(std::string_view url) {
    return R"({"redirectUrl":")" + std::string(url) + R"(","reference":")" + reference.text() + R"("})";
}

void check_unknown(const Result<PaymentStatus>& result, std::string_view code) {
    REQUIRE_FALSE(result);
    CHECK(result.error().world == World::unknown);
    CHECK(result.error().code == code);
}

}  // namespace

TEST_CASE("each state, and amounts as they are shown") {
    CHECK(read(payment("CREATED", 0))->state == State::pending);
    CHECK(read(payment("ABORTED", 0))->state == State::declined);
    CHECK(read(payment("EXPIRED", 0))->state == State::expired);
    CHECK(read(payment("TERMINATED", 0))->state == State::cancelled);

    json::Value body = payment("AUTHORIZED");
    body["aggregate"]["capturedAmount"]["value"] = 3000;
    body["aggregate"]["cancelledAmount"]["value"] = 500;
    body["aggregate"]["refundedAmount"]["value"] = 200;
    const auto status = read(body);
    REQUIRE(status);
    CHECK(status->state == State::authorized);
    CHECK(status->amounts.authorized == Money{.minor = 3500, .currency = nok});
    CHECK(status->amounts.captured == Money{.minor = 3000, .currency = nok});
    CHECK(status->amounts.cancelled == Money{.minor = 500, .currency = nok});
    CHECK(status->amounts.refunded == Money{.minor = 200, .currency = nok});
    CHECK(status->provider_reference == "3343121302");
    CHECK_FALSE(status->to_show);
}

TEST_CASE("another currency and another amount are carried through") {
    json::Value body = payment("AUTHORIZED", 3499);
    for (auto& amount : body["aggregate"]) {
        amount["currency"] = "EUR";
    }
    CHECK(read(body)->amounts.authorized == Money{.minor = 3499, .currency = eur});
}

TEST_CASE("a payment that ended before any approval frees nothing") {
    json::Value body = payment("TERMINATED", 0);
    body["aggregate"]["cancelledAmount"]["value"] = 3500;
    CHECK(read(body)->amounts.cancelled.minor == 0);
}

TEST_CASE("figures that cannot be read are unknown, never zero") {
    for (const json::Value& odd : {json::Value(-1), json::Value(35.5), json::Value(3500.0), json::Value("3500"),
                                   json::Value(), json::Value(9'000'000'000'000'000'000), json::Value::array(),
                                   json::Value(18'446'744'073'709'551'615U), json::Value(true)}) {
        CAPTURE(odd.dump());
        for (const char* member : {"authorizedAmount", "capturedAmount", "cancelledAmount", "refundedAmount"}) {
            json::Value body = payment("AUTHORIZED");
            body["aggregate"][member]["value"] = odd;
            check_unknown(read(body), "unreadable_amounts");
        }
    }
    for (const char* member : {"authorizedAmount", "capturedAmount", "cancelledAmount", "refundedAmount"}) {
        json::Value other_currency = payment("AUTHORIZED");
        other_currency["aggregate"][member]["currency"] = "SEK";
        check_unknown(read(other_currency), "unreadable_amounts");

        json::Value no_currency = payment("AUTHORIZED");
        no_currency["aggregate"][member]["currency"] = "XTS";
        check_unknown(read(no_currency), "unreadable_amounts");

        json::Value missing = payment("AUTHORIZED");
        missing["aggregate"].erase(member);
        check_unknown(read(missing), "unreadable_amounts");
    }
    json::Value none = payment("AUTHORIZED");
    none.erase("aggregate");
    check_unknown(read(none), "unreadable_amounts");
}

TEST_CASE("an answer that tells of something else is unknown") {
    json::Value other = payment("AUTHORIZED");
    other["reference"] = "vm-0042-another";
    check_unknown(read(other), "other_reference");
    other.erase("reference");
    check_unknown(read(other), "other_reference");

    check_unknown(read(payment("RESERVED")), "unknown_state");
    check_unknown(read(payment("authorized")), "unknown_state");
    json::Value stateless = payment("AUTHORIZED");
    stateless["state"] = 5;
    check_unknown(read(stateless), "unknown_state");

    for (const char* body : {"", "<html>", "[]", "null", "\"AUTHORIZED\"", "{\"state\":"}) {
        CAPTURE(body);
        check_unknown(vipps::read_payment(body, reference), "garbled");
    }
}

TEST_CASE("the provider's own reference may be missing") {
    json::Value body = payment("AUTHORIZED");
    body.erase("pspReference");
    REQUIRE(read(body));
    CHECK(read(body)->provider_reference.empty());
}

TEST_CASE("create tells what to show, and the payment waits ten minutes for its customer") {
    const auto status = read_created(created("https://qr.vipps.no/28/2/05/031/abc"));
    REQUIRE(status);
    CHECK(status->state == State::pending);
    CHECK(status->to_show ==
          ToShow{.kind = ToShow::Kind::qr_text, .content = "https://qr.vipps.no/28/2/05/031/abc"});
    CHECK(status->life == milliseconds{600'000});
    CHECK(status->amounts.authorized == zero(nok));
}

TEST_CASE("Vipps' picture is shown as a picture") {
    vipps::Settings settings = test_settings();
    settings.qr_source = vipps::QrSource::picture_by_vipps;
    const auto status = read_created(created("https://qr-image.vipps.no/v1?token=x"), settings);
    REQUIRE(status);
    CHECK(status->to_show->kind == ToShow::Kind::picture_url);
}

TEST_CASE("a creation without what it must hold is unknown") {
    check_unknown(read_created(R"({"reference":")" + reference.text() + R"("})"), "no_redirect_url");
    check_unknown(read_created(created("")), "no_redirect_url");
    check_unknown(read_created(created("http://qr.vipps.no/abc")), "no_redirect_url");
    check_unknown(read_created(created("javascript:alert(1)")), "no_redirect_url");
    check_unknown(read_created(R"({"redirectUrl":"https://qr.vipps.no/a","reference":"vm-0042-another"})"),
                  "other_reference");
    check_unknown(read_created(R"({"redirectUrl":"https://qr.vipps.no/a"})"), "other_reference");
    check_unknown(read_created("<html>"), "garbled");
    check_unknown(read_created(""), "garbled");
}

TEST_CASE("the event log tells what succeeded and what did not") {
    const auto events = vipps::read_events(
        R"([{"reference":"vm-0042-0123456789abcdef","pspReference":"p1","name":"CREATED",
             "amount":{"currency":"NOK","value":3500},"timestamp":"2026-01-19T16:26:32.099Z","success":true},
            {"reference":"vm-0042-0123456789abcdef","pspReference":"p2","name":"CAPTURED",
             "amount":{"currency":"NOK","value":3500},"timestamp":"2026-01-19T16:27:00Z","idempotencyKey":null,
             "success":false}])",
        reference);
    REQUIRE(events);
    REQUIRE(events->size() == 2);
    CHECK(events->at(0).name == "CREATED");
    CHECK(events->at(0).success);
    CHECK(events->at(1).provider_reference == "p2");
    CHECK(events->at(1).amount == Money{.minor = 3500, .currency = nok});
    CHECK_FALSE(events->at(1).success);
}

TEST_CASE("an event log that cannot be read is unknown") {
    CHECK(vipps::read_events("[]", reference)->empty());
    CHECK_FALSE(vipps::read_events("{}", reference));
    CHECK_FALSE(vipps::read_events("", reference));
    CHECK_FALSE(vipps::read_events(R"([{"reference":"vm-0042-another","name":"CREATED","success":true,
                                        "amount":{"currency":"NOK","value":1}}])",
                                   reference));
    CHECK_FALSE(vipps::read_events(R"([{"reference":"vm-0042-0123456789abcdef","name":"CREATED",
                                        "amount":{"currency":"NOK","value":1}}])",
                                   reference));
    std::string many = "[0";
    for (int i = 0; i < 1000; ++i) {
        many += ",0";
    }
    CHECK_FALSE(vipps::read_events(many + "]", reference));
}
