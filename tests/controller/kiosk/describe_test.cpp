#include "controller/kiosk/describe.hpp"

#include <doctest/doctest.h>

#include <set>

#include "tests/drivers/fact_samples.hpp"

using namespace qrvend;

namespace {

template <class Enum>
std::set<std::string_view> words_of(std::initializer_list<Enum> values) {
    std::set<std::string_view> words;
    for (const Enum value : values) {
        const std::string_view word = to_string(value);
        CHECK_FALSE(word.empty());
        words.insert(word);
    }
    CHECK(words.size() == values.size());
    return words;
}

}  // namespace

TEST_CASE("every fact has the name that the documents use") {
    const std::vector<std::string_view> names{
        "Opened",         "Intended",  "Attempted",      "Requested", "Authorized", "Declined",    "Expired",
        "Approving",      "Asked",     "Absent",         "Left",      "Withdrawn",  "Captured",    "Cancelled",
        "RefundPending",  "Refunded",  "VendStarted",    "Vended",    "VendFailed", "VendUnknown", "ReceiptPosted",
        "ReceiptGivenUp", "Abandoned", "NeedsAttention", "Closed"};
    const auto facts = test::one_of_each();
    REQUIRE(facts.size() == names.size());
    for (std::size_t index = 0; index < facts.size(); ++index) {
        CHECK(name_of(facts[index]) == names[index]);
    }
}

TEST_CASE("a fact's words say what it is about, on one line") {
    CHECK(describe(test::opened()) == "slot 12, Solbærsirup 0,5 l, 34.00 NOK, vipps");
    CHECK(describe(test::intended()) == "capture 7, vm42-0123456789abcdef");
    CHECK(describe(test::attempted()) == "refund 4000000000, refused: 409");
    CHECK(describe(fact::Authorized{.payment = {}, .amount = test::money(3400), .provider_reference = "psp"}) ==
          "34.00 NOK");
    CHECK(describe(fact::Left{.reason = LeftReason::timeout}) == "timeout");
    CHECK(describe(fact::VendFailed{.reason = "motor blocked"}) == "motor blocked");
    CHECK(describe(fact::Closed{.result = SaleResult::returned}) == "money returned");
    CHECK(describe(fact::Withdrawn{}).empty());
    for (const Fact& fact : test::one_of_each()) {
        CHECK_FALSE(describe(fact).contains('\n'));
    }
}

TEST_CASE("no key, no body, no code to scan and no driver's state enters the words") {
    const std::string secret = "SECRET";
    const fact::Intended intended{.payment = {},
                                  .reference = PaymentReference{"reference"},
                                  .key = IdempotencyKey{secret},
                                  .amount = test::money(1),
                                  .body = secret};
    const fact::Requested requested{
        .payment = {}, .provider_reference = secret, .to_show = {.content = secret}, .life = seconds(1)};
    const fact::Authorized authorized{.payment = {}, .amount = test::money(1), .provider_reference = secret};
    const fact::VendStarted started{.ticket = {.request = RequestId{"r"}, .slot = Slot{1}, .state = secret}};
    for (const Fact& fact : {Fact{intended}, Fact{requested}, Fact{authorized}, Fact{started}}) {
        CHECK_FALSE(describe(fact).contains(secret));
    }
}

TEST_CASE("the log's level says what has to follow") {
    CHECK(level_of(test::opened()) == LogLevel::notice);
    CHECK(level_of(fact::Closed{}) == LogLevel::notice);
    CHECK(level_of(test::intended()) == LogLevel::info);
    CHECK(level_of(fact::Vended{}) == LogLevel::info);
    CHECK(level_of(test::attempted()) == LogLevel::warning);
    CHECK(level_of(fact::VendFailed{}) == LogLevel::warning);
    CHECK(level_of(fact::VendUnknown{}) == LogLevel::warning);
    CHECK(level_of(fact::ReceiptGivenUp{}) == LogLevel::warning);
    CHECK(level_of(fact::NeedsAttention{}) == LogLevel::error);
}

TEST_CASE("every value of every list has words of its own") {
    words_of({Operation::request, Operation::capture, Operation::cancel_unapproved, Operation::cancel,
              Operation::refund, Operation::post_receipt, Operation::ask});
    words_of({World::refused, World::unknown, World::unsent});
    words_of({AttentionReason::amount_differs, AttentionReason::reference_taken, AttentionReason::vend_unknown,
              AttentionReason::cannot_capture, AttentionReason::cannot_return, AttentionReason::takes_long,
              AttentionReason::contradiction});
    words_of({AbandonReason::restart, AbandonReason::provider_unreachable, AbandonReason::capture_failed,
              AbandonReason::machine_limit, AbandonReason::machine_not_ready});
    words_of({LeftReason::timeout, LeftReason::cancelled, LeftReason::other_selection, LeftReason::stopping});
    words_of({SaleResult::sold, SaleResult::not_paid, SaleResult::returned, SaleResult::given_away});
}
