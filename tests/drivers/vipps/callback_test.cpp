#include "drivers/vipps/callback.hpp"

#include <doctest/doctest.h>

#include "drivers/vipps/signature.hpp"
#include "tests/drivers/vipps/fakes.hpp"

using namespace qrvend;
using namespace qrvend::vipps::test;

namespace {

const vipps::Registration present{
    .id = "w2", .url = "https://kiosk.example/hooks/vipps?machine=42", .secret = "c2VjcmV0LXR3bw=="};
const vipps::Registration former{.id = "w1", .url = "https://old.example:8443/vipps", .secret = "c2VjcmV0LW9uZQ=="};

json::Value event() {
    return {{"msn", "123456"},
            {"reference", reference.text()},
            {"pspReference", "dd8e0a8e-0000-4000-8000-000000000000"},
            {"name", "AUTHORIZED"},
            {"amount", {{"currency", "NOK"}, {"value", 3500}}},
            {"timestamp", "2026-01-19T16:26:32.099Z"},
            {"idempotencyKey", nullptr},
            {"success", true}};
}

HttpRequest signed_request(std::string body, const vipps::Registration& by = present,
                           std::string_view path = "/hooks/vipps?machine=42",
                           std::string_view host = "kiosk.example") {
    const std::string date = "Sat, 21 Nov 2026 08:00:00 GMT";
    const std::string hash = vipps::content_hash(body);
    return {.method = "POST",
            .url = "/whatever/the/proxy/made/of/it",
            .headers = {{.name = "Host", .value = "127.0.0.1:9000"},
                        {.name = "x-ms-date", .value = date},
                        {.name = "x-ms-content-sha256", .value = hash},
                        {.name = "Authorization",
                         .value = vipps::authorization(vipps::sign(by.secret, path, date, host, hash))}},
            .body = std::move(body)};
}

Callback read(const HttpRequest& request) {
    const std::vector<vipps::Registration> known{present, former};
    return vipps::read_callback(request, known, "123456");
}

Callback read(const json::Value& body) {
    return read(signed_request(json::dump(body)));
}

json::Value with(std::string_view key, json::Value value) {
    json::Value body = event();
    body[std::string(key)] = std::move(value);
    return body;
}

void check_refused(const Callback& callback, int status, std::string_view because) {
    CHECK(callback.reply.status == status);
    CHECK(callback.refused_because == because);
    CHECK_FALSE(callback.event);
}

}  // namespace

TEST_CASE("AUTHORIZED with success brings an approval") {
    const Callback callback = read(event());
    CHECK(callback.reply.status == 200);
    CHECK(callback.refused_because.empty());
    REQUIRE(callback.event);
    CHECK(callback.event->reference == reference);
    CHECK(callback.event->approved == Money{.minor = 3500, .currency = nok});
    CHECK(callback.event->event_id == "vm-0042-0123456789abcdef/AUTHORIZED/dd8e0a8e-0000-4000-8000-000000000000");
}

TEST_CASE("an approval names the currency that Vipps names") {
    const Callback callback = read(with("amount", {{"currency", "EUR"}, {"value", 350}}));
    REQUIRE(callback.event);
    CHECK(callback.event->approved == Money{.minor = 350, .currency = eur});
}

TEST_CASE("AUTHORIZED without success, and every other payment event, only asks to look") {
    const Callback failed = read(with("success", false));
    CHECK(failed.reply.status == 200);
    REQUIRE(failed.event);
    CHECK_FALSE(failed.event->approved);
    for (const char* name : {"CREATED", "CAPTURED", "CANCELLED", "REFUNDED", "ABORTED", "EXPIRED", "TERMINATED"}) {
        CAPTURE(name);
        const Callback callback = read(with("name", name));
        CHECK(callback.reply.status == 200);
        REQUIRE(callback.event);
        CHECK_FALSE(callback.event->approved);
    }
}

TEST_CASE("an event that is not known is taken and ignored, so that Vipps does not repeat it") {
    const Callback callback = read(with("name", "SETTLED"));
    CHECK(callback.reply.status == 200);
    CHECK_FALSE(callback.event);
    CHECK(callback.refused_because.empty());
}

TEST_CASE("members of tomorrow do not disturb") {
    CHECK(read(with("captureGuaranteedUntil", "2026-12-01T00:00:00Z")).event);
}

TEST_CASE("the former registration's signature counts as well, with its own path and port") {
    CHECK(read(signed_request(json::dump(event()), former, "/vipps", "old.example:8443")).event);
    check_refused(read(signed_request(json::dump(event()), former)), 401, "signature_wrong");
}

TEST_CASE("what is not signed as it should be is refused before it is read") {
    check_refused(read(signed_request(json::dump(event()), present, "/hooks/other")), 401, "signature_wrong");

    HttpRequest changed = signed_request(json::dump(event()));
    changed.body.back() = ' ';
    check_refused(read(changed), 401, "hash_differs");

    const auto lacking = [](std::string_view name) {
        HttpRequest request = signed_request(json::dump(event()));
        std::erase_if(request.headers, [&](const HttpHeader& header) { return header.name == name; });
        return request;
    };
    check_refused(read(lacking("x-ms-date")), 401, "no_date");
    check_refused(read(lacking("x-ms-content-sha256")), 401, "no_hash");
    check_refused(read(lacking("Authorization")), 401, "no_signature");
}

TEST_CASE("before a secret is known nothing can be verified, and Vipps is asked to repeat") {
    check_refused(vipps::read_callback(signed_request(json::dump(event())), {}, "123456"), 503, "not_registered");
}

TEST_CASE("only POST, and not too much of it") {
    HttpRequest get = signed_request(json::dump(event()));
    get.method = "GET";
    check_refused(read(get), 405, "method");
    CHECK(header_value(read(get).reply.headers, "allow") == "POST");

    const std::string huge = R"({"filler":")" + std::string(vipps::longest_callback, 'x') + R"("})";
    check_refused(read(signed_request(huge)), 413, "too_large");
    json::Value fits = event();
    fits["filler"] = std::string(vipps::longest_callback - json::dump(fits).size() - 12, 'x');
    REQUIRE(json::dump(fits).size() == vipps::longest_callback);
    CHECK(read(fits).event);
}

TEST_CASE("another merchant's event is refused") {
    check_refused(read(with("msn", "654321")), 400, "other_merchant");
}

TEST_CASE("a body that is not one event is refused") {
    check_refused(read(signed_request("")), 400, "not_json");
    check_refused(read(signed_request("<html>")), 400, "not_json");
    check_refused(read(signed_request("{\"name\":\"\xff\"}")), 400, "not_json");
    check_refused(read(signed_request(std::string(5000, '['))), 400, "not_json");
    check_refused(read(json::Value::array({event()})), 400, "bad_body");
    check_refused(read(json::Value("AUTHORIZED")), 400, "bad_body");
    check_refused(read(json::Value::object()), 400, "bad_body");
    for (const char* member : {"msn", "reference", "pspReference", "name", "success"}) {
        CAPTURE(member);
        json::Value body = event();
        body.erase(member);
        check_refused(read(body), 400, "bad_body");
        check_refused(read(with(member, 17)), 400, "bad_body");
    }
    check_refused(read(with("success", "true")), 400, "bad_body");
    check_refused(read(with("reference", "../../etc")), 400, "bad_reference");
    check_refused(read(with("reference", "short")), 400, "bad_reference");
}

TEST_CASE("an amount that cannot be read is refused") {
    for (const json::Value& amount :
         {json::Value(), json::Value(3500), json::Value{{"currency", "NOK"}}, json::Value{{"value", 3500}},
          json::Value{{"currency", "NOK"}, {"value", -1}}, json::Value{{"currency", "NOK"}, {"value", 35.5}},
          json::Value{{"currency", "NOK"}, {"value", "3500"}}, json::Value{{"currency", "XTS"}, {"value", 3500}}}) {
        CAPTURE(amount.dump());
        check_refused(read(with("amount", amount)), 400, "bad_amount");
    }
}
