#include "controller/sale/outcome.hpp"

#include <doctest/doctest.h>

#include <stdexcept>

#include "tests/controller/sale/story.hpp"

using namespace qrvend;
using namespace qrvend::test;
using namespace std::chrono_literals;
using State = PaymentStatus::State;
using Facts = std::vector<Fact>;

namespace {

PaymentStatus in_state(State state) {
    return {
        .state = state,
        .amounts = {.authorized = amount(0), .captured = amount(0), .cancelled = amount(0), .refunded = amount(0)}};
}

PaymentStatus approved(std::int64_t captured = 0, std::int64_t cancelled = 0, std::int64_t refunded = 0) {
    return {.state = State::authorized,
            .amounts = {.authorized = amount(price),
                        .captured = amount(captured),
                        .cancelled = amount(cancelled),
                        .refunded = amount(refunded)},
            .provider_reference = "psp"};
}

fact::Authorized authorization(Money money = amount(price)) {
    return {.payment = {}, .amount = money, .provider_reference = "psp"};
}

fact::Attempted attempted(Operation operation, World world, const std::string& code) {
    return {.payment = {}, .operation = operation, .attempt = 1, .world = world, .code = code};
}

Facts ended(const Story& story, Operation operation, const Result<PaymentStatus>& result) {
    return outcome_of_call(story.sale(), {.operation = operation, .amount = amount(0)}, result);
}

Facts asked(const Story& story, const Result<PaymentStatus>& result) {
    return outcome_of_asking(story.sale(), PaymentNo{1}, result);
}

const Operation all_calls[] = {Operation::request, Operation::capture, Operation::cancel_unapproved,
                               Operation::cancel,  Operation::refund,  Operation::post_receipt};

}  // namespace

TEST_CASE("every operation that brings no answer is an attempt in its world, with the other side's code and wait") {
    for (const Operation operation : all_calls) {
        Story story = Story{}.requested().authorized();
        story.intends(operation, story.payment().of(operation).number + 1);
        const std::uint32_t number = story.payment().of(operation).number;
        for (const World world : {World::refused, World::unknown, World::unsent}) {
            const Failure failure{
                .world = world, .code = "E1", .detail = "x", .refusal = Refusal::impossible, .retry_after = 7s};
            CHECK(ended(story, operation, std::unexpected(failure)) ==
                  Facts{fact::Attempted{.payment = {},
                                        .operation = operation,
                                        .attempt = number,
                                        .world = world,
                                        .code = "E1",
                                        .refusal = Refusal::impossible,
                                        .retry_after = 7s}});
        }
    }
}

TEST_CASE("an answered request brings what to show and for how long") {
    const Story story = Story{}.intends(Operation::request);
    PaymentStatus status = in_state(State::pending);
    status.provider_reference = "psp";
    status.to_show = ToShow{.content = "qr"};
    status.life = 60s;
    CHECK(ended(story, Operation::request, status) ==
          Facts{fact::Requested{
              .payment = {}, .provider_reference = "psp", .to_show = {.content = "qr"}, .life = 60s}});
}

TEST_CASE("an answered request without a code, or without its life, counts as unanswered") {
    const Story story = Story{}.intends(Operation::request);
    const Facts unanswered{attempted(Operation::request, World::unknown, "no_code")};
    PaymentStatus status = in_state(State::pending);
    CHECK(ended(story, Operation::request, status) == unanswered);
    status.to_show = ToShow{.content = "qr"};
    CHECK(ended(story, Operation::request, status) == unanswered);
}

TEST_CASE("a posted receipt is posted") {
    const Story story = Story{}.requested().authorized().captures().intends(Operation::post_receipt);
    CHECK(ended(story, Operation::post_receipt, approved(price)) == Facts{fact::ReceiptPosted{.payment = {}}});
}

TEST_CASE("a capture is done when the provider shows all of it captured") {
    const Story story = Story{}.requested().authorized().intends(Operation::capture);
    CHECK(ended(story, Operation::capture, approved(price)) ==
          Facts{fact::Captured{.payment = {}, .total = amount(price)}});
    CHECK(ended(story, Operation::capture, approved()) ==
          Facts{attempted(Operation::capture, World::unknown, "not_shown")});
    CHECK(ended(story, Operation::capture, approved(40)) ==
          Facts{fact::Captured{.payment = {}, .total = amount(40)},
                attempted(Operation::capture, World::unknown, "not_shown")});
}

TEST_CASE("ending an unapproved payment is done when it has ended, and not done when it is approved or pending") {
    const Story story = Story{}.requested().intends(Operation::cancel_unapproved, 1, 0);
    const auto end = [&](const PaymentStatus& status) {
        return ended(story, Operation::cancel_unapproved, status);
    };
    const fact::Attempted not_shown = attempted(Operation::cancel_unapproved, World::unknown, "not_shown");
    CHECK(end(in_state(State::cancelled)) == Facts{fact::Cancelled{.payment = {}, .total = amount(0)}});
    CHECK(end(in_state(State::declined)) == Facts{fact::Declined{.payment = {}}});
    CHECK(end(in_state(State::expired)) == Facts{fact::Expired{.payment = {}}});
    CHECK(end(in_state(State::pending)) == Facts{not_shown});
    CHECK(end(approved()) == Facts{authorization(), not_shown});
}

TEST_CASE("a cancelling is done when nothing is reserved any more, whatever else the answer brings") {
    const Story unapproved = Story{}.requested().intends(Operation::cancel, 1, 0);
    CHECK(ended(unapproved, Operation::cancel, in_state(State::cancelled)) ==
          Facts{fact::Cancelled{.payment = {}, .total = amount(0)}});
    CHECK(ended(unapproved, Operation::cancel, in_state(State::declined)) == Facts{fact::Declined{.payment = {}}});
    CHECK(ended(unapproved, Operation::cancel, in_state(State::expired)) == Facts{fact::Expired{.payment = {}}});
    CHECK(ended(unapproved, Operation::cancel, approved(0, price)) ==
          Facts{authorization(), fact::Cancelled{.payment = {}, .total = amount(price)}});

    const Story reserved = Story{}.requested().authorized().intends(Operation::cancel, 1, 0);
    const fact::Attempted not_shown = attempted(Operation::cancel, World::unknown, "not_shown");
    CHECK(ended(reserved, Operation::cancel, approved(0, price)) ==
          Facts{fact::Cancelled{.payment = {}, .total = amount(price)}});
    CHECK(ended(reserved, Operation::cancel, approved(40, 60)) ==
          Facts{fact::Captured{.payment = {}, .total = amount(40)},
                fact::Cancelled{.payment = {}, .total = amount(60)}});
    CHECK(ended(reserved, Operation::cancel, approved()) == Facts{not_shown});
    CHECK(ended(reserved, Operation::cancel, approved(0, 60)) ==
          Facts{fact::Cancelled{.payment = {}, .total = amount(60)}, not_shown});
}

TEST_CASE("a refund is done when this much more is shown returned, and on its way until then") {
    const Story story = Story{}.requested().authorized().captures().intends(Operation::refund);
    const fact::RefundPending pending{.payment = {}, .amount = amount(price)};
    CHECK(ended(story, Operation::refund, approved(price, 0, price)) ==
          Facts{fact::Refunded{.payment = {}, .total = amount(price)}});
    CHECK(ended(story, Operation::refund, approved(price)) == Facts{pending});
    CHECK(ended(story, Operation::refund, approved(price, 0, 30)) ==
          Facts{fact::Refunded{.payment = {}, .total = amount(30)}, pending});

    Story rest = Story{story}.refunded(30).intends(Operation::refund, 2, 70);
    CHECK(ended(rest, Operation::refund, approved(price, 0, price)) ==
          Facts{fact::Refunded{.payment = {}, .total = amount(price)}});
}

TEST_CASE("a call that meets the customer approving is refused for now, and says so each time") {
    for (const Operation operation : {Operation::cancel_unapproved, Operation::cancel}) {
        const Facts approving{fact::Approving{.payment = {}}, attempted(operation, World::refused, "approving")};
        Story story = Story{}.requested().intends(operation, 1, 0);
        CHECK(ended(story, operation, in_state(State::approving)) == approving);
        CHECK(ended(story.then(fact::Approving{.payment = {}}), operation, in_state(State::approving)) ==
              approving);
    }
}

TEST_CASE("asking brings what is new, and that it was answered") {
    const fact::Asked answered{.payment = {}};
    const Story story = Story{}.requested();
    CHECK(asked(story, in_state(State::pending)) == Facts{answered});
    CHECK(asked(story, in_state(State::approving)) == Facts{fact::Approving{.payment = {}}, answered});
    CHECK(asked(story, in_state(State::declined)) == Facts{fact::Declined{.payment = {}}, answered});
    CHECK(asked(story, in_state(State::expired)) == Facts{fact::Expired{.payment = {}}, answered});
    CHECK(asked(story, approved()) == Facts{authorization(), answered});
    CHECK(asked(story, approved(price, 0, 20)) ==
          Facts{authorization(), fact::Captured{.payment = {}, .total = amount(price)},
                fact::Refunded{.payment = {}, .total = amount(20)}, answered});
    CHECK(
        asked(story, unknown("timeout")) ==
        Facts{fact::Attempted{
            .payment = {}, .operation = Operation::ask, .attempt = 0, .world = World::unknown, .code = "timeout"}});
}

TEST_CASE("what the sale knows already is no news") {
    CHECK(news(Story{}.requested().authorized().captures().sale(), PaymentNo{1}, approved(price)).empty());
    for (const auto& [fact, state] :
         {std::pair{Fact{fact::Declined{.payment = {}}}, State::declined},
          std::pair{Fact{fact::Expired{.payment = {}}}, State::expired},
          std::pair{Fact{fact::Approving{.payment = {}}}, State::approving},
          std::pair{Fact{fact::Cancelled{.payment = {}, .total = amount(0)}}, State::cancelled},
          std::pair{Fact{fact::Absent{.payment = {}}}, State::absent}}) {
        CHECK(news(Story{}.requested().then(fact).sale(), PaymentNo{1}, in_state(state)).empty());
    }
}

TEST_CASE("an answer that lags behind undoes no total") {
    const Story captured = Story{}.requested().authorized().captures();
    CHECK(news(captured.sale(), PaymentNo{1}, approved()).empty());
    const Story refunded =
        Story{}.requested().authorized().captures().then(fact::Refunded{.payment = {}, .total = amount(price)});
    CHECK(news(refunded.sale(), PaymentNo{1}, approved(price)).empty());
    const Story freed =
        Story{}.requested().authorized().then(fact::Cancelled{.payment = {}, .total = amount(price)});
    CHECK(news(freed.sale(), PaymentNo{1}, approved()).empty());
}

TEST_CASE("a reference that the provider never answered for may be absent; a known one is not found by mistake") {
    const Facts not_found{fact::Attempted{
        .payment = {}, .operation = Operation::ask, .attempt = 0, .world = World::unknown, .code = "not_found"}};
    const PaymentStatus absent = in_state(State::absent);
    Story sent = Story{}.intends(Operation::request).fails(Operation::request, World::unknown);
    CHECK(asked(sent, absent) == Facts{fact::Absent{.payment = {}}, fact::Asked{.payment = {}}});
    CHECK(asked(Story{}.requested(), absent) == not_found);
    CHECK(asked(Story{}.requested().authorized(), absent) == not_found);
    CHECK(asked(Story{sent}.asked(), absent) == not_found);  // it answered once, so the payment exists
    CHECK(asked(sent.then(fact::Absent{.payment = {}}), absent) == Facts{fact::Asked{.payment = {}}});
}

TEST_CASE("an approval in another currency brings its amounts in that currency") {
    const PaymentStatus in_euro{
        .state = State::authorized,
        .amounts = {.authorized = euro(price), .captured = euro(price), .cancelled = euro(0), .refunded = euro(0)},
        .provider_reference = "psp"};
    Story story = Story{}.requested();
    CHECK(news(story.sale(), PaymentNo{1}, in_euro) ==
          Facts{authorization(euro(price)), fact::Captured{.payment = {}, .total = euro(price)}});
    story.authorized();
    CHECK(news(story.sale(), PaymentNo{1}, in_euro).front() == Fact{authorization(euro(price))});
}

TEST_CASE("an approval that changes later is news, whether in its amount, its currency, or its being there") {
    const Story story = Story{}.requested().authorized();
    PaymentStatus status = approved();
    for (const Money other : {amount(less_than_price), euro(price), amount(0)}) {
        status.amounts.authorized = other;
        CHECK(news(story.sale(), PaymentNo{1}, status) == Facts{authorization(other)});
    }
    status.amounts.authorized = euro(0);  // of nothing, the currency says nothing
    CHECK(news(Story{}.requested().authorized(amount(0)).sale(), PaymentNo{1}, status).empty());
    status.amounts = approved(price).amounts;
    status.amounts.captured.currency = euro(0).currency;
    CHECK(news(Story{}.requested().authorized().captures().sale(), PaymentNo{1}, status) ==
          Facts{fact::Captured{.payment = {}, .total = euro(price)}});
}

TEST_CASE("a payment that the sale does not have is a programmer's error") {
    CHECK_THROWS_AS((void)news(Story{}.sale(), PaymentNo{1}, approved()), std::logic_error);
    CHECK_THROWS_AS((void)asked(Story{}, approved()), std::logic_error);
}

TEST_CASE("the machine's word becomes the vend's outcome; a vend that was never commanded has failed") {
    using Outcome = VendResult::Outcome;
    CHECK(outcome_of_vend({.outcome = Outcome::vended, .reason = "drop"}) == Fact{fact::Vended{.proof = "drop"}});
    CHECK(outcome_of_vend({.outcome = Outcome::failed, .reason = "jam"}) ==
          Fact{fact::VendFailed{.reason = "jam"}});
    CHECK(outcome_of_vend({.outcome = Outcome::unknown, .reason = "?"}) == Fact{fact::VendUnknown{.reason = "?"}});
    CHECK(outcome_of_vend({.outcome = Outcome::unsent, .reason = "bus"}) ==
          Fact{fact::VendFailed{.reason = "not commanded: bus"}});
}
