// What Vipps, or whatever answers in its place, says to a call: the message in message.hpp, whose first line is the
// status. The real client makes each of its calls and gets this answer to all of them.

#include <algorithm>
#include <array>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <charconv>
#include <optional>

#include "controller/base/url.hpp"
#include "drivers/json/json.hpp"
#include "drivers/simulated/clock.hpp"
#include "drivers/simulated/memory_journal.hpp"
#include "drivers/vipps/provider.hpp"
#include "drivers/vipps/registration.hpp"
#include "tests/fuzz/message.hpp"
#include "tests/fuzz/must.hpp"
#include "tests/fuzz/targets.hpp"
#include "tests/support/recording_log.hpp"

namespace qrvend::fuzz {

namespace {

namespace asio = boost::asio;

const PaymentReference reference{"vm-0042-0123456789abcdef"};

Currency nok() {
    return Currency::parse("NOK").value();
}

vipps::Settings settings() {
    vipps::Settings settings;
    settings.merchant_serial_number = "123456";
    settings.client_id = "client";
    settings.client_secret = "secret";
    settings.subscription_key = "key";
    settings.webhook_url = "https://kiosk.example/hooks/vipps";
    return settings;
}

HttpResponse read_answer(std::string_view bytes) {
    Message message = read_message(bytes);
    int status = 0;
    std::from_chars(message.first_line.data(), message.first_line.data() + message.first_line.size(), status);
    return {.status = std::clamp(status, 100, 999),  // what the HTTP client lets pass
            .headers = std::move(message.headers),
            .body = std::move(message.body)};
}

/// Gives the same answer to everything, and a token that is in order where asked to.
class Network final : public HttpTransport {
public:
    enum class Token : bool { in_order, as_all };

    Network(HttpResponse answer, Token token) : answer_(std::move(answer)), token_(token) {}

    asio::awaitable<Result<HttpResponse>> send(HttpRequest request, milliseconds deadline) override {
        must(are_sendable(request.headers), "what an answer brings does not break the next request");
        must(parse_url(request.url).has_value(), "nor leads anywhere but to a URL");
        must(deadline > milliseconds{0}, "every call has a deadline");
        const bool wants_token = request.url.ends_with("/accesstoken/get");
        if (wants_token && token_ == Token::in_order) {
            co_return HttpResponse{.status = 200, .body = R"({"expires_in":"3600","access_token":"token"})"};
        }
        co_return answer_;
    }

private:
    HttpResponse answer_;
    Token token_;
};

/// The client and all that it stands on.
class Bench {
public:
    Bench(const HttpResponse& answer, Network::Token token) : network_(answer, token) {}

    vipps::Provider& provider() { return provider_; }

    template <class T>
    Result<T> run(asio::awaitable<Result<T>> call) {
        std::optional<Result<T>> result;
        asio::co_spawn(io_, keep(std::move(call), &result), [](const std::exception_ptr& error) {
            if (error) {
                std::rethrow_exception(error);
            }
        });
        io_.restart();
        io_.run();
        must(result.has_value(), "a call waits for nothing but its answer");
        return std::move(*result);
    }

private:
    template <class T>
    static asio::awaitable<void> keep(asio::awaitable<Result<T>> call, std::optional<Result<T>>* result) {
        *result = co_await std::move(call);
    }

    asio::io_context io_;
    simulated::SimulatedClock clock_;
    test::RecordingLog log_;
    simulated::MemoryDisk disk_;
    simulated::MemoryJournal journal_{io_, disk_};
    Network network_;
    vipps::Provider provider_{settings(), network_, clock_, log_, journal_};
};

bool is_one_line(std::string_view text) {
    return std::ranges::none_of(text, [](char c) { return static_cast<unsigned char>(c) < ' ' || c == '\x7f'; });
}

World world_of(int status) {
    if (status == 429) {
        return World::unsent;
    }
    const bool may_refuse = status >= 400 && status < 500 && status != 408 && status != 423;
    return may_refuse ? World::refused : World::unknown;
}

void check_failure(const Failure& failure, const HttpResponse& answer) {
    constexpr std::size_t longest = 1000;
    must(!failure.code.empty() && failure.code.size() <= longest && is_one_line(failure.code),
         "a code is one line");
    must(failure.detail.size() <= longest && is_one_line(failure.detail), "a detail is one line");
    must(!failure.retry_after || (*failure.retry_after >= seconds{0} && *failure.retry_after <= seconds{3600}),
         "no wait is longer than an hour");
    // What may also be a refusal is unknown where the answer is not Vipps'.
    must(failure.world == world_of(answer.status) || failure.world == World::unknown,
         "an answer is taken for no more than its status allows");
}

std::int64_t figure(const json::Value& payment, const char* name) {
    return payment.at("aggregate").at(name).at("value").get<std::int64_t>();
}

/// A payment that was read tells what stands in the answer.
void check_payment(const PaymentStatus& status, const HttpResponse& answer) {
    must(answer.status >= 200 && answer.status < 300, "only success brings figures");
    const json::Value payment = json::Value::parse(answer.body);  // throws where it is not JSON
    must(payment.at("reference") == reference.text(), "the payment is the one that was asked for");
    must(figure(payment, "authorizedAmount") == status.amounts.authorized.minor, "authorized is as it is shown");
    must(figure(payment, "capturedAmount") == status.amounts.captured.minor, "captured is as it is shown");
    must(figure(payment, "refundedAmount") == status.amounts.refunded.minor, "refunded is as it is shown");
    const bool is_authorized = status.state == PaymentStatus::State::authorized;
    must(is_authorized == (payment.at("state") == "AUTHORIZED"), "authorized is what Vipps calls so");
    must(status.amounts.cancelled.minor == figure(payment, "cancelledAmount") ||
             (!is_authorized && status.amounts.authorized.minor == 0 && status.amounts.cancelled.minor == 0),
         "cancelled is as it is shown, where anything was reserved");
    for (const Money amount : {status.amounts.captured, status.amounts.cancelled, status.amounts.refunded}) {
        must(amount.currency == status.amounts.authorized.currency, "figures have one currency");
        must(amount.minor >= 0, "and are not negative");
    }
}

bool has_no_figures(const PaymentStatus& status) {
    const Money none = zero(nok());
    return status.amounts ==
           PaymentAmounts{.authorized = none, .captured = none, .cancelled = none, .refunded = none};
}

void check_created(const PaymentStatus& status, const HttpResponse& answer) {
    must(answer.status >= 200 && answer.status < 300, "only success creates");
    must(status.state == PaymentStatus::State::pending && has_no_figures(status), "a new payment is not approved");
    must(status.to_show && parse_url(status.to_show->content), "there is something to show");
    const auto url = parse_url(status.to_show->content);
    must(url->scheme == "https" || is_loopback(url->host),
         "and it is nothing that anybody could change on its way");
}

void check_success(Operation operation, const PaymentStatus& status, const HttpResponse& answer) {
    using State = PaymentStatus::State;
    switch (operation) {
        case Operation::request:
            check_created(status, answer);
            return;
        case Operation::post_receipt:
            must(answer.status / 100 == 2 || answer.status == 409, "a receipt is posted, or was before");
            must(has_no_figures(status), "a receipt brings no figures");
            return;
        case Operation::ask:
            if (status.state == State::absent) {
                must(answer.status / 100 == 4 && has_no_figures(status), "only a refusal makes a payment absent");
                return;
            }
            break;
        case Operation::cancel:
        case Operation::cancel_unapproved:
            if (status.state == State::approving) {
                must(answer.status / 100 == 4 && has_no_figures(status), "a cancel is turned down by a refusal");
                return;
            }
            break;
        default:
            break;
    }
    check_payment(status, answer);
}

void check_operations(Bench& bench, const HttpResponse& answer) {
    for (const Operation operation :
         {Operation::request, Operation::capture, Operation::cancel_unapproved, Operation::cancel,
          Operation::refund, Operation::post_receipt, Operation::ask}) {
        const auto result = bench.run(bench.provider().perform({.operation = operation,
                                                                .reference = reference,
                                                                .key = IdempotencyKey{"key"},
                                                                .amount = {.minor = 3500, .currency = nok()},
                                                                .body = "{}"}));
        if (result) {
            check_success(operation, *result, answer);
        } else {
            check_failure(result.error(), answer);
        }
    }
    const auto events = bench.run(bench.provider().events(reference));
    must(!events || (answer.status / 100 == 2 && json::Value::parse(answer.body).size() == events->size()),
         "an event log is read as a whole");
}

/// A number in the header of a PNG.
std::size_t side(const std::string& png, std::size_t at) {
    std::size_t pixels = 0;
    for (const char byte : png.substr(at, 4)) {
        pixels = pixels * 256 + static_cast<unsigned char>(byte);
    }
    return pixels;
}

void check_picture(Bench& bench, const HttpResponse& answer) {
    const auto picture = bench.run(bench.provider().load_picture("https://qr.example/1"));
    must(!picture ||
             (answer.status == 200 && (*picture)->starts_with("\x89PNG") && (*picture)->size() <= 1024UL * 1024 &&
              side(**picture, 16) <= 4096 && side(**picture, 20) <= 4096),
         "a picture is a small PNG");
}

}  // namespace

void vipps_answer(std::string_view bytes) {
    const HttpResponse answer = read_answer(bytes);
    Bench bench(answer, Network::Token::in_order);
    check_operations(bench, answer);
    check_picture(bench, answer);
    std::ignore = bench.run(bench.provider().get_ready());  // registers the webhook

    Bench before_any_token(answer, Network::Token::as_all);
    const auto ready = before_any_token.run(before_any_token.provider().get_ready());
    must(!ready || answer.status == 200, "without a token nothing is ready");

    if (const auto known = vipps::parse_registrations(answer.body)) {
        must(vipps::parse_registrations(vipps::to_text(*known)) == known, "what is remembered comes back");
    }
}

}  // namespace qrvend::fuzz
