#include "drivers/vipps/sandbox/sandbox.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "drivers/vipps/sandbox/parts.hpp"
#include "drivers/vipps/sandbox/text.hpp"

namespace qrvend::vipps::sandbox {

namespace {

std::string_view path_of(const HttpRequest& request) {
    const std::string_view url = request.url;
    return url.substr(0, url.find('?'));
}

bool stands_under(std::string_view path, std::string_view folder) {
    return path.starts_with(folder) && (path.size() == folder.size() || path[folder.size()] == '/');
}

HttpResponse answer_after_gateway(Sandbox::Parts& parts, const Incoming& incoming) {
    switch (incoming.route.call) {
        case Call::receipt:
        case Call::get_receipt:
            return answer_orders(parts, incoming);
        case Call::webhook_register:
        case Call::webhook_list:
        case Call::webhook_delete:
            return answer_webhooks(parts, incoming);
        default:
            return answer_epayment(parts, incoming);
    }
}

HttpResponse answer_api(Sandbox::Parts& parts, const Incoming& incoming) {
    const auto& [request, path, route, now] = incoming;
    if (route.call == Call::token) {
        return answer_token(request, parts.settings, parts.tokens, parts.random, now);
    }
    if (auto refusal = turn_away(request, parts.settings, parts.tokens, now.monotonic)) {
        return *std::move(refusal);
    }
    if (const auto problem = check_headers(route.call, request, parts.settings)) {
        return path.starts_with("/order-management") ? order_answer(*problem, path)
                                                     : epayment_answer(*problem, path, parts.trace_id());
    }
    return answer_after_gateway(parts, incoming);
}

Reply spoiled(Sandbox::Parts& parts, const Incoming& incoming, const CallFault& fault) {
    Reply reply{.response = {}, .delay = fault.delay};
    if (fault.trouble == Trouble::lose_request) {
        reply.loss = Reply::Loss::request;
        return reply;
    }
    HttpResponse answer = fault.work == Work::done ? answer_api(parts, incoming) : HttpResponse{};
    reply.response = spoil(std::move(answer), fault, incoming.path, parts.trace_id());
    reply.loss = fault.trouble == Trouble::lose_answer ? Reply::Loss::answer : Reply::Loss::none;
    return reply;
}

Result<void> not_found() {
    return refused("not_found");
}

}  // namespace

Sandbox::Parts::Parts(Settings wanted, Random& source)
    : settings(std::move(wanted)),
      random(source),
      faults(settings.limits.faults),
      webhooks(settings, random, faults),
      ledger(settings, random,
             [this](const Payment& payment, const Event& event, const Stamp& at) {
                 webhooks.publish(payment, event, at);
             }),
      keys(settings.limits.idempotency_keys),
      tokens(settings.limits.tokens) {}

std::string Sandbox::Parts::trace_id() {
    return fmt::format("00-{}-{}-01", random_hex(random, 16), random_hex(random, 8));
}

Sandbox::Sandbox(Settings settings, Random& random)
    : parts_(std::make_unique<Parts>(std::move(settings), random)) {}

Sandbox::~Sandbox() = default;

Reply Sandbox::handle(const HttpRequest& request, const Stamp& now) {
    Parts& parts = *parts_;
    parts.advance(now);
    const std::string_view path = path_of(request);
    if (request.body.size() > parts.settings.limits.body_bytes) {
        return {.response = gateway_answer(parts.settings.gateway_shape, 413, "The body is too large.")};
    }
    if (stands_under(path, "/control")) {
        return {.response = answer_control(*this, parts, request, now)};
    }
    if (stands_under(path, "/phone") || path == "/phone.css") {
        return {.response = answer_phone(parts, request, path, now)};
    }
    if (path == "/qr-image/v1") {
        return {.response = answer_picture(parts, request)};
    }
    const auto route = find_route(request.method, path);
    if (!route) {
        return {.response = gateway_answer(parts.settings.gateway_shape, 404, "Resource not found")};
    }
    const Incoming incoming{.request = request, .path = path, .route = *route, .now = now};
    if (const auto fault = parts.faults.take(route->call)) {
        return spoiled(parts, incoming, *fault);
    }
    return {.response = answer_api(parts, incoming)};
}

std::vector<WebhookDelivery> Sandbox::due(const Stamp& now) {
    parts_->advance(now);
    return parts_->webhooks.due(now);
}

void Sandbox::delivered(std::uint64_t id, std::optional<int> status, MonotonicTime now) {
    parts_->webhooks.delivered(id, status, now);
}

std::optional<MonotonicTime> Sandbox::next_due() const {
    const auto webhook = parts_->webhooks.next_due();
    const auto change = parts_->ledger.next_change();
    return webhook && change ? std::min(*webhook, *change) : (webhook ? webhook : change);
}

std::vector<PaymentSnapshot> Sandbox::payments(const Stamp& now) {
    parts_->advance(now);
    std::vector<PaymentSnapshot> snapshots;
    for (const Payment* payment : parts_->ledger.all()) {
        snapshots.push_back(snapshot_of(*payment, parts_->settings));
    }
    return snapshots;
}

std::optional<PaymentSnapshot> Sandbox::payment(std::string_view reference, const Stamp& now) {
    parts_->advance(now);
    const Payment* payment = parts_->ledger.find(reference);
    return payment == nullptr ? std::nullopt : std::optional{snapshot_of(*payment, parts_->settings)};
}

std::vector<Event> Sandbox::events(std::string_view reference, const Stamp& now) {
    parts_->advance(now);
    const Payment* payment = parts_->ledger.find(reference);
    return payment == nullptr ? std::vector<Event>{} : payment->events;
}

std::optional<std::string> Sandbox::reference_behind(std::string_view url) const {
    const std::string pages = phone_url(parts_->settings, std::string_view{});
    if (!url.starts_with(pages)) {
        return std::nullopt;
    }
    const Payment* payment = parts_->ledger.find_by_phone_token(url.substr(pages.size()));
    return payment == nullptr ? std::nullopt : std::optional{payment->order.reference};
}

Result<void> Sandbox::approve(std::string_view reference, CustomerAge age, const Stamp& now) {
    parts_->advance(now);
    Payment* payment = parts_->ledger.find(reference);
    return payment == nullptr ? not_found() : parts_->ledger.approve(*payment, age, now);
}

Result<void> Sandbox::reject(std::string_view reference, const Stamp& now) {
    parts_->advance(now);
    Payment* payment = parts_->ledger.find(reference);
    return payment == nullptr ? not_found() : parts_->ledger.reject(*payment, now);
}

Result<void> Sandbox::refuse_card(std::string_view reference, const Stamp& now) {
    parts_->advance(now);
    Payment* payment = parts_->ledger.find(reference);
    return payment == nullptr ? not_found() : parts_->ledger.refuse_card(*payment, now);
}

Result<void> Sandbox::start_approving(std::string_view reference, milliseconds duration, const Stamp& now) {
    parts_->advance(now);
    Payment* payment = parts_->ledger.find(reference);
    return payment == nullptr ? not_found() : parts_->ledger.start_approving(*payment, duration, now);
}

Result<void> Sandbox::expire(std::string_view reference, const Stamp& now) {
    parts_->advance(now);
    Payment* payment = parts_->ledger.find(reference);
    return payment == nullptr ? not_found() : parts_->ledger.expire(*payment, now);
}

Result<void> Sandbox::portal_refund(std::string_view reference, Money amount, const Stamp& now) {
    parts_->advance(now);
    Payment* payment = parts_->ledger.find(reference);
    if (payment == nullptr) {
        return not_found();
    }
    if (const auto problem = why_no_refund(*payment, amount, now.monotonic)) {
        return refused(problem->code, problem->title);
    }
    parts_->ledger.refund(*payment, amount, {}, now);
    return {};
}

Result<void> Sandbox::portal_cancel(std::string_view reference, const Stamp& now) {
    parts_->advance(now);
    Payment* payment = parts_->ledger.find(reference);
    if (payment == nullptr) {
        return not_found();
    }
    if (const auto problem = why_no_cancel(*payment, CancelMode::whole, parts_->settings, now.monotonic)) {
        return refused(problem->code, problem->title);
    }
    parts_->ledger.cancel(*payment, {}, now);
    return {};
}

Result<void> Sandbox::change_approval(std::string_view reference, Money amount, const Stamp& now) {
    parts_->advance(now);
    Payment* payment = parts_->ledger.find(reference);
    if (payment == nullptr) {
        return not_found();
    }
    payment->approves = amount;
    return {};
}

bool Sandbox::add_fault(CallFault fault) {
    return parts_->faults.add(std::move(fault));
}
bool Sandbox::add_fault(WebhookFault fault) {
    return parts_->faults.add(fault);
}
void Sandbox::clear_faults() {
    parts_->faults.clear();
}
void Sandbox::revoke_tokens() {
    parts_->tokens.revoke();
}
Settings& Sandbox::settings() {
    return parts_->settings;
}

std::string phone_url(const Settings& settings, std::string_view token) {
    return fmt::format("{}/phone/{}", settings.public_url, token);
}

PaymentSnapshot snapshot_of(const Payment& payment, const Settings& settings) {
    return {.reference = payment.order.reference,
            .state = payment.state,
            .ordered = payment.order.amount,
            .authorized = payment.authorized,
            .captured = payment.captured,
            .cancelled = payment.cancelled,
            .refunded = payment.refunded,
            .refund_pending = payment.open_refunds(),
            .approving = payment.approving.has_value(),
            .customer_present = payment.order.customer_present,
            .receipt_posted = payment.receipt_posted,
            .receipt_total_minor = payment.order.receipt_total_minor,
            .calls = payment.calls,
            .phone_url = phone_url(settings, payment.phone_token)};
}

}  // namespace qrvend::vipps::sandbox
