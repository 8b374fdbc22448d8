#include <doctest/doctest.h>

#include <stdexcept>

#include "tests/controller/sale/story.hpp"

using namespace qrvend;
using namespace qrvend::test;
using namespace std::chrono_literals;
using Standing = Payment::Standing;
using Tried = Attempts::Standing;

TEST_CASE("a sale that has just been opened is after serving and knows no payment") {
    const Story story;
    CHECK(story.sale().first_payment() == nullptr);
    CHECK(story.sale().facts == 1);
    CHECK(goal_of(story.sale()) == Goal::serve);
    CHECK_FALSE(story.sale().closed());
}

TEST_CASE("an intent puts the attempt and its bytes on record, in doubt until its outcome is known") {
    const Story story = Story{}.intends(Operation::request);
    const Attempts& request = story.payment().of(Operation::request);
    CHECK(story.payment().standing == Standing::sent);
    CHECK(story.payment().reference == PaymentReference{"ref"});
    CHECK(request.standing == Tried::open);
    CHECK(request.number == 1);
    CHECK(request.key == IdempotencyKey{"key1"});
    CHECK(request.body == "body");
    CHECK(request.amount_minor == price);
    CHECK(story.payment().in_doubt());
}

TEST_CASE("an attempt that surely never left is no doubt, but an earlier sending of it still is") {
    CHECK_FALSE(Story{}.intends(Operation::request).fails(Operation::request, World::unsent).payment().in_doubt());

    Story story = Story{}.intends(Operation::request).fails(Operation::request, World::unknown);
    CHECK(story.payment().in_doubt());
    story.intends(Operation::request).fails(Operation::request, World::unsent);
    CHECK(story.payment().in_doubt());
    story.intends(Operation::request).fails(Operation::request, World::unsent);
    CHECK(story.payment().in_doubt());
}

TEST_CASE("an attempt that was interrupted before its outcome is a doubtful earlier sending") {
    const Story story =
        Story{}.intends(Operation::request).intends(Operation::request).fails(Operation::request, World::unsent);
    CHECK(story.payment().in_doubt());
}

TEST_CASE("a refused first creation made nothing; one refused after a doubtful sending may have") {
    CHECK(Story{}.intends(Operation::request).fails(Operation::request, World::refused).payment().standing ==
          Standing::not_made);

    const Story doubtful = Story{}
                               .intends(Operation::request)
                               .fails(Operation::request, World::unknown)
                               .intends(Operation::request)
                               .fails(Operation::request, World::refused);
    CHECK(doubtful.payment().standing == Standing::sent);
    CHECK(doubtful.payment().in_doubt());
}

TEST_CASE("a refused act must be asked about, a refused receipt not") {
    Story story = Story{}.requested().authorized();
    CHECK(Story{story}.intends(Operation::capture).fails(Operation::capture, World::refused).payment().in_doubt());
    CHECK_FALSE(
        story.intends(Operation::post_receipt).fails(Operation::post_receipt, World::refused).payment().in_doubt());
}

TEST_CASE("failures in a row are counted, with the wait that the other side asked for, until it works") {
    Story story = Story{}.requested().authorized().intends(Operation::capture);
    story.fails(Operation::capture, World::unknown).intends(Operation::capture);
    story.fails(Operation::capture, World::refused, Refusal::impossible, 7s);
    const Attempts& capture = story.payment().of(Operation::capture);
    CHECK(capture.failures == 2);
    CHECK(capture.refusal == Refusal::impossible);
    CHECK(capture.retry_after == 7s);
    CHECK(story.captured().payment().of(Operation::capture).failures == 0);
}

TEST_CASE("an answered request shows the code and ends the doubt") {
    const Story story = Story{}.requested(5min);
    CHECK(story.payment().standing == Standing::pending);
    CHECK(story.payment().requested->life == 5min);
    CHECK(story.payment().of(Operation::request).standing == Tried::done);
    CHECK_FALSE(story.payment().in_doubt());
}

TEST_CASE("an answer to the request that comes after the approval does not undo it") {
    CHECK(Story{}.intends(Operation::request).authorized().requested().payment().standing == Standing::authorized);
}

TEST_CASE("an approval for exactly the order serves") {
    const Story story = Story{}.requested().authorized();
    CHECK(story.sale().serves(story.payment()));
    CHECK(story.payment().reserved_minor() == price);
    CHECK(goal_of(story.sale()) == Goal::serve);
}

TEST_CASE("any other approval is for giving back") {
    const auto goal_after = [](auto... facts) {
        Story story = Story{}.requested();
        (story.then(facts), ...);
        return goal_of(story.sale());
    };
    const fact::Authorized exact{.payment = {}, .amount = amount(price), .provider_reference = {}};
    CHECK(goal_after(exact) == Goal::serve);
    CHECK(goal_after(fact::Authorized{.payment = {}, .amount = amount(price - 1), .provider_reference = {}}) ==
          Goal::give_back);
    CHECK(goal_after(fact::Authorized{.payment = {}, .amount = amount(0), .provider_reference = {}}) ==
          Goal::give_back);
    CHECK(goal_after(fact::Authorized{.payment = {}, .amount = euro(price), .provider_reference = {}}) ==
          Goal::give_back);
    CHECK(goal_after(exact, fact::Cancelled{.payment = {}, .total = amount(price)}) == Goal::give_back);
    CHECK(goal_after(exact, fact::Refunded{.payment = {}, .total = amount(1)}) == Goal::give_back);
    // Captured, but not by us.
    CHECK(goal_after(exact, fact::Captured{.payment = {}, .total = amount(price)}) == Goal::give_back);
}

TEST_CASE("a second approval for another amount, or in another currency, cannot be") {
    CHECK_FALSE(Story{}.requested().authorized().authorized().payment().contradicted);
    CHECK(Story{}.requested().authorized().authorized(amount(price + 1)).payment().contradicted);
    CHECK(Story{}.requested().authorized().authorized(euro(price)).payment().contradicted);
}

TEST_CASE("a payment ends declined, expired, absent or cancelled, and forgets that the customer was approving") {
    const auto standing_after = [](const Fact& fact) {
        Story story = Story{}.requested().then(fact::Approving{.payment = {}}).then(fact);
        CHECK_FALSE(story.payment().contradicted);
        return story.payment().standing;
    };
    CHECK(standing_after(fact::Declined{.payment = {}}) == Standing::declined);
    CHECK(standing_after(fact::Expired{.payment = {}}) == Standing::expired);
    CHECK(standing_after(fact::Absent{.payment = {}}) == Standing::absent);
    CHECK(standing_after(fact::Cancelled{.payment = {}, .total = amount(0)}) == Standing::cancelled);
    CHECK_FALSE(Story{}
                    .requested()
                    .then(fact::Approving{.payment = {}})
                    .then(fact::Declined{.payment = {}})
                    .payment()
                    .approving_since);
}

TEST_CASE("approved money does not vanish because the payment is said to have ended") {
    for (const Fact& end :
         {Fact{fact::Declined{.payment = {}}}, Fact{fact::Expired{.payment = {}}},
          Fact{fact::Absent{.payment = {}}}, Fact{fact::Cancelled{.payment = {}, .total = amount(0)}}}) {
        const Story story = Story{}.requested().authorized().then(end);
        CHECK(story.payment().contradicted);
        CHECK(story.payment().standing == Standing::authorized);
        CHECK(story.payment().reserved_minor() == price);
        CHECK(goal_of(story.sale()) == Goal::give_back);
    }
}

TEST_CASE("an answer of the provider ends every doubt") {
    Story story = Story{}.intends(Operation::request).fails(Operation::request, World::unknown).asked();
    CHECK_FALSE(story.payment().in_doubt());
    CHECK(story.payment().standing == Standing::pending);
    CHECK(story.payment().of(Operation::request).standing == Tried::unknown);
}

TEST_CASE("asking in vain is counted, and an answer counts on only while a refund is awaited") {
    Story story = Story{}.requested().authorized().captures();
    story.fails(Operation::ask, World::unknown).fails(Operation::ask, World::refused);
    CHECK(story.payment().of(Operation::ask).failures == 2);
    CHECK(story.asked().payment().of(Operation::ask).failures == 0);
    story.intends(Operation::refund).then(fact::RefundPending{.payment = {}, .amount = amount(price)});
    CHECK(story.asked().asked().payment().of(Operation::ask).failures == 2);
}

TEST_CASE("totals are what the provider shows") {
    Story story = Story{}.requested().authorized();
    story.intends(Operation::capture).captured(40);
    CHECK(story.payment().captured_minor == 40);
    CHECK(story.payment().reserved_minor() == 60);
    CHECK(story.payment().of(Operation::capture).doubt);  // it was for 100
    story.captured();
    CHECK_FALSE(story.payment().of(Operation::capture).doubt);
    story.intends(Operation::refund).refunded(30);
    CHECK(story.payment().kept_minor() == 70);
    CHECK(story.refunded().payment().kept_minor() == 0);
}

TEST_CASE("freed money leaves an approved payment approved") {
    const Story story = Story{}.requested().authorized().intends(Operation::cancel, 1, 0).cancelled(price);
    CHECK(story.payment().standing == Standing::authorized);
    CHECK(story.payment().reserved_minor() == 0);
    CHECK_FALSE(story.payment().in_doubt());
}

TEST_CASE("a refund on its way is pending until all of it is back") {
    Story story = Story{}.requested().authorized().captures().intends(Operation::refund);
    story.then(fact::RefundPending{.payment = {}, .amount = amount(price)});
    CHECK(story.payment().refund_pending);
    CHECK_FALSE(story.payment().in_doubt());
    CHECK(story.refunded(99).payment().refund_pending);
    CHECK_FALSE(story.refunded().payment().refund_pending);
}

TEST_CASE("a total in a currency that is not the payment's cannot be, and is not added up") {
    const Story story = Story{}.requested().authorized().then(fact::Captured{.payment = {}, .total = euro(price)});
    CHECK(story.payment().contradicted);
    CHECK(story.payment().captured_minor == 0);
}

TEST_CASE("the first leaving counts; withdrawal and abandoning turn the sale to giving back") {
    const Story left = Story{}.requested().left(LeftReason::timeout).left(LeftReason::cancelled);
    CHECK(left.sale().left->reason == LeftReason::timeout);
    CHECK(goal_of(left.sale()) == Goal::serve);
    CHECK(goal_of(Story{}.requested().authorized().then(fact::Withdrawn{}).sale()) == Goal::give_back);
    CHECK(goal_of(Story{}.requested().then(fact::Abandoned{}).sale()) == Goal::give_back);
}

TEST_CASE("the intent of what may return money ends the serving, and that of ending an unapproved one does not") {
    const Story story = Story{}.requested().authorized();
    CHECK(goal_of(Story{story}.intends(Operation::cancel_unapproved, 1, 0).sale()) == Goal::serve);
    CHECK(goal_of(Story{story}.intends(Operation::cancel, 1, 0).sale()) == Goal::give_back);
    CHECK(goal_of(Story{story}.captures().intends(Operation::refund).sale()) == Goal::give_back);
}

TEST_CASE("the outcome of the vend decides whose the money is") {
    const auto goal_after = [](const Fact& outcome, UnknownVend unknown_vend) {
        return goal_of(Story{{.unknown_vend = unknown_vend}}
                           .requested()
                           .authorized()
                           .captures()
                           .vend_started()
                           .then(outcome)
                           .sale());
    };
    CHECK(goal_of(Story{}.requested().authorized().captures().vend_started().sale()) == Goal::find_out);
    CHECK(goal_after(fact::Vended{}, UnknownVend::refund) == Goal::keep);
    CHECK(goal_after(fact::VendFailed{}, UnknownVend::charge) == Goal::give_back);
    CHECK(goal_after(fact::VendUnknown{}, UnknownVend::refund) == Goal::give_back);
    CHECK(goal_after(fact::VendUnknown{}, UnknownVend::charge) == Goal::keep);
    CHECK(goal_after(fact::VendUnknown{}, UnknownVend::attention) == Goal::hold);
}

TEST_CASE("each of a sale's payments is told by its number") {
    fact::Intended second = intent(Operation::request, 1, price);
    second.payment = PaymentNo{2};
    second.reference = PaymentReference{"another"};
    Story story = Story{}.requested().then(second);
    CHECK(story.sale().payment(PaymentNo{1})->reference == PaymentReference{"ref"});
    CHECK(story.sale().payment(PaymentNo{2})->reference == PaymentReference{"another"});
    CHECK(story.sale().payment(PaymentNo{3}) == nullptr);
    story.then(fact::Authorized{.payment = PaymentNo{2}, .amount = amount(price), .provider_reference = "psp"});
    CHECK(story.sale().payment(PaymentNo{1})->standing == Standing::pending);
    CHECK(story.sale().payment(PaymentNo{2})->standing == Standing::authorized);
}

TEST_CASE("a receipt is done when it is posted or given up") {
    Story story = Story{}.requested().authorized().captures().vend_started().then(fact::Vended{});
    CHECK_FALSE(story.sale().receipt_done);
    CHECK(Story{story}.then(fact::ReceiptGivenUp{.payment = {}, .code = "x"}).sale().receipt_done);
    story.intends(Operation::post_receipt).then(fact::ReceiptPosted{.payment = {}});
    CHECK(story.sale().receipt_done);
    CHECK_FALSE(story.payment().in_doubt());
}

TEST_CASE("attention is listed by its reason, and a sale closes with its result") {
    const Story story = Story{}
                            .requested()
                            .then(fact::NeedsAttention{.reason = AttentionReason::takes_long, .detail = {}})
                            .then(fact::Closed{.result = SaleResult::returned});
    CHECK(story.sale().attention == std::set{AttentionReason::takes_long});
    CHECK(story.sale().result == SaleResult::returned);
    CHECK(story.sale().closed());
}

TEST_CASE("a fact that cannot follow stops the reading of the journal") {
    const auto refuses = [](Story story, const Fact& fact) { CHECK_THROWS_AS(story.then(fact), std::logic_error); };
    const Story opened_only;
    const Story paid = Story{}.requested().authorized().captures();
    const fact::VendStarted vend{.ticket = {.request = RequestId{"r"}, .slot = Slot{12}, .state = {}}};

    SUBCASE("a second Opened") {
        refuses(opened_only, opened({}));
    }
    SUBCASE("anything after Closed") {
        refuses(Story{}.then(fact::Closed{}), fact::Left{});
        refuses(Story{}.then(fact::Closed{}), fact::Closed{});
    }
    SUBCASE("anything about a payment that was never intended") {
        for (const Fact& fact :
             {Fact{fact::Attempted{.payment = {}, .code = {}}}, Fact{fact::Asked{.payment = {}}},
              Fact{fact::Requested{.payment = {}, .provider_reference = {}, .to_show = {}}},
              Fact{fact::Authorized{.payment = {}, .amount = amount(price), .provider_reference = {}}},
              Fact{fact::Declined{.payment = {}}}, Fact{fact::Expired{.payment = {}}},
              Fact{fact::Approving{.payment = {}}}, Fact{fact::Absent{.payment = {}}},
              Fact{fact::Captured{.payment = {}, .total = amount(price)}},
              Fact{fact::Cancelled{.payment = {}, .total = amount(0)}},
              Fact{fact::RefundPending{.payment = {}, .amount = amount(price)}},
              Fact{fact::Refunded{.payment = {}, .total = amount(price)}},
              Fact{fact::ReceiptPosted{.payment = {}}}}) {
            refuses(opened_only, fact);
        }
    }
    SUBCASE("an act on a payment before its request") {
        refuses(opened_only, intent(Operation::capture, 1, price));
    }
    SUBCASE("a payment number that leaves one out") {
        fact::Intended third = intent(Operation::request, 1, price);
        third.payment = PaymentNo{3};
        refuses(paid, third);
    }
    SUBCASE("an attempt that leaves a number out, or goes back") {
        refuses(paid, intent(Operation::refund, 2, price));
        refuses(Story{paid}.intends(Operation::refund).intends(Operation::refund, 2),
                intent(Operation::refund, 1, price));
    }
    SUBCASE("the end of an attempt that was not made") {
        refuses(paid, fact::Attempted{.payment = {}, .operation = Operation::refund, .attempt = 1, .code = {}});
        refuses(paid, fact::Attempted{.payment = {}, .operation = Operation::capture, .attempt = 2, .code = {}});
    }
    SUBCASE("a second vend") {
        refuses(Story{paid}.vend_started(), vend);
        refuses(Story{paid}.vend_started().then(fact::VendFailed{}), vend);
    }
    SUBCASE("a vend without an approval that serves") {
        refuses(opened_only, vend);
        refuses(Story{}.requested(), vend);
        refuses(Story{}.requested().authorized(amount(less_than_price)), vend);
        refuses(Story{paid}.then(fact::Withdrawn{}), vend);
        refuses(Story{paid}.then(fact::Abandoned{}), vend);
        refuses(Story{paid}.intends(Operation::refund), vend);
    }
    SUBCASE("the outcome of a vend that was not started, or a second outcome") {
        for (const Fact& outcome : {Fact{fact::Vended{}}, Fact{fact::VendFailed{}}, Fact{fact::VendUnknown{}}}) {
            refuses(paid, outcome);
            refuses(Story{paid}.vend_started().then(fact::Vended{}), outcome);
        }
    }
    SUBCASE("abandoning after the vend has started") {
        refuses(Story{paid}.vend_started(), fact::Abandoned{});
    }
}
