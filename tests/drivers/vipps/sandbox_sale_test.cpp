// The driver against the sandbox: no socket, one clock. What one side misunderstands of the API, the other tells.

#include <doctest/doctest.h>

#include "controller/ports/random.hpp"
#include "drivers/vipps/provider.hpp"
#include "drivers/vipps/sandbox/sandbox.hpp"
#include "tests/drivers/vipps/fakes.hpp"

using namespace qrvend;
using namespace qrvend::vipps::test;
namespace sandbox = qrvend::vipps::sandbox;
using State = PaymentStatus::State;

namespace {

constexpr std::string_view sandbox_url = "http://127.0.0.1:8080";

class CountingRandom : public Random {
public:
    void fill(std::span<std::byte> bytes) override {
        for (std::byte& byte : bytes) {
            byte = static_cast<std::byte>((++state_ * 2654435761U) >> 13U);
        }
    }

private:
    std::uint32_t state_ = 0;
};

/// Carries requests into the sandbox. What the sandbox loses ends at the deadline, and the clock goes on by it.
class SandboxTransport : public HttpTransport {
public:
    SandboxTransport(sandbox::Sandbox& vipps, FakeClock& clock) : vipps_(vipps), clock_(clock) {}

    asio::awaitable<Result<HttpResponse>> send(HttpRequest request, milliseconds deadline) override {
        REQUIRE(request.url.starts_with(sandbox_url));
        request.url.erase(0, sandbox_url.size());
        co_await asio::post(asio::use_awaitable);
        sandbox::Reply reply = vipps_.handle(request, clock_.now());
        if (reply.loss != sandbox::Reply::Loss::none || reply.delay >= deadline) {
            clock_.advance(deadline);
            co_return unknown("timeout");
        }
        clock_.advance(reply.delay);
        co_return std::move(reply.response);
    }

private:
    sandbox::Sandbox& vipps_;
    FakeClock& clock_;
};

struct SandboxBench : Bench {
    CountingRandom random;
    sandbox::Sandbox vipps{sandbox_settings(), random};
    SandboxTransport transport{vipps, clock};
    qrvend::vipps::Provider driver{driver_settings(), transport, clock, log, journal};
    int key = 0;

    static sandbox::Settings sandbox_settings() {
        sandbox::Settings s;
        s.public_url = std::string(sandbox_url);
        s.plain_http_webhooks = true;
        return s;
    }

    static qrvend::vipps::Settings driver_settings() {
        const sandbox::Settings account = sandbox_settings();
        qrvend::vipps::Settings s = test_settings();
        s.base_url = std::string(sandbox_url);
        s.merchant_serial_number = account.merchant_serial_number;
        s.client_id = account.client_id;
        s.client_secret = account.client_secret;
        s.subscription_key = account.subscription_key;
        s.webhook_url = "http://127.0.0.1:9000/hooks/vipps";
        return s;
    }

    PaymentCall prepared(Operation operation, std::int64_t minor = 3500) {
        const Money amount{.minor = minor, .currency = nok};
        return {.operation = operation,
                .reference = reference,
                .key = IdempotencyKey{"key-" + std::to_string(++key)},
                .amount = amount,
                .body = driver.prepare(operation, cola(), amount)};
    }
    Result<PaymentStatus> send(PaymentCall call) { return run(driver.perform(std::move(call))); }
    Result<PaymentStatus> operate(Operation operation, std::int64_t minor = 3500) {
        return send(prepared(operation, minor));
    }
    Result<PaymentStatus> ask() { return run(driver.query(reference, nok)); }
    State state() {
        const auto status = ask();
        REQUIRE(status);
        return status->state;
    }

    void request_payment() { REQUIRE(operate(Operation::request)); }
    void approve() { REQUIRE(vipps.approve(reference.text(), sandbox::CustomerAge::old_enough, clock.now())); }
    sandbox::PaymentSnapshot truth() { return *vipps.payment(reference.text(), clock.now()); }

    /// Hands over what the sandbox has to deliver now, and tells it our answers.
    std::vector<Callback> deliver() {
        std::vector<Callback> seen;
        for (auto due = vipps.due(clock.now()); !due.empty(); due = vipps.due(clock.now())) {
            for (const auto& delivery : due) {
                seen.push_back(driver.read_callback(delivery.request));
                vipps.delivered(delivery.id, seen.back().reply.status, clock.now().monotonic);
            }
        }
        return seen;
    }
};

}  // namespace

TEST_CASE_FIXTURE(SandboxBench, "a sale that is captured before the vend, with its receipt") {
    REQUIRE(run(driver.get_ready()));
    const auto requested = operate(Operation::request);
    REQUIRE(requested);
    CHECK(requested->state == State::pending);
    REQUIRE(requested->to_show);
    CHECK(requested->to_show->content == truth().phone_url);
    CHECK(truth().customer_present);
    CHECK(state() == State::pending);

    approve();
    const auto approved = ask();
    REQUIRE(approved);
    CHECK(approved->state == State::authorized);
    CHECK(approved->amounts.authorized == cola().amount);

    CHECK(operate(Operation::capture)->amounts.captured == cola().amount);
    CHECK(operate(Operation::post_receipt));
    CHECK(operate(Operation::post_receipt));  // 409: it is there
    CHECK(truth().receipt_posted);
    CHECK(truth().receipt_total_minor == 3500);
    CHECK(truth().captured.minor == 3500);
}

TEST_CASE_FIXTURE(SandboxBench, "a captured payment whose vend failed is refunded") {
    request_payment();
    approve();
    REQUIRE(operate(Operation::capture));
    const auto refunded = operate(Operation::refund);
    REQUIRE(refunded);
    CHECK(refunded->amounts.refunded == cola().amount);
    CHECK(truth().refunded.minor == 3500);
}

TEST_CASE_FIXTURE(SandboxBench, "a reservation whose vend failed is freed") {
    request_payment();
    approve();
    const auto freed = operate(Operation::cancel);
    REQUIRE(freed);
    CHECK(freed->state == State::authorized);
    CHECK(freed->amounts.cancelled == cola().amount);
    CHECK(truth().cancelled.minor == 3500);
    CHECK(operate(Operation::capture).error().world == World::refused);
}

TEST_CASE_FIXTURE(SandboxBench, "capture after the vend, partly, and the rest is freed") {
    request_payment();
    approve();
    CHECK(operate(Operation::capture, 2000)->amounts.captured.minor == 2000);
    CHECK(operate(Operation::cancel)->amounts.cancelled.minor == 1500);
}

TEST_CASE_FIXTURE(SandboxBench, "a customer who left: ended before any approval, and nothing counts as freed") {
    request_payment();
    const auto ended = operate(Operation::cancel_unapproved);
    REQUIRE(ended);
    CHECK(ended->state == State::cancelled);
    CHECK(ended->amounts.cancelled.minor == 0);
    CHECK(state() == State::cancelled);
}

TEST_CASE_FIXTURE(SandboxBench, "the cancel that refuses to end an approved payment leaves it as it is") {
    request_payment();
    approve();
    const auto refused = operate(Operation::cancel_unapproved);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().world == World::refused);
    CHECK(refused.error().code == "6060");
    CHECK(state() == State::authorized);
    CHECK(truth().cancelled.minor == 0);
}

TEST_CASE_FIXTURE(SandboxBench, "while the customer approves, a cancel says so") {
    request_payment();
    REQUIRE(vipps.start_approving(reference.text(), seconds{30}, clock.now()));
    for (const auto answer : {sandbox::ApprovingAnswer::code_6250, sandbox::ApprovingAnswer::code_6160}) {
        vipps.settings().approving_answer = answer;
        CHECK(operate(Operation::cancel_unapproved)->state == State::approving);
    }
    vipps.settings().approving_answer = sandbox::ApprovingAnswer::locked;
    CHECK(operate(Operation::cancel_unapproved).error().world == World::unknown);
    clock.advance(seconds{31});
    CHECK(operate(Operation::cancel_unapproved));
}

TEST_CASE_FIXTURE(SandboxBench, "a rejected, an expired and a never made payment") {
    CHECK(state() == State::absent);
    request_payment();
    SUBCASE("rejected") {
        REQUIRE(vipps.reject(reference.text(), clock.now()));
        CHECK(state() == State::declined);
    }
    SUBCASE("expired, at the end of the life that create told") {
        clock.advance(qrvend::vipps::payment_life - seconds{1});
        CHECK(state() == State::pending);
        clock.advance(seconds{1});
        CHECK(state() == State::expired);
    }
}

TEST_CASE_FIXTURE(SandboxBench, "a lost answer is repeated with the same key and bytes, and happens once") {
    const PaymentCall create = prepared(Operation::request);
    vipps.add_fault(sandbox::CallFault{.call = sandbox::Call::create, .trouble = sandbox::Trouble::lose_answer});
    CHECK(send(create).error().world == World::unknown);
    CHECK(send(create)->state == State::pending);

    approve();
    const PaymentCall capture = prepared(Operation::capture);
    vipps.add_fault(sandbox::CallFault{.call = sandbox::Call::capture, .trouble = sandbox::Trouble::lose_answer});
    CHECK(send(capture).error().world == World::unknown);
    CHECK(send(capture)->amounts.captured.minor == 3500);
    CHECK(truth().captured.minor == 3500);
    CHECK(vipps.payments(clock.now()).size() == 1);
}

TEST_CASE_FIXTURE(SandboxBench, "another request for the same reference is a conflict") {
    request_payment();
    const auto second = operate(Operation::request);
    REQUIRE_FALSE(second);
    CHECK(second.error().refusal == Refusal::conflict);
}

TEST_CASE_FIXTURE(SandboxBench, "no spoilt answer passes for a success") {
    using enum sandbox::Trouble;
    request_payment();
    approve();
    for (const auto trouble : {html, empty_body, half_body}) {
        vipps.add_fault(sandbox::CallFault{
            .call = sandbox::Call::capture, .trouble = trouble, .work = sandbox::Work::not_done, .status = 200});
        CHECK(operate(Operation::capture).error().world == World::unknown);
        clock.advance(seconds{60});
    }
    vipps.add_fault(sandbox::CallFault{.call = sandbox::Call::capture, .trouble = wrong_content_type});
    CHECK(operate(Operation::capture));
}

TEST_CASE_FIXTURE(SandboxBench, "a change of keys at Vipps costs one more token, not the sale") {
    request_payment();
    approve();
    vipps.revoke_tokens();
    CHECK(operate(Operation::capture)->amounts.captured.minor == 3500);
}

TEST_CASE_FIXTURE(SandboxBench, "our own limits keep within those of Vipps") {
    request_payment();
    for (int i = 0; i < 200; ++i) {
        const auto status = ask();
        CHECK((status || status.error().code == "rate_limited"));
    }
    CHECK(truth().calls.get == 120);
    for (int i = 0; i < 10; ++i) {
        const auto refused = operate(Operation::capture);
        CHECK((refused.error().code == "6080" || refused.error().code == "rate_limited"));
    }
    CHECK(truth().calls.capture == 5);
}

TEST_CASE_FIXTURE(SandboxBench, "webhooks are registered, delivered and verified, and bring the approval") {
    REQUIRE(run(driver.get_ready()));
    request_payment();
    approve();
    const auto seen = deliver();
    REQUIRE(seen.size() == 1);
    CHECK(seen.front().refused_because.empty());
    REQUIRE(seen.front().event);
    CHECK(seen.front().event->reference == reference);
    CHECK(seen.front().event->approved == cola().amount);

    REQUIRE(operate(Operation::capture));
    REQUIRE(operate(Operation::refund));
    const auto later = deliver();
    CHECK(later.size() == 2);
    for (const Callback& callback : later) {
        REQUIRE(callback.event);
        CHECK_FALSE(callback.event->approved);
    }
}

TEST_CASE_FIXTURE(SandboxBench, "a forged webhook is refused, and the genuine one behind it accepted") {
    using enum sandbox::WebhookTrouble;
    REQUIRE(run(driver.get_ready()));
    vipps.add_fault(sandbox::WebhookFault{.trouble = forged, .event = sandbox::EventName::authorized});
    request_payment();
    approve();
    int refused = 0;
    int approvals = 0;
    for (int i = 0; i < 5; ++i) {
        for (const Callback& callback : deliver()) {
            refused += callback.refused_because == "signature_wrong" ? 1 : 0;
            approvals += callback.event && callback.event->approved ? 1 : 0;
        }
        clock.advance(seconds{2});
    }
    CHECK(refused >= 1);
    CHECK(approvals == 1);
}

TEST_CASE_FIXTURE(SandboxBench,
                  "a rightly signed webhook of another merchant, or without success, approves nothing") {
    using enum sandbox::WebhookTrouble;
    REQUIRE(run(driver.get_ready()));
    auto trouble = wrong_msn;
    SUBCASE("another merchant") {
        trouble = wrong_msn;
    }
    SUBCASE("without success") {
        trouble = unsuccessful;
    }
    vipps.add_fault(sandbox::WebhookFault{.trouble = trouble, .event = sandbox::EventName::authorized});
    request_payment();
    approve();
    std::size_t seen = 0;
    int approvals = 0;
    for (int i = 0; i < 5; ++i) {
        for (const Callback& callback : deliver()) {
            ++seen;
            approvals += callback.event && callback.event->approved ? 1 : 0;
        }
        clock.advance(seconds{2});
    }
    CHECK(seen >= 2);
    CHECK(approvals == 1);
}

TEST_CASE_FIXTURE(SandboxBench, "the event log is read from the sandbox") {
    request_payment();
    approve();
    REQUIRE(operate(Operation::capture));
    const auto events = run(driver.events(reference));
    REQUIRE(events);
    REQUIRE(events->size() == 3);
    CHECK(events->at(0).name == "CREATED");
    CHECK(events->at(1).name == "AUTHORIZED");
    CHECK(events->at(2).name == "CAPTURED");
}

TEST_CASE_FIXTURE(SandboxBench, "Vipps' picture is asked for, named and fetched") {
    qrvend::vipps::Settings settings_with_picture = driver_settings();
    settings_with_picture.qr_source = qrvend::vipps::QrSource::picture_by_vipps;
    settings_with_picture.picture_size_px = 300;
    qrvend::vipps::Provider other{settings_with_picture, transport, clock, log, journal};
    const auto requested = run(other.perform({.operation = Operation::request,
                                              .reference = reference,
                                              .key = IdempotencyKey{"k"},
                                              .amount = cola().amount,
                                              .body = other.prepare(Operation::request, cola(), cola().amount)}));
    REQUIRE(requested);
    REQUIRE(requested->to_show);
    CHECK(requested->to_show->kind == ToShow::Kind::picture_url);
    const auto picture = run(other.load_picture(requested->to_show->content));
    REQUIRE(picture);
    CHECK((*picture)->size() > 100);
}

TEST_CASE_FIXTURE(SandboxBench, "an inline receipt is taken, age limit and all") {
    qrvend::vipps::Settings inline_settings = driver_settings();
    inline_settings.receipt = qrvend::vipps::ReceiptMode::with_payment;
    qrvend::vipps::Provider other{inline_settings, transport, clock, log, journal};
    PaymentOrder order = cola();
    order.product.minimum_age_years = 18;
    REQUIRE(run(other.perform({.operation = Operation::request,
                               .reference = reference,
                               .key = IdempotencyKey{"k"},
                               .amount = order.amount,
                               .body = other.prepare(Operation::request, order, order.amount)})));
    CHECK(truth().receipt_posted);
    CHECK_FALSE(vipps.approve(reference.text(), sandbox::CustomerAge::under_age, clock.now()));
    approve();
    CHECK(state() == State::authorized);
}
