#pragma once
// A payment system for tests: an honest book (payment_book.hpp) behind a line that does what the script says. One
// call goes wrong like this:
//
//     provider.next(Operation::capture, Mishap::answer_lost);   // taken, and nobody hears of it
//     provider.next(Operation::request, Mishap::refused, {.code = "too_much", .refusal = Refusal::impossible});
//
// Mishaps of one operation are met in the order given; without one a call works. All calls are kept with their keys
// and bytes.

#include <deque>
#include <functional>
#include <map>
#include <utility>
#include <vector>

#include "controller/kiosk/wait.hpp"
#include "controller/ports/payment_provider.hpp"
#include "drivers/simulated/clock.hpp"
#include "tests/support/payment_book.hpp"

namespace qrvend::test {

enum class Mishap : std::uint8_t {
    none,         ///< this one call works
    call_lost,    ///< it never arrives: unknown, after the deadline
    answer_lost,  ///< it takes effect: unknown, after the deadline
    refused,      ///< it arrives and has no effect
    unsent,       ///< nothing leaves, and we know it
};

class ScriptedProvider final : public PaymentProvider {
public:
    struct Call {
        PaymentCall call;
        milliseconds at;
    };

    ScriptedProvider(simulated::SimulatedClock& clock, PaymentBook& book) : clock_(clock), book_(book) {}

    // The script.
    PaymentTraits kind{.name = "scripted"};
    milliseconds latency{200};   ///< there and back; a call takes effect half-way
    milliseconds deadline{10s};  ///< when a lost call or answer is given up
    Result<void> ready{};        ///< what get_ready() says
    Result<PngBytes> picture{std::make_shared<const std::string>("PNG")};
    std::function<void(const PaymentCall&)> on_call;  ///< seen before it leaves

    void next(Operation operation, Mishap mishap, Failure failure = {.code = "no"}) {
        mishaps_[operation].emplace_back(mishap, std::move(failure));
    }
    void next(Operation operation, Mishap mishap, int times) {
        for (int time = 0; time < times; ++time) {
            next(operation, mishap);
        }
    }

    // The record.
    const std::vector<Call>& calls() const { return calls_; }
    std::vector<PaymentCall> calls(Operation operation) const {
        std::vector<PaymentCall> found;
        for (const Call& each : calls_) {
            if (each.call.operation == operation) {
                found.push_back(each.call);
            }
        }
        return found;
    }
    std::vector<Operation> operations() const {
        std::vector<Operation> found;
        for (const Call& each : calls_) {
            found.push_back(each.call.operation);
        }
        return found;
    }
    const std::vector<milliseconds>& asked_at() const { return asked_at_; }
    const std::vector<milliseconds>& readied_at() const { return readied_at_; }
    const std::vector<std::string>& pictures() const { return pictures_; }

    /// A genuine callback: `amount` approved, or (nothing) only "something has changed".
    static HttpRequest callback(const PaymentReference& reference, std::optional<Money> amount,
                                const std::string& event = "event-1") {
        return {.method = "POST",
                .url = "/callback",
                .headers = {},
                .body = event + " " + reference.text() + (amount ? " " + std::to_string(amount->minor) : "")};
    }
    /// A genuine callback about something that is nothing to us.
    static HttpRequest callback_without_news() {
        return {.method = "POST", .url = "/callback", .headers = {}, .body = "nothing"};
    }
    static HttpRequest forged_callback() {
        return {.method = "POST", .url = "/callback", .headers = {}, .body = {}};
    }

    // The port.
    PaymentTraits traits() const override { return kind; }

    boost::asio::awaitable<Result<void>> get_ready() override {
        readied_at_.push_back(clock_.elapsed());
        co_await sleep_until(clock_, clock_.now().monotonic + latency);
        co_return ready;
    }

    std::string prepare(Operation operation, const PaymentOrder& order, Money amount) const override {
        return std::to_string(static_cast<int>(operation)) + " " + order.reference.text() + " " + to_string(amount);
    }

    boost::asio::awaitable<Result<PaymentStatus>> perform(PaymentCall call) override {
        if (on_call) {
            on_call(call);
        }
        const auto [mishap, failure] = next_mishap(call.operation);
        calls_.push_back({.call = call, .at = clock_.elapsed()});
        const MonotonicTime begin = clock_.now().monotonic;
        if (mishap == Mishap::unsent) {
            co_await sleep_until(clock_, begin + latency);
            co_return unsent(failure.code);
        }
        co_await sleep_until(clock_, begin + latency / 2);
        Result<PaymentStatus> answer = unknown("timeout");
        if (mishap == Mishap::refused) {
            answer = std::unexpected(failure);
            answer.error().world = World::refused;
        } else if (mishap != Mishap::call_lost) {
            answer = book_.handle(call, clock_.elapsed());
        }
        const bool lost = mishap == Mishap::call_lost || mishap == Mishap::answer_lost;
        co_await sleep_until(clock_, begin + (lost ? deadline : latency));
        co_return lost ? Result<PaymentStatus>(unknown("timeout")) : std::move(answer);
    }

    boost::asio::awaitable<Result<PaymentStatus>> query(PaymentReference reference, Currency currency) override {
        asked_at_.push_back(clock_.elapsed());
        const auto [mishap, failure] = next_mishap(Operation::ask);
        const bool lost = mishap == Mishap::call_lost || mishap == Mishap::answer_lost;
        co_await sleep_until(clock_, clock_.now().monotonic + (lost ? deadline : latency / 2));
        if (mishap != Mishap::none) {
            Failure why = failure;
            why.world = mishap == Mishap::refused  ? World::refused
                        : mishap == Mishap::unsent ? World::unsent
                                                   : World::unknown;
            co_return std::unexpected(std::move(why));
        }
        const PaymentStatus shown = book_.show(reference, clock_.elapsed(), currency);
        co_await sleep_until(clock_, clock_.now().monotonic + latency / 2);
        co_return shown;
    }

    boost::asio::awaitable<Result<PngBytes>> load_picture(std::string url) override {
        pictures_.push_back(std::move(url));
        co_await sleep_until(clock_, clock_.now().monotonic + latency);
        co_return picture;
    }

    Callback read_callback(const HttpRequest& request) override {
        std::vector<std::string> words{""};
        for (const char letter : request.body) {
            if (letter == ' ') {
                words.emplace_back();
            } else {
                words.back() += letter;
            }
        }
        if (request.body == "nothing") {
            return {.reply = {.status = 200}, .event = std::nullopt, .refused_because = {}};
        }
        if (words.size() < 2) {
            return {.reply = {.status = 401}, .event = std::nullopt, .refused_because = "no signature"};
        }
        PaymentEvent event{.reference = PaymentReference{words[1]}, .event_id = words[0]};
        if (words.size() > 2) {
            event.approved = Money{.minor = std::stoll(words[2]), .currency = Currency::parse("NOK").value()};
        }
        return {.reply = {.status = 200}, .event = std::move(event)};
    }

private:
    std::pair<Mishap, Failure> next_mishap(Operation operation) {
        auto& planned = mishaps_[operation];
        if (planned.empty()) {
            return {Mishap::none, {}};
        }
        auto next = std::move(planned.front());
        planned.pop_front();
        return next;
    }

    simulated::SimulatedClock& clock_;
    PaymentBook& book_;
    std::map<Operation, std::deque<std::pair<Mishap, Failure>>> mishaps_;
    std::vector<Call> calls_;
    std::vector<milliseconds> asked_at_;
    std::vector<milliseconds> readied_at_;
    std::vector<std::string> pictures_;
};

}  // namespace qrvend::test
