#include "drivers/sqlite/fact_json.hpp"

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include <set>

#include "drivers/json/json.hpp"
#include "drivers/sqlite/fact_names.hpp"
#include "tests/drivers/fact_samples.hpp"

using namespace qrvend;
using namespace qrvend::sqlite;

namespace {

bool comes_back(const Fact& fact) {
    const auto read = fact_from_json(kind_of(fact), fact_to_json(fact));
    return read && *read == fact;
}

template <class Enum, class MakeFact>
void check_every_value(MakeFact make_fact) {
    std::set<std::string_view> names;
    std::uint8_t number = 0;
    for (; !name_of(static_cast<Enum>(number)).empty(); ++number) {
        const auto value = static_cast<Enum>(number);
        CHECK(value_of<Enum>(name_of(value)) == value);
        CHECK(comes_back(make_fact(value)));
        names.insert(name_of(value));
    }
    CHECK(names.size() == number);
    CHECK(number >= 2);
    CHECK_THROWS_AS(fact_to_json(make_fact(static_cast<Enum>(number))), std::invalid_argument);
}

/// What reading `fact` complains about once `change` has spoilt its stored object.
template <class Change>
std::string complaint_after(const Fact& fact, Change change) {
    json::Value object = json::parse(fact_to_json(fact)).value();
    change(object);
    const auto read = fact_from_json(kind_of(fact), json::dump(object));
    return read ? "" : read.error();
}

}  // namespace

TEST_CASE("every kind of fact comes back exactly, under a name of its own") {
    const auto facts = test::one_of_each();
    REQUIRE(facts.size() == std::variant_size_v<Fact>);
    std::set<std::string_view> kinds;
    for (std::size_t index = 0; index < facts.size(); ++index) {
        CAPTURE(kind_of(facts[index]));
        CHECK(facts[index].index() == index);
        CHECK(comes_back(facts[index]));
        kinds.insert(kind_of(facts[index]));
    }
    CHECK(kinds.size() == facts.size());
}

TEST_CASE("empty optionals, extreme numbers and any bytes come back exactly") {
    for (const Fact& fact : test::hard_cases()) {
        CAPTURE(fact_to_json(fact).substr(0, 200));
        CHECK(comes_back(fact));
    }
}

TEST_CASE("every value of every enum comes back") {
    check_every_value<Operation>([](Operation value) {
        auto fact = test::intended();
        fact.operation = value;
        return Fact(fact);
    });
    check_every_value<World>([](World value) {
        auto fact = test::attempted();
        fact.world = value;
        return Fact(fact);
    });
    check_every_value<Refusal>([](Refusal value) {
        auto fact = test::attempted();
        fact.refusal = value;
        return Fact(fact);
    });
    check_every_value<LeftReason>([](LeftReason value) { return Fact(fact::Left{.reason = value}); });
    check_every_value<AbandonReason>([](AbandonReason value) { return Fact(fact::Abandoned{.reason = value}); });
    check_every_value<AttentionReason>(
        [](AttentionReason value) { return Fact(fact::NeedsAttention{.reason = value, .detail = ""}); });
    check_every_value<SaleResult>([](SaleResult value) { return Fact(fact::Closed{.result = value}); });
    check_every_value<CaptureOrder>([](CaptureOrder value) {
        auto fact = test::opened();
        fact.policy.capture = value;
        return Fact(fact);
    });
    check_every_value<UnknownVend>([](UnknownVend value) {
        auto fact = test::opened();
        fact.policy.unknown_vend = value;
        return Fact(fact);
    });
    check_every_value<ToShow::Kind>([](ToShow::Kind value) {
        fact::Requested fact;
        fact.to_show.kind = value;
        return Fact(fact);
    });
}

TEST_CASE("any text and any number come back") {
    CHECK(rc::check("Intended", [](const std::string& body, const std::string& key, std::int64_t minor,
                                   std::uint32_t attempt, std::uint16_t payment) {
        fact::Intended fact = test::intended(body);
        fact.key = IdempotencyKey(key);
        fact.amount.minor = minor;
        fact.attempt = attempt;
        fact.payment.number = payment;
        RC_ASSERT(comes_back(fact));
    }));
    CHECK(rc::check("bytes that are seldom UTF-8", [] {
        const auto bytes = *rc::gen::container<std::string>(rc::gen::arbitrary<char>());
        RC_ASSERT(comes_back(fact::VendFailed{.reason = bytes}));
        RC_ASSERT(comes_back(fact::Vended{.proof = "\xf0\x9f\x8d\xba" + bytes}));
    }));
    CHECK(rc::check("durations", [](std::int64_t limit, std::int64_t timeout, bool posts) {
        fact::Opened fact = test::opened();
        fact.policy.answer_limit = milliseconds(limit);
        fact.policy.payment_timeout = seconds(timeout);
        fact.policy.posts_receipt = posts;
        RC_ASSERT(comes_back(fact));
    }));
}

TEST_CASE("the stored form is the one that released versions have written") {
    CHECK(
        fact_to_json(test::intended("{}")) ==
        R"({"amount":{"currency":"NOK","minor":3400},"attempt":7,"body":"{}","key":"key-1","operation":"capture",)"
        R"("payment":2,"reference":"vm42-0123456789abcdef"})");
    CHECK(fact_to_json(fact::Vended{.proof = "\xff\x01"}) == R"({"proof":{"hex":"ff01"}})");
    CHECK(fact_to_json(fact::Withdrawn{}) == "{}");
}

TEST_CASE("a kind of fact from another version is refused by name") {
    CHECK(fact_from_json("teleported", "{}").error() == "unknown kind of fact 'teleported'");
    CHECK(fact_from_json("closed", "{\"result\":").error() == "fact 'closed': not JSON");
    CHECK(fact_from_json("closed", "[]").error() == "fact 'closed': it is not an object");
}

TEST_CASE("what is missing, unknown or mistyped is named, and nothing of it is guessed") {
    const Fact fact = test::opened();
    CHECK(complaint_after(fact, [](auto& object) { object.erase("account"); }) ==
          "fact 'opened': member 'account' is missing");
    CHECK(complaint_after(fact, [](auto& object) { object["tip"] = 1; }) ==
          "fact 'opened': member 'tip' is not known to this version of qrvend");
    CHECK(complaint_after(fact, [](auto& object) { object["policy"]["haste"] = 1; }) ==
          "fact 'opened': member 'policy.haste' is not known to this version of qrvend");
    CHECK(complaint_after(fact, [](auto& object) { object["policy"]["capture"] = "never"; }) ==
          "fact 'opened': member 'policy.capture' has an unknown value: 'never'");
    CHECK(complaint_after(fact, [](auto& object) { object["policy"]["posts_receipt"] = 1; }) ==
          "fact 'opened': member 'policy.posts_receipt' is neither true nor false");
    CHECK(complaint_after(fact, [](auto& object) { object["product"] = "cola"; }) ==
          "fact 'opened': member 'product' is not an object");
    CHECK(complaint_after(fact, [](auto& object) { object["amount"]["minor"] = 1.5; }) ==
          "fact 'opened': member 'amount.minor' is not a whole number");
    CHECK(complaint_after(fact, [](auto& object) { object["amount"]["minor"] = "3400"; }) ==
          "fact 'opened': member 'amount.minor' is not a whole number");
    CHECK(complaint_after(fact, [](auto& object) { object["amount"]["minor"] = 9223372036854775808U; }) ==
          "fact 'opened': member 'amount.minor' is out of range: 9223372036854775808");
    CHECK(complaint_after(fact, [](auto& object) { object["product"]["vat_bp"] = -1; }) ==
          "fact 'opened': member 'product.vat_bp' is out of range: -1");
    CHECK(complaint_after(fact, [](auto& object) {
              object["amount"]["currency"] = "XXX";
          }).starts_with("fact 'opened': member 'amount.currency' is not a known currency: 'XXX'"));
    CHECK(complaint_after(fact, [](auto& object) { object["provider"] = 7; }) ==
          "fact 'opened': member 'provider' is not a text");
    CHECK(complaint_after(fact, [](auto& object) { object["provider"] = {{"hex", "0"}}; }) ==
          "fact 'opened': member 'provider' is not a text");
    CHECK(complaint_after(fact, [](auto& object) { object["provider"] = {{"hex", "0g"}}; }) ==
          "fact 'opened': member 'provider' is not a text");
    CHECK(complaint_after(fact, [](auto& object) { object["selection"]["price"] = 5; }) ==
          "fact 'opened': member 'selection.price' is not an object");
}
