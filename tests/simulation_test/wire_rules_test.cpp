#include "tests/simulation/wire_rules.hpp"

#include <doctest/doctest.h>

using namespace qrvend;
using namespace qrvend::simulation;

namespace {

fact::Intended capture(const std::string& key, const std::string& body = "{}") {
    return {.payment = {},
            .operation = Operation::capture,
            .attempt = 1,
            .reference = PaymentReference{"ref"},
            .key = IdempotencyKey{key},
            .amount = {.minor = 100, .currency = *Currency::parse("NOK")},
            .body = body};
}

Act act(const std::string& key, const std::string& body = "{}") {
    return {.url = "https://api.example/capture", .key = key, .body = body};
}

}  // namespace

TEST_CASE("an act whose intent is on disk may leave, as often as it must") {
    WireRules rules;
    rules.intended(capture("key-1"));
    CHECK(rules.sent(act("key-1")) == "ref");
    CHECK(rules.sent(act("key-1")) == "ref");
    CHECK(rules.violations().empty());
}

TEST_CASE("an act without an intent, or with other bytes, may not") {
    WireRules rules;
    rules.intended(capture("key-1"));
    SUBCASE("another key") {
        rules.sent(act("key-2"));
    }
    SUBCASE("other bytes") {
        rules.sent(act("key-1", R"({"amount":1})"));
    }
    REQUIRE(rules.violations().size() == 1);
    CHECK(rules.violations().front().promise.starts_with("4:"));
}

TEST_CASE("another key may follow a refusal, and nothing else") {
    WireRules rules;
    rules.intended(capture("key-1"));
    rules.intended(capture("key-2"));
    rules.sent(act("key-1"));
    SUBCASE("after a refusal") {
        rules.refused("key-1");
        rules.sent(act("key-2"));
        CHECK(rules.violations().empty());
    }
    SUBCASE("without one") {
        rules.sent(act("key-2"));
        REQUIRE(rules.violations().size() == 1);
        CHECK(rules.violations().front().promise.starts_with("2:"));
        CHECK(rules.violations().front().who == "ref");
    }
}

TEST_CASE("an act that carries no key is known by its bytes") {
    WireRules rules;
    rules.intended(capture("key-1", "the receipt"));
    CHECK(rules.sent(act("", "the receipt")) == "ref");
    CHECK(rules.violations().empty());
    rules.sent(act("", "another receipt"));
    CHECK(rules.violations().size() == 1);
}

TEST_CASE("on a disk that no longer writes one cancel may leave without a record") {
    WireRules rules;
    const Act cancel{.url = "https://api.example/cancel", .key = "key-9", .body = "{}"};
    SUBCASE("one, and the same again with a fresh token") {
        rules.disk_broke();
        rules.sent(cancel);
        rules.sent(cancel);
        CHECK(rules.violations().empty());
        rules.sent({.url = cancel.url, .key = "key-10", .body = "{}"});
        CHECK(rules.violations().size() == 1);
    }
    SUBCASE("no capture") {
        rules.disk_broke();
        rules.sent(act("key-9"));
        CHECK(rules.violations().size() == 1);
    }
    SUBCASE("not by the next process") {
        rules.disk_broke();
        rules.process_began();
        rules.sent(cancel);
        CHECK(rules.violations().size() == 1);
    }
}

TEST_CASE("what ends a customer's wait may not return an approval") {
    WireRules rules;
    fact::Intended end = capture("key-1");
    end.operation = Operation::cancel_unapproved;
    rules.intended(end);
    rules.sent(act("key-1"));
    CHECK(rules.violations().empty());
    Act returns = act("key-1");
    returns.returns_approval = true;
    rules.sent(returns);
    REQUIRE(rules.violations().size() == 1);
    CHECK(rules.violations().front().promise.starts_with("2:"));
}
