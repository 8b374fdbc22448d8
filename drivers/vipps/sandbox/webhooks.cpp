#include "drivers/vipps/sandbox/webhooks.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <utility>

#include "drivers/vipps/sandbox/text.hpp"
#include "drivers/vipps/sandbox/webhook_rules.hpp"
#include "drivers/vipps/signature.hpp"

namespace qrvend::vipps::sandbox {

namespace {

constexpr std::size_t secret_bytes = 64;
constexpr std::chrono::days give_up_after{7};
constexpr std::chrono::days remove_after{14};

}  // namespace

Webhooks::Webhooks(const Settings& settings, Random& random, Faults& faults)
    : settings_(settings), random_(random), faults_(faults) {}

std::expected<Registration, Problem> Webhooks::add(const std::string& url, std::vector<std::string> events) {
    const auto parsed = parse_url(url);
    if (!parsed || (parsed->scheme != "https" && !settings_.plain_http_webhooks)) {
        return std::unexpected(field_problem({{.name = "url", .reason = "must be a public https URL"}}));
    }
    if (events.empty()) {
        return std::unexpected(field_problem({{.name = "events", .reason = "must name at least one event"}}));
    }
    for (const std::string& event : events) {
        if (!is_registrable(event)) {
            return std::unexpected(
                field_problem({{.name = "events", .reason = "no event of that name: " + event}}));
        }
        const auto taken = std::ranges::count_if(registrations_, [&](const Registration& other) {
            return std::ranges::find(other.events, event) != other.events.end();
        });
        if (taken >= most_registrations(event)) {
            return std::unexpected(Problem{.status = 409, .title = "Too many registrations of " + event});
        }
    }
    registrations_.push_back({.id = random_uuid(random_),
                              .url_text = url,
                              .url = *parsed,
                              .secret = random_base64(random_, secret_bytes),
                              .events = std::move(events)});
    return registrations_.back();
}

bool Webhooks::remove(std::string_view id) {
    if (std::erase_if(registrations_, [&](const Registration& one) { return one.id == id; }) == 0) {
        return false;
    }
    for (auto lane = lanes_.begin(); lane != lanes_.end();) {
        if (lane->second.registration != id) {
            ++lane;
            continue;
        }
        queued_ -= lane->second.messages.size();
        schedule_.erase({lane->second.at, lane->first});
        under_way_.erase(lane->second.under_way);
        ordered_.erase(lane->second.order_key);
        lane = lanes_.erase(lane);
    }
    return true;
}

void Webhooks::publish(const Payment& payment, const Event& event, const Stamp& now) {
    const std::string wanted = registered_name(event.name);
    json::Value content;
    for (const Registration& registration : registrations_) {
        if (std::ranges::find(registration.events, wanted) == registration.events.end()) {
            continue;
        }
        if (content.is_null()) {
            content = event_json(payment, event);
            content["msn"] = settings_.merchant_serial_number;
            if (settings_.unknown_fields_in_answers) {
                content["addedLater"] = json::Value::object({{"by", "sandbox"}});
            }
        }
        Message message{.body = json::dump(content), .due = now.monotonic + settings_.webhook_latency};
        const std::string order_key = fmt::format("{}/{}", registration.id, payment.order.reference);
        if (const auto fault = faults_.take(event.name)) {
            queue_with_fault(registration.id, order_key, content, *fault, std::move(message));
        } else {
            queue(registration.id, order_key, std::move(message));
        }
    }
}

void Webhooks::queue_with_fault(const std::string& registration, const std::string& order_key,
                                const json::Value& content, const WebhookFault& fault, Message message) {
    switch (fault.trouble) {
        case WebhookTrouble::lost:
            return;
        case WebhookTrouble::duplicate:
            message.wanted = Attempts::twice;
            break;
        case WebhookTrouble::late:
            message.due += fault.delay;
            break;
        case WebhookTrouble::overtaken:
            message.due += fault.delay;
            queue(registration, {}, std::move(message));
            return;
        case WebhookTrouble::forged:
            queue(registration, {},
                  {.body = message.body, .signer = Signer::forger, .wanted = Attempts::single, .due = message.due});
            break;
        default:
            queue(registration, {},
                  {.body = json::dump(falsified(content, fault.trouble)),
                   .wanted = Attempts::single,
                   .due = message.due});
            break;
    }
    queue(registration, order_key, std::move(message));
}

void Webhooks::queue(const std::string& registration, const std::string& order_key, Message message) {
    if (queued_ >= settings_.limits.queued_webhooks) {
        return;
    }
    ++queued_;
    const auto held = order_key.empty() ? ordered_.end() : ordered_.find(order_key);
    if (held != ordered_.end()) {
        lanes_.at(held->second).messages.push_back(std::move(message));
        return;
    }
    const std::uint64_t number = ++last_lane_;
    const MonotonicTime at = message.due;
    Lane& lane = lanes_[number];
    lane.registration = registration;
    lane.order_key = order_key;
    lane.messages.push_back(std::move(message));
    if (!order_key.empty()) {
        ordered_.emplace(order_key, number);
    }
    schedule(number, at);
}

void Webhooks::schedule(std::uint64_t number, MonotonicTime at) {
    Lane& lane = lanes_.at(number);
    schedule_.erase({lane.at, number});
    lane.at = at;
    schedule_.emplace(at, number);
}

std::vector<WebhookDelivery> Webhooks::due(const Stamp& now) {
    std::vector<WebhookDelivery> deliveries;
    while (!schedule_.empty() && schedule_.begin()->first <= now.monotonic) {
        const auto [at, number] = *schedule_.begin();
        if (lanes_.at(number).under_way != 0) {
            fail(number, at);
            continue;
        }
        deliveries.push_back(start(number, *find(lanes_.at(number).registration), now));
    }
    return deliveries;
}

WebhookDelivery Webhooks::start(std::uint64_t number, const Registration& registration, const Stamp& now) {
    Lane& lane = lanes_.at(number);
    Message& message = lane.messages.front();
    if (message.attempts++ == 0) {
        message.first_attempt = now.monotonic;
        message.date = http_date(now.wall);
    }
    const std::string date = settings_.redate_retries ? http_date(now.wall) : message.date;
    const std::string secret =
        message.signer == Signer::genuine ? registration.secret : random_base64(random_, secret_bytes);
    const std::string hash = content_hash(message.body);
    const Url& url = registration.url;
    lane.under_way = ++last_attempt_;
    under_way_.emplace(lane.under_way, number);
    schedule(number, now.monotonic + settings_.webhook_deadline);
    return {.id = lane.under_way,
            .request = {
                .method = "POST",
                .url = registration.url_text,
                .headers = {{.name = "Host", .value = url.authority()},
                            {.name = "Content-Type", .value = "application/json"},
                            {.name = "x-ms-date", .value = date},
                            {.name = "x-ms-content-sha256", .value = hash},
                            {.name = "Authorization",
                             .value = authorization(sign(secret, url.path_and_query, date, url.authority(), hash))},
                            {.name = "Webhook-Id", .value = registration.id}},
                .body = message.body}};
}

void Webhooks::delivered(std::uint64_t id, std::optional<int> status, MonotonicTime now) {
    const auto found = under_way_.find(id);
    if (found == under_way_.end()) {
        return;
    }
    const std::uint64_t number = found->second;
    if (status && *status >= 200 && *status < 300) {
        succeed(number, now);
    } else {
        fail(number, now);
    }
}

std::optional<MonotonicTime> Webhooks::next_due() const {
    return schedule_.empty() ? std::nullopt : std::optional{schedule_.begin()->first};
}

void Webhooks::succeed(std::uint64_t number, MonotonicTime now) {
    const Lane& lane = lanes_.at(number);
    const std::string registration = lane.registration;
    const Message message = lane.messages.front();
    find(registration)->failing_since.reset();
    next_message(number, now);
    if (message.wanted == Attempts::twice) {
        queue(registration, {}, {.body = message.body, .due = now + std::chrono::seconds{1}});
    }
}

void Webhooks::fail(std::uint64_t number, MonotonicTime now) {
    Lane& lane = lanes_.at(number);
    const Message& message = lane.messages.front();
    if (message.wanted == Attempts::single) {
        next_message(number, now);
        return;
    }
    Registration& registration = *find(lane.registration);
    if (!registration.failing_since) {
        registration.failing_since = now;
    }
    if (now - *registration.failing_since >= remove_after) {
        const std::string id = registration.id;
        remove(id);
        return;
    }
    const MonotonicTime again = now + wait_after(message.attempts);
    if (again - message.first_attempt > give_up_after) {
        next_message(number, now);
        return;
    }
    under_way_.erase(lane.under_way);
    lane.under_way = 0;
    schedule(number, again);
}

void Webhooks::next_message(std::uint64_t number, MonotonicTime now) {
    Lane& lane = lanes_.at(number);
    under_way_.erase(lane.under_way);
    lane.under_way = 0;
    lane.messages.pop_front();
    --queued_;
    if (!lane.messages.empty()) {
        schedule(number, std::max(now, lane.messages.front().due));
        return;
    }
    schedule_.erase({lane.at, number});
    ordered_.erase(lane.order_key);
    lanes_.erase(number);
}

Registration* Webhooks::find(std::string_view id) {
    const auto found = std::ranges::find(registrations_, id, &Registration::id);
    return found == registrations_.end() ? nullptr : &*found;
}

}  // namespace qrvend::vipps::sandbox
