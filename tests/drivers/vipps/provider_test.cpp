#include "drivers/vipps/provider.hpp"

#include <doctest/doctest.h>

#include "tests/drivers/vipps/fakes.hpp"

using namespace qrvend;
using namespace qrvend::vipps::test;
using State = PaymentStatus::State;

namespace {

const std::string payments = base + "/epayment/v1/payments";
const std::string payment = payments + "/" + reference.text();
const std::string receipts = base + "/order-management/v2/ecom/receipts/" + reference.text();
const std::string created =
    R"({"redirectUrl":"https://qr.vipps.no/28/abc","reference":")" + reference.text() + R"("})";

std::string shown(std::string_view state, int authorized, int captured, int cancelled, int refunded) {
    const auto amount = [](int value) { return json::Value{{"currency", "NOK"}, {"value", value}}; };
    return json::dump({{"reference", reference.text()},
                       {"state", state},
                       {"pspReference", "psp-1"},
                       {"amount", amount(3500)},
                       {"aggregate",
                        {{"authorizedAmount", amount(authorized)},
                         {"capturedAmount", amount(captured)},
                         {"cancelledAmount", amount(cancelled)},
                         {"refundedAmount", amount(refunded)}}}});
}

void check_failure(const auto& result, World world, std::string_view code) {
    REQUIRE_FALSE(result);
    CHECK(result.error().world == world);
    CHECK(result.error().code == code);
}

}  // namespace

TEST_CASE_FIXTURE(Bench, "what kind of provider it is") {
    CHECK(provider().traits() == PaymentTraits{.name = "vipps",
                                               .can_refund = true,
                                               .posts_receipt = true,
                                               .poll_interval = milliseconds{1000},
                                               .retry_base = milliseconds{2000}});
    restart();
    settings.receipt = vipps::ReceiptMode::with_payment;
    CHECK_FALSE(provider().traits().posts_receipt);
    restart();
    settings.receipt = vipps::ReceiptMode::none;
    CHECK_FALSE(provider().traits().posts_receipt);
}

TEST_CASE_FIXTURE(Bench, "a whole sale: each request with its headers, its key and its bytes") {
    expect_token();
    network.expect("POST", payments, answer(201, created));
    const auto requested = perform(Operation::request);
    REQUIRE(requested);
    CHECK(requested->state == State::pending);
    REQUIRE(requested->to_show);
    CHECK(requested->to_show->content == "https://qr.vipps.no/28/abc");

    const HttpRequest& create = network.sent.back();
    CHECK(create.body == provider().prepare(Operation::request, cola(), cola().amount));
    CHECK(header_value(create.headers, "Authorization") == "Bearer token-1");
    CHECK(header_value(create.headers, "Ocp-Apim-Subscription-Key") == "the-subscription-key");
    CHECK(header_value(create.headers, "Merchant-Serial-Number") == "123456");
    CHECK(header_value(create.headers, "Content-Type") == "application/json");
    CHECK(header_value(create.headers, "Idempotency-Key") == "the-key");
    CHECK(header_value(create.headers, "Vipps-System-Name") == "qrvend");
    CHECK(header_value(create.headers, "Vipps-System-Version") == QRVEND_VERSION);
    CHECK(header_value(create.headers, "Vipps-System-Plugin-Name") == "qrvend-vending");
    CHECK(header_value(create.headers, "Vipps-System-Plugin-Version") == QRVEND_VERSION);
    CHECK(header_value(create.headers, "client_secret").empty());

    network.expect("GET", payment, answer(200, shown("AUTHORIZED", 3500, 0, 0, 0)));
    CHECK(query()->amounts.authorized.minor == 3500);
    CHECK(header_value(network.sent.back().headers, "Idempotency-Key").empty());
    CHECK(header_value(network.sent.back().headers, "Content-Type").empty());

    // The media type that Vipps declares for this answer does not matter.
    network.expect("POST", payment + "/capture",
                   answer(200, shown("AUTHORIZED", 3500, 3500, 0, 0),
                          {{.name = "Content-Type", .value = "application/problem+json"}}));
    CHECK(perform(Operation::capture)->amounts.captured.minor == 3500);
    CHECK(header_value(network.sent.back().headers, "Idempotency-Key") == "the-key");

    network.expect("POST", receipts, answer(201, R"("3fa85f64-5717-4562-b3fc-2c963f66afa6")"));
    CHECK(perform(Operation::post_receipt));
    CHECK(header_value(network.sent.back().headers, "Idempotency-Key").empty());

    network.expect("POST", payment + "/refund", answer(200, shown("AUTHORIZED", 3500, 3500, 0, 3500)));
    CHECK(perform(Operation::refund)->amounts.refunded.minor == 3500);
    CHECK(network.done());
}

TEST_CASE_FIXTURE(Bench, "both cancels, with a key and a body that is never empty") {
    expect_token();
    network.expect("POST", payment + "/cancel", answer(200, shown("TERMINATED", 0, 0, 3500, 0)));
    const auto ended = perform(Operation::cancel_unapproved);
    REQUIRE(ended);
    CHECK(ended->state == State::cancelled);
    CHECK(ended->amounts.cancelled.minor == 0);
    CHECK(network.sent.back().body == R"({"cancelTransactionOnly":true})");
    CHECK(header_value(network.sent.back().headers, "Idempotency-Key") == "the-key");

    network.expect("POST", payment + "/cancel", answer(200, shown("AUTHORIZED", 3500, 0, 3500, 0)));
    CHECK(perform(Operation::cancel)->amounts.cancelled.minor == 3500);
    CHECK(network.sent.back().body == R"({"cancelTransactionOnly":false})");
}

TEST_CASE_FIXTURE(Bench, "a repeated create may be answered with 200") {
    expect_token();
    network.expect("POST", payments, answer(200, created));
    CHECK(perform(Operation::request)->state == State::pending);
}

TEST_CASE_FIXTURE(Bench, "a cancel while the customer approves is told as such") {
    expect_token();
    for (const char* code : {"6250", "6160"}) {
        network.expect("POST", payment + "/cancel", answer(400, problem(400, code)));
        CHECK(perform(Operation::cancel_unapproved)->state == State::approving);
    }
    network.expect("POST", payment + "/cancel", answer(423));
    check_failure(perform(Operation::cancel_unapproved), World::unknown, "423");
}

TEST_CASE_FIXTURE(Bench, "a cancel that an approval has overtaken is refused, and the reservation stands") {
    expect_token();
    network.expect("POST", payment + "/cancel", answer(400, problem(400, "6060")));
    check_failure(perform(Operation::cancel_unapproved), World::refused, "6060");
}

TEST_CASE_FIXTURE(Bench, "6160 ends only a cancel") {
    expect_token();
    network.expect("POST", payment + "/capture", answer(400, problem(400, "6160")));
    check_failure(perform(Operation::capture), World::refused, "6160");
}

TEST_CASE_FIXTURE(Bench, "what an adjustment cannot prove is unknown") {
    expect_token();
    for (const char* body :
         {"", "<html>ok</html>", "{}", "[]", "null", R"({"reference":"other","state":"AUTHORIZED"})"}) {
        CAPTURE(body);
        network.expect("POST", payment + "/capture", answer(200, body));
        REQUIRE_FALSE(perform(Operation::capture));
        clock.advance(seconds{60});
    }
    network.expect("POST", payment + "/capture", answer(204));
    check_failure(perform(Operation::capture), World::unknown, "garbled");
    network.expect("POST", payment + "/capture",
                   answer(200, shown("AUTHORIZED", 3500, 3500, 0, 0) + std::string(300'000, ' ')));
    check_failure(perform(Operation::capture), World::unknown, "too_large");
}

TEST_CASE_FIXTURE(Bench, "the transport's failures keep their world") {
    expect_token();
    network.expect("POST", payment + "/capture", unknown("timeout"));
    check_failure(perform(Operation::capture), World::unknown, "timeout");
    network.expect("POST", payment + "/capture", unsent("connect_failed"));
    check_failure(perform(Operation::capture), World::unsent, "connect_failed");
    network.expect("GET", payment, unknown("connection_lost"));
    check_failure(query(), World::unknown, "connection_lost");
}

TEST_CASE_FIXTURE(Bench, "every call has its own deadline") {
    settings.deadlines = {.token = milliseconds{1001},
                          .create = milliseconds{1002},
                          .query = milliseconds{1003},
                          .adjust = milliseconds{1004},
                          .receipt = milliseconds{1005},
                          .webhooks = milliseconds{1006},
                          .picture = milliseconds{1007}};
    expect_token();
    network.expect("POST", payments, unknown("timeout"));
    network.expect("GET", payment, unknown("timeout"));
    network.expect("POST", payment + "/refund", unknown("timeout"));
    network.expect("POST", receipts, unknown("timeout"));
    network.expect("GET", "https://qr-image.vipps.no/v1", unknown("timeout"));
    network.expect("GET", payment + "/events", unknown("timeout"));
    CHECK_FALSE(perform(Operation::request));
    CHECK_FALSE(query());
    CHECK_FALSE(perform(Operation::refund));
    CHECK_FALSE(perform(Operation::post_receipt));
    CHECK_FALSE(run(provider().load_picture("https://qr-image.vipps.no/v1")));
    CHECK_FALSE(run(provider().events(reference)));
    std::vector<int> limits;
    for (const milliseconds deadline : network.deadlines) {
        limits.push_back(static_cast<int>(deadline.count()));
    }
    CHECK(limits == std::vector<int>{1001, 1002, 1003, 1004, 1005, 1007, 1003});
}

TEST_CASE_FIXTURE(Bench, "a token that is turned away is replaced once, and the call repeated as it was") {
    expect_token("token-1");
    network.expect("POST", payment + "/capture", answer(401, R"({"statusCode":401,"message":"expired"})"));
    expect_token("token-2");
    network.expect("POST", payment + "/capture", answer(200, shown("AUTHORIZED", 3500, 3500, 0, 0)));
    CHECK(perform(Operation::capture)->amounts.captured.minor == 3500);
    REQUIRE(network.sent.size() == 4);
    CHECK(header_value(network.sent[3].headers, "Authorization") == "Bearer token-2");
    CHECK(header_value(network.sent[3].headers, "Idempotency-Key") == "the-key");
    CHECK(network.sent[3].body == network.sent[1].body);
    CHECK_FALSE(log.contains("token-1"));
    CHECK_FALSE(log.contains("token-2"));
}

TEST_CASE_FIXTURE(Bench, "a second 401 is a matter of the configuration") {
    expect_token("token-1");
    network.expect("POST", payment + "/capture", answer(401));
    expect_token("token-2");
    network.expect("POST", payment + "/capture", answer(401));
    const auto result = perform(Operation::capture);
    check_failure(result, World::refused, "401");
    CHECK(result.error().detail.find("configuration") != std::string::npos);
    CHECK(network.done());
}

TEST_CASE_FIXTURE(Bench, "a call whose token cannot be had was not sent") {
    network.expect("POST", base + "/accesstoken/get", unknown("timeout"));
    check_failure(perform(Operation::capture), World::unsent, "timeout");
    network.expect("POST", base + "/accesstoken/get", answer(401));
    check_failure(perform(Operation::request), World::refused, "401");
    network.expect("POST", base + "/accesstoken/get", answer(401));
    const auto ready = run(provider().get_ready());
    check_failure(ready, World::refused, "401");
    CHECK(ready.error().detail.starts_with("client_id or client_secret refused by Vipps (401)"));
}

TEST_CASE_FIXTURE(Bench, "a token in the drawer is no proof that Vipps answers") {
    const std::string hooks = base + "/webhooks/v1/webhooks";
    expect_token();
    network.expect("GET", hooks, answer(200, R"({"webhooks":[]})"));
    CHECK(run(provider().get_ready()));
    CHECK(run(provider().get_ready()));  // heard just now: nobody is asked
    CHECK(network.done());

    network.expect("POST", payments, unknown("timeout"));
    check_failure(perform(Operation::request), World::unknown, "timeout");
    network.expect("GET", hooks, unsent("resolve_failed"));
    check_failure(run(provider().get_ready()), World::unsent, "resolve_failed");
    network.expect("GET", hooks, answer(503));
    check_failure(run(provider().get_ready()), World::unknown, "503");
    network.expect("GET", hooks, answer(403, problem(403, "")));  // keys without webhooks: they answer all the same
    CHECK(run(provider().get_ready()));

    clock.advance(std::chrono::minutes{5});
    network.expect("GET", hooks, answer(200, R"({"webhooks":[]})"));
    CHECK(run(provider().get_ready()));
    CHECK(network.done());
}

TEST_CASE_FIXTURE(Bench, "429 turns a call away unread") {
    expect_token();
    network.expect("POST", payments, answer(429, "", {{.name = "Retry-After", .value = "12"}}));
    const auto result = perform(Operation::request);
    check_failure(result, World::unsent, "429");
    CHECK(result.error().retry_after == seconds{12});
}

TEST_CASE_FIXTURE(Bench, "a create that meets an existing reference is a conflict") {
    expect_token();
    network.expect("POST", payments, answer(409, problem(409, "4150")));
    const auto result = perform(Operation::request);
    check_failure(result, World::refused, "4150");
    CHECK(result.error().refusal == Refusal::conflict);
}

TEST_CASE_FIXTURE(Bench, "of each change no more than five leave within a minute") {
    expect_token();
    for (int i = 0; i < 5; ++i) {
        network.expect("POST", payment + "/cancel", answer(503));
        const auto operation = i % 2 == 0 ? Operation::cancel : Operation::cancel_unapproved;
        check_failure(perform(operation), World::unknown, "503");
        clock.advance(seconds{2});
    }
    const auto sixth = perform(Operation::cancel);
    check_failure(sixth, World::unsent, "rate_limited");
    CHECK(sixth.error().retry_after == seconds{50});

    network.expect("POST", payment + "/capture", answer(503));
    check_failure(perform(Operation::capture), World::unknown, "503");

    clock.advance(seconds{50});
    network.expect("POST", payment + "/cancel", answer(503));
    check_failure(perform(Operation::cancel), World::unknown, "503");
    CHECK(network.done());
}

TEST_CASE_FIXTURE(Bench, "of reads no more than 120 leave within a minute") {
    expect_token();
    for (int i = 0; i < 120; ++i) {
        network.expect("GET", payment, answer(200, shown("CREATED", 0, 0, 0, 0)));
        REQUIRE(query());
    }
    check_failure(query(), World::unsent, "rate_limited");
    clock.advance(seconds{60});
    network.expect("GET", payment, answer(200, shown("CREATED", 0, 0, 0, 0)));
    CHECK(query());
}

TEST_CASE_FIXTURE(Bench, "a payment that Vipps does not know is absent; a gateway's 404 says nothing") {
    expect_token();
    network.expect("GET", payment, answer(404, problem(404, "5090")));
    const auto absent = query();
    REQUIRE(absent);
    CHECK(absent->state == State::absent);
    CHECK(absent->amounts.authorized == zero(nok));
    network.expect("GET", payment, answer(404, R"({"statusCode":404,"message":"Resource not found"})"));
    check_failure(query(), World::unknown, "404");
}

TEST_CASE_FIXTURE(Bench, "asking by perform is a query") {
    expect_token();
    network.expect("GET", payment, answer(200, shown("EXPIRED", 0, 0, 0, 0)));
    CHECK(perform(Operation::ask)->state == State::expired);
}

TEST_CASE_FIXTURE(Bench, "a receipt that was posted before is posted") {
    expect_token();
    network.expect("POST", receipts, answer(409, R"({"type":"t","title":"Receipt exists"})"));
    CHECK(perform(Operation::post_receipt));
    network.expect("POST", receipts, answer(400, R"({"type":"t","title":"Bad","invalidParams":[]})"));
    check_failure(perform(Operation::post_receipt), World::refused, "400");
    network.expect("POST", receipts, answer(500));
    check_failure(perform(Operation::post_receipt), World::unknown, "500");
}

TEST_CASE_FIXTURE(Bench, "nothing is asked about what cannot be a reference") {
    PaymentCall call = this->call(Operation::capture, cola().amount);
    call.reference = PaymentReference{"../accounts"};
    check_failure(run(provider().perform(call)), World::refused, "bad_reference");
    check_failure(run(provider().query(PaymentReference{"short"}, nok)), World::refused, "bad_reference");
    check_failure(run(provider().events(PaymentReference{""})), World::refused, "bad_reference");
    CHECK(network.sent.empty());
}

TEST_CASE_FIXTURE(Bench, "the event log is read for the technician") {
    expect_token();
    network.expect("GET", payment + "/events",
                   answer(200, R"([{"reference":"vm-0042-0123456789abcdef","pspReference":"p1","name":"ABORTED",
                                    "amount":{"currency":"NOK","value":3500},"success":true}])"));
    const auto events = run(provider().events(reference));
    REQUIRE(events);
    CHECK(events->front().name == "ABORTED");
}

namespace {

/// The beginning of a PNG of that width and height (W3C PNG, 11.2.1), of at most 255 x 256 + 255 pixels a side.
std::string png_of(std::size_t width, std::size_t height) {
    const auto number = [](std::size_t value) {
        return std::string{'\0', '\0', static_cast<char>(value / 256), static_cast<char>(value % 256)};
    };
    return std::string("\x89PNG\r\n\x1a\n\0\0\0\rIHDR", 16) + number(width) + number(height) + "rest";
}

}  // namespace

TEST_CASE_FIXTURE(Bench, "a picture is fetched without credentials and must be a PNG") {
    const std::string url = "https://qr-image.vipps.no/v1?token=x";
    const std::string png = png_of(1024, 4096);
    network.expect("GET", url, answer(200, png));
    const auto picture = run(provider().load_picture(url));
    REQUIRE(picture);
    CHECK(**picture == png);
    for (const HttpHeader& header : network.sent.back().headers) {
        CHECK(header.name == "Accept");
    }

    network.expect("GET", url, answer(200, "<svg/>"));
    check_failure(run(provider().load_picture(url)), World::unknown, "garbled");
    network.expect("GET", url, answer(200, png + std::string(1024 * 1024, 'x')));
    check_failure(run(provider().load_picture(url)), World::unknown, "garbled");
    for (const std::string& unsound : {png_of(4097, 400), png_of(400, 4097), png_of(0, 400), png.substr(0, 20)}) {
        network.expect("GET", url, answer(200, unsound));
        check_failure(run(provider().load_picture(url)), World::unknown, "garbled");
    }
    network.expect("GET", url, answer(404));
    CHECK_FALSE(run(provider().load_picture(url)));
    network.expect("GET", url, unknown("timeout"));
    check_failure(run(provider().load_picture(url)), World::unknown, "timeout");
    check_failure(run(provider().load_picture("http://qr-image.vipps.no/v1")), World::refused, "bad_url");
    check_failure(run(provider().load_picture("file:///etc/passwd")), World::refused, "bad_url");
    CHECK(network.done());
}

TEST_CASE_FIXTURE(Bench, "calls that start together share one token") {
    expect_token();
    network.expect("GET", payment, answer(200, shown("CREATED", 0, 0, 0, 0)));
    network.expect("GET", payment, answer(200, shown("CREATED", 0, 0, 0, 0)));
    const auto first = start(provider().query(reference, nok));
    const auto second = start(provider().query(reference, nok));
    settle();
    REQUIRE((*first && *second));
    CHECK(**first);
    CHECK(**second);
    CHECK(network.sent.size() == 3);
}
