// The driver's own client against the sandbox: what one sends, the other must take.

#include <doctest/doctest.h>

#include <memory>
#include <vector>

#include "drivers/vipps/provider.hpp"
#include "tests/drivers/vipps/fakes.hpp"
#include "tests/drivers/vipps/sandbox/merchant.hpp"

using namespace qrvend;
using namespace qrvend::vipps::sandbox;
using vipps::sandbox::test::SeededRandom;

namespace {

namespace asio = boost::asio;
using Shown = PaymentStatus::State;

const std::string sandbox_url = "http://127.0.0.1:8080";

// Requests reach the sandbox at once; what it loses comes back as a timeout.
class DirectTransport : public HttpTransport {
public:
    DirectTransport(Sandbox& sandbox, Clock& clock) : sandbox_(sandbox), clock_(clock) {}

    asio::awaitable<Result<HttpResponse>> send(HttpRequest request, milliseconds) override {
        REQUIRE(request.url.starts_with(sandbox_url));
        request.url.erase(0, sandbox_url.size());
        Reply reply = sandbox_.handle(request, clock_.now());
        if (reply.loss != Reply::Loss::none) {
            co_return unknown("timeout");
        }
        co_return std::move(reply.response);
    }

private:
    Sandbox& sandbox_;
    Clock& clock_;
};

struct Pair {
    explicit Pair(vipps::Settings wanted = settings())
        : provider(std::move(wanted), transport, clock, log, journal) {}

    static vipps::Settings settings() {
        const vipps::sandbox::Settings theirs;
        vipps::Settings ours = vipps::test::test_settings();
        ours.base_url = sandbox_url;
        ours.client_id = theirs.client_id;
        ours.client_secret = theirs.client_secret;
        ours.subscription_key = theirs.subscription_key;
        ours.merchant_serial_number = theirs.merchant_serial_number;
        ours.webhook_url = "https://machine.example/vipps";
        return ours;
    }

    template <class T>
    T run(asio::awaitable<T> task) {
        auto result = std::make_shared<std::optional<T>>();
        asio::co_spawn(io, keep(std::move(task), result), [](std::exception_ptr error) {
            if (error) {
                std::rethrow_exception(error);
            }
        });
        do {
            io.restart();
            io.poll();
        } while (clock.run_one());
        REQUIRE(result->has_value());
        return std::move(**result);
    }

    Result<PaymentStatus> perform(Operation operation, std::int64_t minor, const std::string& key) {
        const PaymentOrder order = vipps::test::cola();
        const Money amount{.minor = minor, .currency = order.amount.currency};
        return run(provider.perform({.operation = operation,
                                     .reference = order.reference,
                                     .key = IdempotencyKey{key},
                                     .amount = amount,
                                     .body = provider.prepare(operation, order, amount)}));
    }

    PaymentSnapshot payment() { return sandbox.payment(vipps::test::reference.text(), clock.now()).value(); }
    void approve() {
        REQUIRE(sandbox.approve(vipps::test::reference.text(), CustomerAge::old_enough, clock.now()));
    }

    SeededRandom random;
    Sandbox sandbox{{}, random};
    asio::io_context io;
    vipps::test::FakeClock clock;
    vipps::test::FakeLog log;
    vipps::test::FakeJournal journal;
    DirectTransport transport{sandbox, clock};
    vipps::Provider provider;

private:
    template <class T>
    static asio::awaitable<void> keep(asio::awaitable<T> task, std::shared_ptr<std::optional<T>> result) {
        result->emplace(co_await std::move(task));
    }
};

}  // namespace

TEST_CASE("client and sandbox: a sale with webhook, capture, receipt and refund") {
    Pair world;
    REQUIRE(world.run(world.provider.get_ready()));
    const auto requested = world.perform(Operation::request, 3500, "k-request");
    REQUIRE(requested);
    CHECK(requested->state == Shown::pending);
    REQUIRE(requested->to_show);
    CHECK(requested->to_show->content == world.payment().phone_url);
    CHECK(world.payment().customer_present);

    world.approve();
    std::vector<PaymentEvent> events;
    for (WebhookDelivery& delivery : world.sandbox.due(world.clock.now())) {
        const Callback callback = world.provider.read_callback(delivery.request);
        CHECK(callback.refused_because.empty());
        world.sandbox.delivered(delivery.id, callback.reply.status, world.clock.now().monotonic);
        if (callback.event) {
            events.push_back(*callback.event);
        }
    }
    for (WebhookDelivery& delivery : world.sandbox.due(world.clock.now())) {
        const Callback callback = world.provider.read_callback(delivery.request);
        if (callback.event) {
            events.push_back(*callback.event);
        }
    }
    CHECK(std::ranges::any_of(events, [](const PaymentEvent& event) {
        return event.approved == vipps::test::cola().amount && event.reference == vipps::test::reference;
    }));

    CHECK(world.run(world.provider.query(vipps::test::reference, vipps::test::nok))->state == Shown::authorized);
    const auto captured = world.perform(Operation::capture, 3500, "k-capture");
    REQUIRE(captured);
    CHECK(captured->amounts.captured == vipps::test::cola().amount);
    CHECK(world.perform(Operation::post_receipt, 3500, "k-receipt"));
    CHECK(world.perform(Operation::post_receipt, 3500, "k-receipt"));  // 409 counts as done
    CHECK(world.payment().receipt_posted);
    CHECK(world.payment().receipt_total_minor == 3500);
    const auto refunded = world.perform(Operation::refund, 3500, "k-refund");
    REQUIRE(refunded);
    CHECK(refunded->amounts.refunded == vipps::test::cola().amount);
    CHECK(world.payment().refunded.minor == 3500);
}

TEST_CASE("client and sandbox: the two forms of cancel") {
    Pair left;
    REQUIRE(left.perform(Operation::request, 3500, "k-request"));
    CHECK(left.perform(Operation::cancel_unapproved, 3500, "k-left")->state == Shown::cancelled);

    Pair approved;
    REQUIRE(approved.perform(Operation::request, 3500, "k-request"));
    approved.approve();
    const auto kept = approved.perform(Operation::cancel_unapproved, 3500, "k-left");
    CHECK(approved.payment().cancelled.minor == 0);
    CHECK((!kept && kept.error().code == "6060"));
    CHECK(approved.perform(Operation::cancel, 3500, "k-cancel")->amounts.cancelled.minor == 3500);

    Pair approving;
    REQUIRE(approving.perform(Operation::request, 3500, "k-request"));
    REQUIRE(approving.sandbox.start_approving(vipps::test::reference.text(), seconds{30}, approving.clock.now()));
    CHECK(approving.perform(Operation::cancel_unapproved, 3500, "k-left")->state == Shown::approving);
}

TEST_CASE("client and sandbox: a lost answer is unknown, and the same bytes bring the first answer") {
    for (const Trouble trouble : {Trouble::lose_request, Trouble::lose_answer, Trouble::half_body}) {
        Pair world;
        REQUIRE(world.sandbox.add_fault(CallFault{.call = Call::create, .trouble = trouble}));
        const auto lost = world.perform(Operation::request, 3500, "k-request");
        REQUIRE_FALSE(lost);
        CHECK(lost.error().world == World::unknown);
        CHECK(world.perform(Operation::request, 3500, "k-request"));
        CHECK(world.sandbox.payments(world.clock.now()).size() == 1);
    }
}

TEST_CASE("client and sandbox: Vipps' own picture is fetched, until the payment ends") {
    vipps::Settings settings = Pair::settings();
    settings.qr_source = vipps::QrSource::picture_by_vipps;
    Pair world{settings};
    const auto requested = world.perform(Operation::request, 3500, "k-request");
    REQUIRE(requested);
    REQUIRE(requested->to_show);
    CHECK(requested->to_show->kind == ToShow::Kind::picture_url);
    const auto picture = world.run(world.provider.load_picture(requested->to_show->content));
    REQUIRE(picture);
    CHECK((*picture)->starts_with("\x89PNG"));
    world.approve();
    CHECK_FALSE(world.run(world.provider.load_picture(requested->to_show->content)));
}

TEST_CASE("client and sandbox: a receipt inside the create, a revoked token, forged webhooks") {
    vipps::Settings settings = Pair::settings();
    settings.receipt = vipps::ReceiptMode::with_payment;
    Pair world{settings};
    REQUIRE(world.run(world.provider.get_ready()));
    REQUIRE(world.perform(Operation::request, 3500, "k-request"));
    CHECK(world.payment().receipt_total_minor == 3500);
    world.sandbox.due(world.clock.now());
    world.sandbox.revoke_tokens();
    CHECK(world.run(world.provider.query(vipps::test::reference, vipps::test::nok)));

    for (const WebhookTrouble trouble :
         {WebhookTrouble::forged, WebhookTrouble::wrong_msn, WebhookTrouble::unsuccessful}) {
        Pair victim;
        REQUIRE(victim.run(victim.provider.get_ready()));
        REQUIRE(victim.perform(Operation::request, 3500, "k-request"));
        for (const WebhookDelivery& delivery : victim.sandbox.due(victim.clock.now())) {
            victim.sandbox.delivered(delivery.id, 200, victim.clock.now().monotonic);
        }
        REQUIRE(victim.sandbox.add_fault(WebhookFault{.trouble = trouble, .event = EventName::authorized}));
        victim.approve();
        const auto due = victim.sandbox.due(victim.clock.now());
        REQUIRE(due.size() == 2);
        const Callback false_one = victim.provider.read_callback(due[0].request);
        CHECK_FALSE((false_one.event && false_one.event->approved));
        const Callback true_one = victim.provider.read_callback(due[1].request);
        CHECK((true_one.event && true_one.event->approved));
    }
}
