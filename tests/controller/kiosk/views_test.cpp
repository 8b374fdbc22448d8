#include "controller/kiosk/views.hpp"

#include <doctest/doctest.h>

#include "tests/controller/sale/story.hpp"

using namespace qrvend;
using namespace qrvend::test;

namespace {

using namespace std::chrono_literals;
using NotCharged = view::NotCharged::Why;

view::Offer offer() {
    return {.slot = Slot{12}, .name = "Cola", .price = amount(price)};
}

View seen(const Story& story, const PngBytes& picture = nullptr) {
    return view_of_sale(story.sale(), story.next().step, offer(), picture);
}

bool leaves(const Story& story) {
    return leaves_kiosk(story.sale());
}

View not_charged(NotCharged why) {
    return view::NotCharged{.offer = offer(), .why = why};
}

Story picture_requested() {
    return Story{}
        .intends(Operation::request)
        .then(
            fact::Requested{.payment = {},
                            .provider_reference = "psp",
                            .to_show = {.kind = ToShow::Kind::picture_url, .content = "https://pay.example/1.png"},
                            .life = 10min});
}

Story with_unknown_vend(UnknownVend policy) {
    return Story{{.unknown_vend = policy}}.requested().authorized().captures().vend_started().then(
        fact::VendUnknown{.reason = "silence"});
}

}  // namespace

TEST_CASE("until the provider has answered, the payment is being prepared") {
    CHECK(seen(Story{}) == View{view::Preparing{.offer = offer()}});
    CHECK(seen(Story{}.intends(Operation::request)) == View{view::Preparing{.offer = offer()}});
    CHECK_FALSE(leaves(Story{}));
}

TEST_CASE("then the code stands on the screen until it expires") {
    const Story story = Story{}.requested();
    const auto view = std::get<view::ScanToPay>(seen(story));
    CHECK(view.qr_text == "https://pay.example/1");
    CHECK(view.qr_picture == nullptr);
    CHECK(view.provider == "vipps");
    CHECK(view.until == start + 300s);
    CHECK_FALSE(view.approving);
    CHECK_FALSE(leaves(story));
}

TEST_CASE("a provider's own picture is shown once it is there") {
    CHECK(seen(picture_requested()) == View{view::Preparing{.offer = offer()}});
    const auto picture = std::make_shared<const std::string>("PNG");
    const auto view = std::get<view::ScanToPay>(seen(picture_requested(), picture));
    CHECK(view.qr_picture == picture);
    CHECK(view.qr_text.empty());
}

TEST_CASE("while the customer approves, the code is no longer to be scanned") {
    CHECK(std::get<view::ScanToPay>(seen(Story{}.requested().then(fact::Approving{.payment = {}}))).approving);
}

TEST_CASE("from the approval to the vend the sale is being finished") {
    CHECK(seen(Story{}.requested().authorized()) == View{view::Finishing{.offer = offer()}});
    CHECK(seen(Story{}.requested().authorized().intends(Operation::capture)) ==
          View{view::Finishing{.offer = offer()}});
    CHECK(seen(Story{}.requested().authorized().captures()) == View{view::Dispensing{.offer = offer()}});
    CHECK(seen(Story{{.capture = CaptureOrder::after_vend}}.requested().authorized()) ==
          View{view::Dispensing{.offer = offer()}});
}

TEST_CASE("a vend is being dispensed until its end is known, and keeps the kiosk") {
    const Story story = Story{}.requested().authorized().captures().vend_started();
    CHECK(seen(story) == View{view::Dispensing{.offer = offer()}});
    CHECK_FALSE(leaves(story));
}

TEST_CASE("a dropped product is to be taken, and the kiosk is free although the receipt is not posted") {
    Story story = Story{}.requested().authorized().captures().vend_started().then(fact::Vended{.proof = "sensor"});
    CHECK(seen(story) == View{view::TakeProduct{.offer = offer()}});
    CHECK(leaves(story));
    story.then(fact::Closed{.result = SaleResult::sold});
    CHECK(seen(story) == View{view::TakeProduct{.offer = offer()}});
}

TEST_CASE("a product that did not drop: the money goes back, and then it is back") {
    Story story =
        Story{}.requested().authorized().captures().vend_started().then(fact::VendFailed{.reason = "jam"});
    CHECK(seen(story) == View{view::MoneyReturned{.offer = offer(), .done = false}});
    CHECK(leaves(story));
    story.intends(Operation::refund).refunded().then(fact::Closed{.result = SaleResult::returned});
    CHECK(seen(story) == View{view::MoneyReturned{.offer = offer(), .done = true}});
}

TEST_CASE("a vend that nobody can tell the end of shows what the config decides") {
    CHECK(seen(with_unknown_vend(UnknownVend::refund)) ==
          View{view::MoneyReturned{.offer = offer(), .done = false}});
    CHECK(seen(with_unknown_vend(UnknownVend::charge)) == View{view::TakeProduct{.offer = offer()}});
    const Story held = with_unknown_vend(UnknownVend::attention);
    CHECK(seen(held) == View{view::AskOperator{.offer = offer(), .sale = SaleId{"S"}}});
    CHECK(leaves(held));
}

TEST_CASE("the end of the wait is being settled, and then says why nothing was charged") {
    Story story = Story{}.requested();
    story.after(300s);
    CHECK(seen(story) == View{view::Finishing{.offer = offer()}});
    story.left(LeftReason::timeout);
    CHECK(seen(story) == View{view::Finishing{.offer = offer()}});
    CHECK_FALSE(leaves(story));
    story.intends(Operation::cancel_unapproved, 1, 0).cancelled(0);
    story.then(fact::Closed{.result = SaleResult::not_paid});
    CHECK(seen(story) == not_charged(NotCharged::expired));
    CHECK(leaves(story));
}

TEST_CASE("why nothing was charged") {
    const auto closed = [](Story story) { return seen(story.then(fact::Closed{.result = SaleResult::not_paid})); };
    const auto ended = [](LeftReason reason) {
        return Story{}.requested().left(reason).intends(Operation::cancel_unapproved, 1, 0).cancelled(0);
    };
    const auto abandoned = [](AbandonReason reason) {
        return seen(Story{}.requested().then(fact::Abandoned{.reason = reason}));
    };
    CHECK(closed(Story{}.requested().then(fact::Declined{.payment = {}})) == not_charged(NotCharged::rejected));
    CHECK(closed(Story{}.requested().then(fact::Expired{.payment = {}})) == not_charged(NotCharged::expired));
    CHECK(closed(ended(LeftReason::cancelled)) == not_charged(NotCharged::cancelled));
    CHECK(closed(ended(LeftReason::other_selection)) == not_charged(NotCharged::cancelled));
    CHECK(closed(ended(LeftReason::stopping)) == not_charged(NotCharged::cancelled));
    CHECK(closed(Story{}.left()) == not_charged(NotCharged::cancelled));
    CHECK(closed(Story{}.intends(Operation::request).fails(Operation::request, World::refused)) ==
          not_charged(NotCharged::provider_unreachable));
    CHECK(seen(Story{}.requested().then(fact::Withdrawn{})) == not_charged(NotCharged::cancelled));
    CHECK(abandoned(AbandonReason::provider_unreachable) == not_charged(NotCharged::provider_unreachable));
    CHECK(abandoned(AbandonReason::capture_failed) == not_charged(NotCharged::provider_unreachable));
    CHECK(abandoned(AbandonReason::restart) == not_charged(NotCharged::provider_unreachable));
    CHECK(abandoned(AbandonReason::machine_limit) == not_charged(NotCharged::expired));
    CHECK(abandoned(AbandonReason::machine_not_ready) == not_charged(NotCharged::machine_not_ready));
}

TEST_CASE("an approval that cannot be served is money to be returned, never nothing") {
    CHECK(seen(Story{}.requested().authorized().then(fact::Withdrawn{})) ==
          View{view::MoneyReturned{.offer = offer(), .done = false}});
    CHECK(seen(Story{}.requested().authorized(amount(less_than_price))) ==
          View{view::MoneyReturned{.offer = offer(), .done = false}});
    CHECK(leaves(Story{}.requested().authorized().then(fact::Withdrawn{})));
}
