// A dialogue with the Vipps sandbox: messages as in message.hpp, with a line "----" between them. A first line is
//
//     POST /path      a request; the headers of a merchant in good standing follow those given
//     wait 60000      so many milliseconds pass
//     hooks 200       the webhooks that are due are delivered and answered so; 0: not at all
//
// In a request's path, {phone} stands for the phone page of the newest payment, {redirect} for where the newest
// create led.

#include <algorithm>
#include <charconv>
#include <chrono>

#include "controller/base/url.hpp"
#include "drivers/json/json.hpp"
#include "drivers/vipps/sandbox/sandbox.hpp"
#include "tests/fuzz/message.hpp"
#include "tests/fuzz/must.hpp"
#include "tests/fuzz/targets.hpp"
#include "tests/support/seeded_random.hpp"

namespace qrvend::fuzz {

namespace {

using vipps::sandbox::PaymentSnapshot;
using vipps::sandbox::Reply;
using vipps::sandbox::Sandbox;

vipps::sandbox::Settings small_limits() {
    vipps::sandbox::Settings settings;
    settings.token_characters = 100;
    settings.limits = {.body_bytes = 4096,
                       .payments = 4,
                       .idempotency_keys = 6,
                       .tokens = 2,
                       .receipts = 3,
                       .queued_webhooks = 8,
                       .faults = 4};
    return settings;
}

template <class Number>
Number number_in(std::string_view digits, Number most) {
    Number number = 0;
    std::from_chars(digits.data(), digits.data() + digits.size(), number);
    return std::clamp(number, Number{0}, most);
}

void replace(std::string& text, std::string_view name, const std::string& value) {
    if (const auto at = text.find(name); at != std::string::npos) {
        text.replace(at, name.size(), value);
    }
}

std::string path_of(const std::string& url) {
    const auto parsed = parse_url(url);
    return parsed ? parsed->path_and_query : "/";
}

void check_payment(const PaymentSnapshot& payment) {
    for (const Money amount :
         {payment.authorized, payment.captured, payment.cancelled, payment.refunded, payment.refund_pending}) {
        must(amount.minor >= 0 && amount.currency == payment.ordered.currency, "no amount is negative");
    }
    must(payment.authorized <= payment.ordered, "not more is approved than was ordered");
    // One that was ended before it was approved shows the ordered amount as cancelled, as Vipps does.
    const Money freed = payment.authorized.minor == 0 ? payment.authorized : payment.cancelled;
    must(payment.captured + freed <= payment.authorized, "not more is taken and freed than was approved");
    must(payment.refunded + payment.refund_pending <= payment.captured, "not more is returned than was taken");
}

class Dialogue {
public:
    Dialogue() { request({.first_line = "POST /accesstoken/get", .headers = {}, .body = {}}); }

    void hear(Message message) {
        const auto [word, rest] = split(message.first_line, " ");
        if (word == "wait") {
            constexpr std::int64_t month_ms = 30LL * 86'400'000;
            const milliseconds time{number_in<std::int64_t>(rest, month_ms)};
            now_.monotonic += time;
            now_.wall += time;
        } else if (word == "hooks") {
            deliver(number_in(rest, 999));
        } else {
            request(std::move(message));
        }
        const auto payments = sandbox_.payments(now_);
        must(payments.size() <= sandbox_.settings().limits.payments, "no more is remembered than allowed");
        std::ranges::for_each(payments, check_payment);
        phone_path_ = payments.empty() ? phone_path_ : path_of(payments.back().phone_url);
    }

private:
    void request(Message message) {
        const auto [method, path] = split(message.first_line, " ");
        HttpRequest request{.method = std::string(method),
                            .url = std::string(path),
                            .headers = std::move(message.headers),
                            .body = std::move(message.body)};
        replace(request.url, "{phone}", phone_path_);
        replace(request.url, "{redirect}", redirect_path_);
        add_headers(request.headers);
        spoils_ = spoils_ || request.url.contains("faults");
        const Reply reply = sandbox_.handle(request, now_);
        must(reply.delay >= milliseconds{0}, "no answer comes before its request");
        if (reply.loss == Reply::Loss::none) {
            check_answer(reply.response);
        }
    }

    // What comes first counts, so that a message can have others.
    void add_headers(std::vector<HttpHeader>& headers) {
        const auto settings = sandbox_.settings();
        for (const auto& [name, value] : {std::pair{"Authorization", "Bearer " + token_},
                                          {"Ocp-Apim-Subscription-Key", settings.subscription_key},
                                          {"Merchant-Serial-Number", settings.merchant_serial_number},
                                          {"client_id", settings.client_id},
                                          {"client_secret", settings.client_secret},
                                          {"Content-Type", "application/json"},
                                          {"Idempotency-Key", "key-" + std::to_string(++requests_)}}) {
            headers.push_back({.name = name, .value = value});
        }
    }

    void check_answer(const HttpResponse& answer) {
        must(answer.status >= 200 && answer.status <= 599, "an answer has a status");
        must(are_sendable(answer.headers), "an answer can be sent");
        const auto type = header_value(answer.headers, "Content-Type");
        must(!type.starts_with("text/html") || !answer.body.contains("<script"),
             "no page runs what came from outside");
        const auto value = json::parse(answer.body);
        must(value || spoils_ || !type.contains("json"), "what is called JSON is JSON");
        if (value) {
            token_ = json::string_at(*value, "access_token").value_or(token_);
            const auto redirect = json::string_at(*value, "redirectUrl");
            redirect_path_ = redirect ? path_of(*redirect) : redirect_path_;
        }
    }

    void deliver(int status) {
        for (const auto& delivery : sandbox_.due(now_)) {
            must(parse_url(delivery.request.url).has_value(), "a webhook goes to a URL");
            must(are_sendable(delivery.request.headers), "and can be sent");
            must(json::parse(delivery.request.body).has_value(), "and is JSON");
            sandbox_.delivered(delivery.id, status == 0 ? std::nullopt : std::optional(status), now_.monotonic);
        }
        must(!sandbox_.next_due() || *sandbox_.next_due() >= now_.monotonic, "what was due is done");
    }

    test::SeededRandom random_{1};
    Sandbox sandbox_{small_limits(), random_};
    Stamp now_{
        .wall = WallTime{seconds{1795248000}}, .monotonic = MonotonicTime{seconds{5000}}, .boot = {.value = 7}};
    std::string token_;
    std::string phone_path_ = "/phone/none";
    std::string redirect_path_ = "/qr-image/v1?token=none";
    int requests_ = 0;
    bool spoils_ = false;  ///< it was told to misbehave
};

}  // namespace

void vipps_sandbox(std::string_view bytes) {
    constexpr int most_messages = 40;
    Dialogue dialogue;
    for (int count = 0; count < most_messages && !bytes.empty(); ++count) {
        const auto [message, rest] = split(bytes, "\n----\n");
        dialogue.hear(read_message(message));
        bytes = rest;
    }
}

}  // namespace qrvend::fuzz
