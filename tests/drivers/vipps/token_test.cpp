#include "drivers/vipps/token.hpp"

#include <doctest/doctest.h>

#include "tests/drivers/vipps/fakes.hpp"

using namespace qrvend;
using namespace qrvend::vipps::test;

namespace {

struct TokenBench : Bench {
    vipps::TokenSource tokens{settings, network, clock};

    Result<std::string> get() { return run(tokens.get()); }
    void expect_failure(Result<HttpResponse> reply) {
        network.expect("POST", base + "/accesstoken/get", std::move(reply));
    }
};

void check_failure(const Result<std::string>& result, World world, std::string_view code) {
    REQUIRE_FALSE(result);
    CHECK(result.error().world == world);
    CHECK(result.error().code == code);
    CHECK(result.error().detail.find("the-client-secret") == std::string::npos);
}

}  // namespace

TEST_CASE_FIXTURE(TokenBench, "the request for a token carries the credentials as headers, and no body") {
    expect_token();
    CHECK(get() == "token-1");
    REQUIRE(network.sent.size() == 1);
    const HttpRequest& request = network.sent.front();
    CHECK(header_value(request.headers, "client_id") == "the-client-id");
    CHECK(header_value(request.headers, "client_secret") == "the-client-secret");
    CHECK(header_value(request.headers, "Ocp-Apim-Subscription-Key") == "the-subscription-key");
    CHECK(header_value(request.headers, "Merchant-Serial-Number") == "123456");
    CHECK(header_value(request.headers, "Vipps-System-Name") == "qrvend");
    CHECK(header_value(request.headers, "Authorization").empty());
    CHECK(request.body.empty());
    CHECK(network.deadlines.front() == settings.deadlines.token);
}

TEST_CASE_FIXTURE(TokenBench, "a token serves until a tenth of its life is left") {
    expect_token("token-1", 3600);
    CHECK(get() == "token-1");
    clock.advance(seconds{3600 - 360 - 1});
    CHECK(get() == "token-1");
    clock.advance(seconds{1});
    expect_token("token-2", 86400);
    CHECK(get() == "token-2");
    clock.advance(seconds{86400 - 8640 - 1});
    CHECK(get() == "token-2");
    clock.advance(seconds{1});
    expect_token("token-3");
    CHECK(get() == "token-3");
}

TEST_CASE_FIXTURE(TokenBench, "a short-lived token is renewed a minute ahead, a very short one at its half") {
    expect_token("token-1", 300);
    CHECK(get() == "token-1");
    clock.advance(seconds{239});
    CHECK(get() == "token-1");
    clock.advance(seconds{1});
    expect_token("token-2", 60);
    CHECK(get() == "token-2");
    clock.advance(seconds{29});
    CHECK(get() == "token-2");
    clock.advance(seconds{1});
    expect_token("token-3");
    CHECK(get() == "token-3");
}

TEST_CASE_FIXTURE(TokenBench, "numbers may be numbers, and a token may be long") {
    const std::string long_token(2000, 'x');
    expect_failure(answer(200, R"({"expires_in":3600,"access_token":")" + long_token + R"("})"));
    CHECK(get() == long_token);
}

TEST_CASE_FIXTURE(TokenBench, "refused credentials are told in plain words and without secrets") {
    expect_failure(answer(401, R"({"error":"unauthorized_client"})"));
    const auto refused = get();
    check_failure(refused, World::refused, "401");
    CHECK(refused.error().detail.starts_with("client_id or client_secret refused by Vipps (401)"));
    expect_failure(answer(400, ""));
    check_failure(get(), World::refused, "400");
    expect_failure(answer(403, "<html>"));
    check_failure(get(), World::refused, "403");
}

TEST_CASE_FIXTURE(TokenBench, "whatever else goes wrong with a token, the call itself was not sent") {
    expect_failure(unknown("timeout"));
    check_failure(get(), World::unsent, "timeout");
    expect_failure(unsent("resolve_failed"));
    check_failure(get(), World::unsent, "resolve_failed");
    expect_failure(answer(500, ""));
    check_failure(get(), World::unsent, "no_token_500");
    expect_failure(answer(429, "", {{.name = "Retry-After", .value = "30"}}));
    const auto limited = get();
    check_failure(limited, World::unsent, "no_token_429");
    CHECK(limited.error().retry_after == seconds{30});
    for (const char* body :
         {"", "<html>", "{}", R"({"access_token":"x"})", R"({"expires_in":"3600"})",
          R"({"access_token":"","expires_in":"3600"})", R"({"access_token":"x","expires_in":"0"})",
          R"({"access_token":"a b","expires_in":"3600"})", R"({"access_token":"a\r\nX: b","expires_in":"3600"})"}) {
        CAPTURE(body);
        expect_failure(answer(200, body));
        check_failure(get(), World::unsent, "garbled");
    }
    expect_failure(answer(200, token_body(std::string(20'000, 'x'))));
    check_failure(get(), World::unsent, "garbled");
}

TEST_CASE_FIXTURE(TokenBench, "those who come while a token is fetched share it") {
    expect_token();
    const auto first = start(tokens.get());
    const auto second = start(tokens.get());
    const auto third = start(tokens.get());
    settle();
    REQUIRE((*first && *second && *third));
    CHECK(**first == "token-1");
    CHECK(**second == "token-1");
    CHECK(**third == "token-1");
    CHECK(network.sent.size() == 1);
}

TEST_CASE_FIXTURE(TokenBench, "those who come while a token is fetched share its failure") {
    expect_failure(unknown("timeout"));
    const auto first = start(tokens.get());
    const auto second = start(tokens.get());
    settle();
    REQUIRE((*first && *second));
    check_failure(**first, World::unsent, "timeout");
    check_failure(**second, World::unsent, "timeout");
    CHECK(network.sent.size() == 1);

    expect_token();
    CHECK(get() == "token-1");
}

TEST_CASE_FIXTURE(TokenBench, "where the one who fetches is cancelled, one of those who wait fetches") {
    network.expect_then("POST", base + "/accesstoken/get", []() -> Result<HttpResponse> {
        throw boost::system::system_error(asio::error::operation_aborted);
    });
    expect_token();
    bool cancelled = false;
    asio::co_spawn(io, tokens.get(),
                   [&](std::exception_ptr error, const Result<std::string>&) { cancelled = error != nullptr; });
    const auto second = start(tokens.get());
    const auto third = start(tokens.get());
    settle();
    CHECK(cancelled);
    REQUIRE((*second && *third));
    CHECK(**second == "token-1");
    CHECK(**third == "token-1");
    CHECK(network.sent.size() == 2);
}

TEST_CASE_FIXTURE(TokenBench, "a token that was turned away is not used again, and a newer one stays") {
    expect_token("token-1");
    CHECK(get() == "token-1");
    tokens.drop("token-1");
    expect_token("token-2");
    CHECK(get() == "token-2");
    tokens.drop("token-1");
    CHECK(get() == "token-2");
}

TEST_CASE_FIXTURE(TokenBench,
                  "an end in the middle of a fetch destroys everybody's wait, and nothing runs any more") {
    expect_token();
    const auto first = start(tokens.get());
    const auto second = start(tokens.get());
    io.poll_one();
    io.poll_one();
    CHECK(network.sent.size() == 1);
    CHECK_FALSE(first->has_value());
    CHECK_FALSE(second->has_value());
    // The fixture now destroys the source, the clock with its waits, and the loop with its handlers, in this order.
}
