#include "drivers/vipps/provider.hpp"

#include <algorithm>
#include <cstdint>
#include <memory>
#include <stdexcept>
#include <utility>

#include "drivers/json/json.hpp"
#include "drivers/vipps/callback.hpp"
#include "drivers/vipps/errors.hpp"
#include "drivers/vipps/requests.hpp"
#include "drivers/vipps/text.hpp"
#include "drivers/vipps/url.hpp"

namespace qrvend::vipps {

namespace asio = boost::asio;

namespace {

constexpr milliseconds poll_interval{1000};     // POS pages of Vipps: about once a second, half of what is allowed
constexpr milliseconds retry_base{2000};        // 2, 4, 8, 16 s: never more than five of a kind within a minute
constexpr milliseconds proof_of_life{240'000};  // a shorter time than an idle kiosk lets pass between two looks
constexpr std::size_t most_events_remembered = 256;
constexpr std::size_t largest_picture = 1024UL * 1024;
constexpr std::uint32_t most_pixels_on_a_side = 4096;  // twice the largest that can be asked for

// What Vipps counts together: a cancel is a cancel, whatever its body says.
std::string limited_as(Operation operation, const PaymentReference& reference) {
    switch (operation) {
        case Operation::request:
            return "create " + reference.text();
        case Operation::capture:
            return "capture " + reference.text();
        case Operation::cancel_unapproved:
        case Operation::cancel:
            return "cancel " + reference.text();
        case Operation::refund:
            return "refund " + reference.text();
        case Operation::ask:
            return "read " + reference.text();
        case Operation::post_receipt:
            return {};
    }
    return {};
}

milliseconds deadline_of(const Deadlines& deadlines, Operation operation) {
    switch (operation) {
        case Operation::request:
            return deadlines.create;
        case Operation::capture:
        case Operation::cancel_unapproved:
        case Operation::cancel:
        case Operation::refund:
            return deadlines.adjust;
        case Operation::post_receipt:
            return deadlines.receipt;
        case Operation::ask:
            return deadlines.query;
    }
    return deadlines.query;
}

bool is_cancel(Operation operation) {
    return operation == Operation::cancel || operation == Operation::cancel_unapproved;
}

PaymentStatus without_figures(PaymentStatus::State state, Currency currency) {
    const Money none = zero(currency);
    return {.state = state, .amounts = {.authorized = none, .captured = none, .cancelled = none, .refunded = none}};
}

// A number of the picture's header (W3C PNG, 7.1).
std::uint32_t big_endian(std::string_view four_bytes) {
    std::uint32_t number = 0;
    for (const char byte : four_bytes) {
        number = (number << 8U) | static_cast<unsigned char>(byte);
    }
    return number;
}

// Whether this begins as a PNG of a size that can be shown (W3C PNG, 5.2 and 11.2.1). What is packed into a few KiB
// may unfold to gigabytes, so this is looked at before anybody unpacks it.
bool is_sound_png(std::string_view bytes) {
    constexpr std::string_view beginning{"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", 16};
    constexpr std::size_t width_at = beginning.size();
    constexpr std::size_t height_at = width_at + 4;
    if (!bytes.starts_with(beginning) || bytes.size() < height_at + 4) {
        return false;
    }
    const auto is_side = [](std::uint32_t pixels) { return pixels > 0 && pixels <= most_pixels_on_a_side; };
    return is_side(big_endian(bytes.substr(width_at, 4))) && is_side(big_endian(bytes.substr(height_at, 4)));
}

std::unexpected<Failure> not_a_reference() {
    return refused("bad_reference", "a payment reference has 8 to 64 letters, digits and hyphens",
                   Refusal::impossible);
}

}  // namespace

Provider::Provider(Settings settings, HttpTransport& transport, Clock& clock, Log& log, Journal& journal)
    : settings_(std::move(settings)),
      transport_(transport),
      clock_(clock),
      log_(log),
      api_(settings_, transport, clock, log),
      webhooks_(settings_, api_, clock, log, journal) {
    if (const auto found = problems(settings_); !found.empty()) {
        throw std::invalid_argument("vipps: " + found.front());
    }
}

PaymentTraits Provider::traits() const {
    return {.name = "vipps",
            .can_refund = true,
            .posts_receipt = settings_.receipt == ReceiptMode::after_vend,
            .poll_interval = poll_interval,
            .retry_base = retry_base};
}

asio::awaitable<Result<void>> Provider::get_ready() {
    if (auto ready = co_await api_.get_ready(); !ready) {
        co_return ready;
    }
    if (auto ready = co_await webhooks_.ensure(); !ready) {
        co_return ready;
    }
    if (api_.heard_since(clock_.now().monotonic - proof_of_life)) {
        co_return Result<void>{};
    }
    // A token in the drawer does not prove that a payment could be made now. The list of webhooks is the cheapest
    // question that needs all of our credentials.
    const auto answer = co_await api_.send({.operation = Operation::ask,
                                            .method = "GET",
                                            .url = webhooks_url(settings_),
                                            .deadline = settings_.deadlines.query});
    const bool answered = answer || (answer.error().world == World::refused && answer.error().code != "401");
    co_return answered ? Result<void>{} : std::unexpected(answer.error());
}

std::string Provider::prepare(Operation operation, const PaymentOrder& order, Money amount) const {
    return vipps::prepare(settings_, operation, order, amount);
}

ApiCall Provider::call_of(PaymentCall call) const {
    return {.operation = call.operation,
            .method = "POST",
            .url = url_of(settings_, call.operation, call.reference),
            .body = std::move(call.body),
            .key = call.operation == Operation::post_receipt ? IdempotencyKey{} : call.key,
            .limited_as = limited_as(call.operation, call.reference),
            .deadline = deadline_of(settings_.deadlines, call.operation)};
}

asio::awaitable<Result<PaymentStatus>> Provider::perform(PaymentCall call) {
    if (!is_reference(call.reference.text())) {
        co_return not_a_reference();
    }
    const Operation operation = call.operation;
    if (operation == Operation::ask) {
        co_return co_await query(call.reference, call.amount.currency);
    }
    const auto answer = co_await api_.send(call_of(call));
    if (answer) {
        co_return read_answer(operation, call, *answer);
    }
    const Failure& failure = answer.error();
    if (is_cancel(operation) && says_approving(failure)) {
        co_return without_figures(PaymentStatus::State::approving, call.amount.currency);
    }
    // A receipt is taken once: this one was posted by an earlier attempt.
    if (operation == Operation::post_receipt && failure.refusal == Refusal::conflict) {
        co_return without_figures(PaymentStatus::State::authorized, call.amount.currency);
    }
    co_return std::unexpected(failure);
}

Result<PaymentStatus> Provider::read_answer(Operation operation, const PaymentCall& call,
                                            const HttpResponse& answer) const {
    switch (operation) {
        case Operation::request:
            return read_created(settings_, answer.body, call.reference, call.amount.currency);
        case Operation::post_receipt:
            // 201 and the receipt's id as a bare JSON string. What a hot spot or a proxy says is not that.
            if (!json::parse(answer.body)) {
                return unknown("garbled", "the answer to a receipt is not JSON");
            }
            return without_figures(PaymentStatus::State::authorized, call.amount.currency);
        default:
            return read_payment(answer.body, call.reference);
    }
}

asio::awaitable<Result<PaymentStatus>> Provider::query(PaymentReference reference, Currency currency) {
    if (!is_reference(reference.text())) {
        co_return not_a_reference();
    }
    const auto answer = co_await api_.send({.operation = Operation::ask,
                                            .method = "GET",
                                            .url = payment_url(settings_, reference),
                                            .limited_as = limited_as(Operation::ask, reference),
                                            .deadline = settings_.deadlines.query});
    if (answer) {
        co_return read_payment(answer->body, reference);
    }
    if (says_absent(answer.error())) {
        co_return without_figures(PaymentStatus::State::absent, currency);
    }
    co_return std::unexpected(answer.error());
}

asio::awaitable<Result<std::vector<LoggedEvent>>> Provider::events(PaymentReference reference) {
    if (!is_reference(reference.text())) {
        co_return not_a_reference();
    }
    const auto answer = co_await api_.send({.operation = Operation::ask,
                                            .method = "GET",
                                            .url = events_url(settings_, reference),
                                            .limited_as = "events " + reference.text(),
                                            .deadline = settings_.deadlines.query});
    if (!answer) {
        co_return std::unexpected(answer.error());
    }
    co_return read_events(answer->body, reference);
}

asio::awaitable<Result<PngBytes>> Provider::load_picture(std::string url) {
    if (!may_be_followed(url, settings_.base_url)) {
        co_return refused("bad_url", "a picture's URL must be https", Refusal::impossible);
    }
    HttpRequest request{
        .method = "GET", .url = std::move(url), .headers = {{.name = "Accept", .value = "image/png"}}, .body = {}};
    auto answer = co_await transport_.send(std::move(request), settings_.deadlines.picture);
    if (!answer) {
        co_return std::unexpected(answer.error());
    }
    if (answer->status != 200) {
        co_return std::unexpected(classify(Operation::ask, *answer, clock_.now().wall));
    }
    if (answer->body.size() > largest_picture || !is_sound_png(answer->body)) {
        co_return unknown("garbled", "the QR picture is no PNG of at most 1 MiB and 4096 pixels on a side");
    }
    co_return std::make_shared<const std::string>(std::move(answer->body));
}

Callback Provider::read_callback(const HttpRequest& request) {
    Callback callback = vipps::read_callback(request, webhooks_.registrations(), settings_.merchant_serial_number);
    // Told again all the same: the first telling may have been lost, and the sale knows the event's name.
    if (callback.event && is_repetition(callback.event->event_id)) {
        log_.write(LogLevel::debug, "a Vipps webhook came again",
                   {{.key = "event", .value = callback.event->event_id}});
    }
    return callback;
}

bool Provider::is_repetition(const std::string& event_id) {
    if (std::ranges::find(seen_events_, event_id) != seen_events_.end()) {
        return true;
    }
    seen_events_.push_back(event_id);
    if (seen_events_.size() > most_events_remembered) {
        seen_events_.pop_front();
    }
    return false;
}

}  // namespace qrvend::vipps
