// The sandbox on an event loop: delays and losses reach the caller, webhooks reach their owner.

#include "drivers/vipps/sandbox/host.hpp"

#include <doctest/doctest.h>

#include <memory>

#include "tests/drivers/vipps/fakes.hpp"
#include "tests/drivers/vipps/sandbox/merchant.hpp"

using namespace qrvend;
using namespace qrvend::vipps::sandbox;
using namespace qrvend::vipps::sandbox::test;
using qrvend::vipps::test::FakeClock;
using qrvend::vipps::test::ScriptedTransport;

namespace {

namespace asio = boost::asio;

struct Stage {
    asio::io_context io;
    FakeClock clock;
    ScriptedTransport network;
    SeededRandom random;
    Settings settings = usual_settings();
    Sandbox sandbox{settings, random};
    Host host{sandbox, network, clock};

    void settle() {
        do {
            io.restart();
            io.poll();
        } while (clock.run_one());
    }

    void pass(milliseconds time) {
        clock.advance(time);
        settle();
    }

    std::shared_ptr<std::optional<HttpResponse>> ask(HttpRequest request) {
        auto result = std::make_shared<std::optional<HttpResponse>>();
        asio::co_spawn(io, keep(host.handler()(std::move(request)), result), asio::detached);
        settle();
        return result;
    }

    std::optional<HttpResponse> token() {
        return *ask({.method = "POST",
                     .url = "/accesstoken/get",
                     .headers = {{"client_id", settings.client_id},
                                 {"client_secret", settings.client_secret},
                                 {"Ocp-Apim-Subscription-Key", settings.subscription_key}},
                     .body = {}});
    }

    HttpResponse call(std::string method, std::string url, const json::Value& body) {
        const auto result =
            ask({.method = std::move(method),
                 .url = std::move(url),
                 .headers = {{"Authorization", "Bearer " + read(token().value()).text("access_token")},
                             {"Ocp-Apim-Subscription-Key", settings.subscription_key},
                             {"Merchant-Serial-Number", settings.merchant_serial_number},
                             {"Content-Type", "application/json"},
                             {"Idempotency-Key", "the-key"}},
                 .body = json::dump(body)});
        REQUIRE(result->has_value());
        return **result;
    }

private:
    static asio::awaitable<void> keep(asio::awaitable<HttpResponse> task,
                                      std::shared_ptr<std::optional<HttpResponse>> result) {
        result->emplace(co_await std::move(task));
    }
};

const std::string hook = "https://machine.example/vipps";

}  // namespace

TEST_CASE("a delayed answer comes when its time has come") {
    Stage stage;
    REQUIRE(stage.sandbox.add_fault(CallFault{.call = Call::token, .delay = 3s}));
    const auto answer = stage.ask({.method = "POST", .url = "/accesstoken/get", .headers = {}, .body = {}});
    CHECK_FALSE(answer->has_value());
    stage.pass(2999ms);
    CHECK_FALSE(answer->has_value());
    stage.pass(1ms);
    REQUIRE(answer->has_value());
    CHECK((*answer)->status == 401);
}

TEST_CASE("what is lost comes when nobody waits any more") {
    for (const Trouble trouble : {Trouble::lose_request, Trouble::lose_answer}) {
        Stage stage;
        REQUIRE(stage.sandbox.add_fault(CallFault{.call = Call::token, .trouble = trouble}));
        const auto answer = stage.ask({.method = "POST", .url = "/accesstoken/get", .headers = {}, .body = {}});
        stage.pass(Host::lost_for - 1ms);
        CHECK_FALSE(answer->has_value());
        stage.pass(1ms);
        CHECK(answer->has_value());
    }
}

TEST_CASE("webhooks are delivered as the events happen, and again where they were refused") {
    Stage stage;
    asio::co_spawn(stage.io, stage.host.run_webhooks(), asio::detached);
    stage.settle();
    CHECK(stage
              .call("POST", "/webhooks/v1/webhooks",
                    {{"url", hook}, {"events", {"epayments.payment.created.v1", "epayments.payment.expired.v1"}}})
              .status == 201);

    stage.network.expect("POST", hook, vipps::test::answer(500));
    CHECK(stage.call("POST", "/epayment/v1/payments", Merchant::order("vm-0001-0001")).status == 201);
    CHECK(stage.network.done());

    stage.network.expect("POST", hook, vipps::test::answer(200));
    stage.pass(1999ms);
    CHECK_FALSE(stage.network.done());
    stage.pass(1ms);
    CHECK(stage.network.done());
    CHECK(stage.network.sent[0].body == stage.network.sent[1].body);

    // Nobody calls the sandbox any more: the pump itself wakes at the expiry.
    stage.network.expect("POST", hook, vipps::test::answer(200));
    stage.pass(10min);
    CHECK(stage.network.done());
    CHECK(stage.network.sent[2].body.find("EXPIRED") != std::string::npos);
    CHECK(stage.network.deadlines[2] == 10s);
}

TEST_CASE("a change by the sandbox's own calls is delivered once the host is told") {
    Stage stage;
    asio::co_spawn(stage.io, stage.host.run_webhooks(), asio::detached);
    stage.call("POST", "/webhooks/v1/webhooks",
               {{"url", hook}, {"events", json::Value::array({"epayments.payment.authorized.v1"})}});
    stage.call("POST", "/epayment/v1/payments", Merchant::order("vm-0001-0001"));
    REQUIRE(stage.sandbox.approve("vm-0001-0001", CustomerAge::old_enough, stage.clock.now()));
    stage.network.expect("POST", hook, vipps::test::answer(200));
    stage.host.changed();
    stage.settle();
    CHECK(stage.network.done());
}
