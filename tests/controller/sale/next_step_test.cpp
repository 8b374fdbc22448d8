#include <doctest/doctest.h>

#include "tests/controller/sale/story.hpp"

using namespace qrvend;
using namespace qrvend::test;
using namespace std::chrono_literals;

namespace {

const Policy before_vend{};
const Policy after_vend{.capture = CaptureOrder::after_vend};

step::Call call(Operation operation, std::int64_t minor, std::uint32_t attempt = 1) {
    return {.operation = operation, .attempt = attempt, .repeat = false, .amount = amount(minor)};
}

step::Call repeat(Operation operation, std::int64_t minor, std::uint32_t attempt = 1) {
    return {.operation = operation, .attempt = attempt, .repeat = true, .amount = amount(minor)};
}

Step asks() {
    return step::AskProvider{};
}

Step writes(const Fact& fact) {
    return step::Write{.fact = fact};
}

Step closes(SaleResult result) {
    return writes(fact::Closed{.result = result});
}

Step abandons(AbandonReason reason) {
    return writes(fact::Abandoned{.reason = reason});
}

Step lists(AttentionReason reason) {
    return writes(fact::NeedsAttention{.reason = reason, .detail = {}});
}

Step leaves_at_timeout() {
    return writes(fact::Left{.reason = LeftReason::timeout});
}

Step waits_until(milliseconds since_start) {
    return step::AwaitPayment{.payment = {}, .until = start + since_start};
}

Story& list(Story& story, AttentionReason reason) {
    return story.then(fact::NeedsAttention{.reason = reason, .detail = {}});
}

Story refused_for_good(Story story, Operation operation, std::int64_t minor) {
    return story.intends(operation, 1, minor).fails(operation, World::refused, Refusal::impossible).asked();
}

}  // namespace

TEST_CASE("the usual way, capture before the vend") {
    Story story{before_vend};
    CHECK(story.next().step == Step{call(Operation::request, price)});
    CHECK(story.requested().next().step == waits_until(300s));
    CHECK(story.authorized().next().step == Step{call(Operation::capture, price)});
    CHECK(story.captures().next().step == Step{step::Vend{}});
    CHECK(story.vend_started().then(fact::Vended{}).next().step == Step{call(Operation::post_receipt, price)});
    story.intends(Operation::post_receipt).then(fact::ReceiptPosted{.payment = {}});
    CHECK(story.next().step == closes(SaleResult::sold));
    CHECK(story.then(fact::Closed{.result = SaleResult::sold}).next().step == Step{step::Rest{}});
}

TEST_CASE("the usual way, capture after the vend") {
    Story story = Story{after_vend}.requested().authorized();
    CHECK(story.next().step == Step{step::Vend{}});
    CHECK(story.vend_started().then(fact::Vended{}).next().step == Step{call(Operation::capture, price)});
    CHECK(story.captures().next().step == Step{call(Operation::post_receipt, price)});
}

TEST_CASE("where the receipt is no call of its own, the sale closes without") {
    Story story = Story{{.posts_receipt = false}}.requested().authorized().captures();
    CHECK(story.vend_started().then(fact::Vended{}).next().step == closes(SaleResult::sold));
}

TEST_CASE("a failed vend is refunded or freed") {
    Story captured = Story{before_vend}.requested().authorized().captures();
    captured.vend_started().then(fact::VendFailed{});
    CHECK(captured.next().step == Step{call(Operation::refund, price)});
    CHECK(captured.intends(Operation::refund).refunded().next().step == closes(SaleResult::returned));

    Story reserved = Story{after_vend}.requested().authorized().vend_started().then(fact::VendFailed{});
    CHECK(reserved.next().step == Step{call(Operation::cancel, 0)});
    CHECK(reserved.intends(Operation::cancel, 1, 0).cancelled(price).next().step == closes(SaleResult::returned));
}

TEST_CASE("a vend without an outcome is asked about, and follows the rule where nobody can tell") {
    const auto next_under = [](UnknownVend rule, CaptureOrder order) {
        Story story = Story{{.capture = order, .unknown_vend = rule}}.requested().authorized();
        if (order == CaptureOrder::before_vend) {
            story.captures();
        }
        CHECK(story.vend_started().next().step == Step{step::AskMachine{}});
        CHECK(Story{story}.after_reboot().next().step == Step{step::AskMachine{}});
        return story.then(fact::VendUnknown{}).next().step;
    };
    CHECK(next_under(UnknownVend::refund, CaptureOrder::before_vend) == Step{call(Operation::refund, price)});
    CHECK(next_under(UnknownVend::refund, CaptureOrder::after_vend) == Step{call(Operation::cancel, 0)});
    CHECK(next_under(UnknownVend::charge, CaptureOrder::before_vend) == Step{call(Operation::post_receipt, price)});
    CHECK(next_under(UnknownVend::charge, CaptureOrder::after_vend) == Step{call(Operation::capture, price)});
    CHECK(next_under(UnknownVend::attention, CaptureOrder::before_vend) == lists(AttentionReason::vend_unknown));
}

TEST_CASE("a vend that only a technician can judge rests once it is listed") {
    Story story = Story{{.unknown_vend = UnknownVend::attention}}.requested().authorized().captures();
    story.vend_started().then(fact::VendUnknown{});
    CHECK(list(story, AttentionReason::vend_unknown).next().step == Step{step::Rest{}});
}

TEST_CASE("a request without an answer is repeated as it was, with growing waits, for twenty seconds") {
    Story story = Story{}.intends(Operation::request).fails(Operation::request, World::unknown);
    CHECK(story.next().step == Step{repeat(Operation::request, price)});
    CHECK(story.next().not_before == start + 2s);
    story.after(2s).intends(Operation::request).fails(Operation::request, World::unsent);
    CHECK(story.next().step == Step{repeat(Operation::request, price)});
    CHECK(story.next().not_before == start + 6s);
    CHECK(story.after(17'999ms).next().step == Step{repeat(Operation::request, price)});
    CHECK(story.after(1ms).next().step == abandons(AbandonReason::provider_unreachable));
}

TEST_CASE("the other side may ask for a longer wait, and no wait is longer than an hour") {
    Story story = Story{}.requested().authorized().then(fact::Withdrawn{}).intends(Operation::cancel, 1, 0);
    CHECK(Story{story}.fails(Operation::cancel, World::unsent, {}, 40s).next().not_before == start + 40s);
    CHECK(Story{story}.fails(Operation::cancel, World::unsent, {}, 40h).next().not_before == start + 1h);
    CHECK(Story{story}.fails(Operation::cancel, World::unsent).next().not_before == start + 2s);
}

TEST_CASE("a wait from before a restart of the computer is over") {
    Story story = Story{}.requested().authorized().then(fact::Withdrawn{}).intends(Operation::cancel, 1, 0);
    story.fails(Operation::cancel, World::unsent, {}, 40s).after_reboot();
    CHECK(story.next().not_before == story.stamp().monotonic);
}

TEST_CASE("a request that the provider refuses ends the sale; a doubtful one is settled first") {
    CHECK(Story{}.intends(Operation::request).fails(Operation::request, World::refused).next().step ==
          closes(SaleResult::not_paid));

    Story doubtful = Story{}.intends(Operation::request).fails(Operation::request, World::unknown);
    doubtful.intends(Operation::request).fails(Operation::request, World::refused);
    CHECK(doubtful.next().step == abandons(AbandonReason::provider_unreachable));
    CHECK(doubtful.then(fact::Abandoned{}).next().step == asks());
    CHECK(Story{doubtful}.then(fact::Absent{.payment = {}}).asked().next().step == closes(SaleResult::not_paid));
    CHECK(doubtful.asked().next().step == Step{call(Operation::cancel, 0)});
}

TEST_CASE("a reference that the provider knew before us is listed") {
    Story story = Story{}.intends(Operation::request).fails(Operation::request, World::refused, Refusal::conflict);
    CHECK(story.next().step == lists(AttentionReason::reference_taken));
    CHECK(list(story, AttentionReason::reference_taken).next().step == closes(SaleResult::not_paid));
}

TEST_CASE("a conflict that answers a repetition only says that the first sending arrived") {
    Story story = Story{}.intends(Operation::request).fails(Operation::request, World::unknown);
    story.intends(Operation::request).fails(Operation::request, World::refused, Refusal::conflict);
    CHECK(story.next().step == abandons(AbandonReason::provider_unreachable));
}

TEST_CASE("a customer who leaves before anything was sent costs nothing") {
    CHECK(Story{}.left().next().step == closes(SaleResult::not_paid));
    CHECK(Story{}.then(fact::Withdrawn{}).next().step == closes(SaleResult::not_paid));
    Story unsent = Story{}.intends(Operation::request).fails(Operation::request, World::unsent).left();
    CHECK(unsent.next().step == abandons(AbandonReason::provider_unreachable));
    CHECK(unsent.then(fact::Abandoned{}).next().step == closes(SaleResult::not_paid));
}

TEST_CASE("the code is shown for the shortest of the timeout, the payment's life and the machine's patience") {
    CHECK(Story{{.payment_timeout = 100s}}.requested().next().step == waits_until(100s));
    CHECK(Story{}.after(4s).requested(60s).next().step == waits_until(4s + 60s - 5s));
    CHECK(Story{{.answer_limit = 90s}}.after(4s).requested().next().step == waits_until(90s - 30s));
}

TEST_CASE("at the end of the wait the payment is ended in the form that spares an approval") {
    Story story = Story{}.requested().after(299'999ms);
    CHECK(story.next().step == waits_until(300s));
    CHECK(story.after(1ms).next().step == leaves_at_timeout());
    CHECK(story.left(LeftReason::timeout).next().step == Step{call(Operation::cancel_unapproved, 0)});
    CHECK(Story{story}.intends(Operation::cancel_unapproved, 1, 0).cancelled(0).next().step ==
          closes(SaleResult::not_paid));

    story.intends(Operation::cancel_unapproved, 1, 0).fails(Operation::cancel_unapproved, World::refused);
    CHECK(story.next().step == asks());
    CHECK(Story{story}.authorized().asked().next().step == Step{call(Operation::capture, price)});
    CHECK(story.asked().next().step == Step{call(Operation::cancel_unapproved, 0, 2)});
}

TEST_CASE("an end that the provider does not confirm in time is left to the background") {
    Story story = Story{}.requested().left().intends(Operation::cancel_unapproved, 1, 0);
    story.fails(Operation::cancel_unapproved, World::unknown);
    CHECK(story.next().step == asks());
    CHECK(Story{story}.asked().next().step == Step{repeat(Operation::cancel_unapproved, 0)});
    CHECK(story.after(14'999ms).next().step == asks());
    CHECK(story.after(1ms).next().step == abandons(AbandonReason::provider_unreachable));
    CHECK(story.then(fact::Abandoned{}).next().step == asks());
    CHECK(story.asked().next().step == Step{call(Operation::cancel, 0)});
}

TEST_CASE("while the customer is approving the wait goes on") {
    Story story = Story{}.requested().after(299s).then(fact::Approving{.payment = {}});
    CHECK(story.next().step == waits_until(329s));
    CHECK(story.after(2s).next().step == waits_until(329s));
    CHECK(story.after(28s).next().step == leaves_at_timeout());
}

TEST_CASE("a customer who leaves while approving is waited for, then the end is tried again") {
    Story story = Story{}.requested().left().intends(Operation::cancel_unapproved, 1, 0);
    story.then(fact::Approving{.payment = {}}).fails(Operation::cancel_unapproved, World::refused);
    CHECK(story.next().step == waits_until(30s));
    CHECK(story.after(30s).next().step == asks());
    CHECK(Story{story}.asked().next().step == Step{call(Operation::cancel_unapproved, 0, 2)});
    CHECK(story.after(15s).next().step == abandons(AbandonReason::provider_unreachable));
}

TEST_CASE("declined, expired and unknown payments end the sale") {
    CHECK(Story{}.requested().then(fact::Declined{.payment = {}}).next().step == closes(SaleResult::not_paid));
    CHECK(Story{}.requested().then(fact::Expired{.payment = {}}).next().step == closes(SaleResult::not_paid));
}

TEST_CASE("the machine has its answer before its limit") {
    const Policy limited{.answer_limit = 60s};
    for (Story story : {Story{limited}, Story{limited}.requested(), Story{limited}.requested().authorized(),
                        Story{limited}.requested().authorized().captures()}) {
        CHECK(story.next().not_before <= start + 55s);
        CHECK(story.after(54'999ms).next().step != abandons(AbandonReason::machine_limit));
        CHECK(story.after(1ms).next().step == abandons(AbandonReason::machine_limit));
    }
    Story approving = Story{limited}.requested().after(29s).then(fact::Approving{.payment = {}});
    CHECK(approving.next().step == waits_until(55s));
    Story vending = Story{limited}.requested().authorized().captures().vend_started().after(60s);
    CHECK(vending.next().step == Step{step::AskMachine{}});
}

TEST_CASE("a capture without an answer is repeated under its key for thirty seconds, then the money goes back") {
    Story story = Story{}.requested().authorized().intends(Operation::capture);
    story.fails(Operation::capture, World::unknown);
    CHECK(story.next().step == Step{repeat(Operation::capture, price)});
    CHECK(story.after(30s).next().step == abandons(AbandonReason::capture_failed));
    CHECK(story.then(fact::Abandoned{}).next().step == asks());
    CHECK(Story{story}.captured().asked().next().step == Step{call(Operation::refund, price)});
    CHECK(story.asked().next().step == Step{call(Operation::cancel, 0)});
}

TEST_CASE("a refused capture gets a new key only after the provider has shown it undone, and three at most") {
    Story story = Story{}.requested().authorized();
    for (std::uint32_t attempt = 1; attempt <= 3; ++attempt) {
        CHECK(story.next().step == Step{call(Operation::capture, price, attempt)});
        story.intends(Operation::capture, attempt).fails(Operation::capture, World::refused);
        CHECK(story.next().step == asks());
        story.asked();
    }
    CHECK(story.next().step == abandons(AbandonReason::capture_failed));
    CHECK(refused_for_good(Story{}.requested().authorized(), Operation::capture, price).next().step ==
          abandons(AbandonReason::capture_failed));
}

TEST_CASE("a capture after the vend is tried until it works or cannot") {
    Story dropped = Story{after_vend}.requested().authorized().vend_started().then(fact::Vended{});
    Story unanswered = Story{dropped}.intends(Operation::capture).fails(Operation::capture, World::unknown);
    CHECK(unanswered.after(72h).next().step == asks());
    CHECK(unanswered.asked().next().step == Step{repeat(Operation::capture, price)});

    Story impossible = refused_for_good(dropped, Operation::capture, price);
    CHECK(impossible.next().step == lists(AttentionReason::cannot_capture));
    CHECK(list(impossible, AttentionReason::cannot_capture).next().step == Step{step::Rest{}});

    Story lapsed = Story{dropped}.cancelled(price);
    CHECK(lapsed.next().step == lists(AttentionReason::cannot_capture));
    CHECK(list(lapsed, AttentionReason::cannot_capture).next().step == closes(SaleResult::given_away));
}

TEST_CASE("a product whose approval turns out to be none was given away, once both are listed") {
    Story story = Story{after_vend}.requested().authorized().vend_started().then(fact::Vended{});
    CHECK(story.authorized(amount(0)).next().step == lists(AttentionReason::contradiction));
    CHECK(list(story, AttentionReason::contradiction).next().step == lists(AttentionReason::cannot_capture));
    CHECK(list(story, AttentionReason::cannot_capture).next().step == closes(SaleResult::given_away));
}

TEST_CASE("abandoned, withdrawn: nothing is vended, and what is reserved or captured goes back") {
    for (const Fact& end : {Fact{fact::Abandoned{}}, Fact{fact::Withdrawn{}}}) {
        CHECK(Story{}.requested().then(end).next().step == Step{call(Operation::cancel, 0)});
        CHECK(Story{}.requested().then(end).authorized().next().step == Step{call(Operation::cancel, 0)});
        CHECK(Story{}.requested().authorized().captures().then(end).next().step ==
              Step{call(Operation::refund, price)});
    }
}

TEST_CASE("a sale whose request was interrupted by a restart asks before it ends") {
    Story story = Story{}.intends(Operation::request).after_reboot().then(fact::Abandoned{});
    CHECK(story.next().step == asks());
    CHECK(story.then(fact::Absent{.payment = {}}).asked().next().step == closes(SaleResult::not_paid));
}

TEST_CASE("a refund without an answer is asked about and repeated under its key, never begun anew") {
    Story story = Story{}.requested().authorized().captures().then(fact::Withdrawn{}).intends(Operation::refund);
    CHECK(story.fails(Operation::refund, World::unknown).next().step == asks());
    CHECK(story.asked().next().step == Step{repeat(Operation::refund, price)});
    story.intends(Operation::refund).fails(Operation::refund, World::refused);
    CHECK(story.next().step == asks());
    CHECK(story.asked().next().step == Step{call(Operation::refund, price, 2)});
}

TEST_CASE("a refund on its way is awaited, with growing waits, and listed after a day") {
    Story story = Story{}.requested().authorized().captures().then(fact::Withdrawn{}).intends(Operation::refund);
    story.then(fact::RefundPending{.payment = {}, .amount = amount(price)});
    CHECK(story.next().step == asks());
    CHECK(story.asked().asked().next().not_before == start + 4s);
    for (std::uint32_t more = 2; more < failures_of_a_day; ++more) {
        CHECK(story.next().step == asks());
        story.asked();
    }
    CHECK(story.next().step == lists(AttentionReason::takes_long));
    CHECK(list(story, AttentionReason::takes_long).next().step == asks());
    CHECK(story.refunded().next().step == closes(SaleResult::returned));
}

TEST_CASE("what the provider refuses for good to give back is listed and rests") {
    Story reserved =
        refused_for_good(Story{}.requested().authorized().then(fact::Withdrawn{}), Operation::cancel, 0);
    CHECK(reserved.next().step == lists(AttentionReason::cannot_return));
    CHECK(list(reserved, AttentionReason::cannot_return).next().step == Step{step::Rest{}});

    Story captured = refused_for_good(Story{}.requested().authorized().captures().then(fact::Withdrawn{}),
                                      Operation::refund, price);
    CHECK(captured.next().step == lists(AttentionReason::cannot_return));
    CHECK(list(captured, AttentionReason::cannot_return).next().step == Step{step::Rest{}});
}

TEST_CASE("an approval for other figures is listed and given back in its own currency") {
    Story less = Story{}.requested().authorized(amount(60));
    CHECK(less.next().step == lists(AttentionReason::amount_differs));
    CHECK(list(less, AttentionReason::amount_differs).next().step == Step{call(Operation::cancel, 0)});
    CHECK(less.intends(Operation::cancel, 1, 0).cancelled(60).next().step == closes(SaleResult::returned));

    Story taken = Story{}.requested().authorized(euro(price));
    taken.then(fact::Captured{.payment = {}, .total = euro(price)});
    CHECK(taken.next().step == lists(AttentionReason::amount_differs));
    CHECK(list(taken, AttentionReason::amount_differs).next().step ==
          Step{step::Call{.operation = Operation::refund, .amount = euro(price)}});
}

TEST_CASE("what cannot be is listed and left to a technician") {
    Story story = Story{}.requested().authorized().then(fact::Declined{.payment = {}});
    CHECK(story.next().step == lists(AttentionReason::contradiction));
    CHECK(list(story, AttentionReason::contradiction).next().step == Step{step::Rest{}});
}

TEST_CASE("a receipt is given up when it is refused or fails eight times, and the sale closes sold") {
    const Step gives_up = writes(fact::ReceiptGivenUp{.payment = {}, .code = "refused or not taken in time"});
    Story sold = Story{}.requested().authorized().captures().vend_started().then(fact::Vended{});
    CHECK(Story{sold}.intends(Operation::post_receipt).fails(Operation::post_receipt, World::refused).next().step ==
          gives_up);
    for (int failure = 0; failure < 8; ++failure) {
        CHECK(sold.next().step != gives_up);
        sold.intends(Operation::post_receipt).fails(Operation::post_receipt, World::unknown);
    }
    CHECK(sold.next().step == gives_up);
    CHECK(sold.then(fact::ReceiptGivenUp{.payment = {}, .code = "x"}).next().step == closes(SaleResult::sold));
}

TEST_CASE("the wait before another try doubles from its base up to an hour") {
    CHECK(backoff(2s, 0) == 0s);
    CHECK(backoff(2s, 1) == 2s);
    CHECK(backoff(2s, 2) == 4s);
    CHECK(backoff(2s, 11) == 2048s);
    CHECK(backoff(2s, 12) == 1h);
    CHECK(backoff(2s, 4'000'000'000U) == 1h);
}
