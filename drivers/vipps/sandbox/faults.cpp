#include "drivers/vipps/sandbox/faults.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "drivers/vipps/sandbox/problem.hpp"
#include "drivers/vipps/sandbox/text.hpp"

namespace qrvend::vipps::sandbox {

namespace {

constexpr std::int64_t max_times = 1'000'000;
constexpr std::int64_t max_delay_ms = 3'600'000;

constexpr auto trouble_names = std::to_array<std::pair<std::string_view, Trouble>>({
    {"delay", Trouble::delay},
    {"lose_request", Trouble::lose_request},
    {"lose_answer", Trouble::lose_answer},
    {"status", Trouble::status},
    {"html", Trouble::html},
    {"empty_body", Trouble::empty_body},
    {"half_body", Trouble::half_body},
    {"wrong_content_type", Trouble::wrong_content_type},
});

constexpr auto webhook_trouble_names = std::to_array<std::pair<std::string_view, WebhookTrouble>>({
    {"duplicate", WebhookTrouble::duplicate},
    {"late", WebhookTrouble::late},
    {"overtaken", WebhookTrouble::overtaken},
    {"lost", WebhookTrouble::lost},
    {"forged", WebhookTrouble::forged},
    {"wrong_amount", WebhookTrouble::wrong_amount},
    {"wrong_currency", WebhookTrouble::wrong_currency},
    {"wrong_msn", WebhookTrouble::wrong_msn},
    {"wrong_reference", WebhookTrouble::wrong_reference},
    {"unsuccessful", WebhookTrouble::unsuccessful},
});

template <class Names>
auto value_of(const Names& names, std::string_view name) {
    const auto found = std::ranges::find(names, name, [](const auto& entry) { return entry.first; });
    return found == names.end() ? std::nullopt : std::optional{found->second};
}

template <class Names, class Value>
std::string_view name_of(const Names& names, Value value) {
    return std::ranges::find(names, value, [](const auto& entry) { return entry.second; })->first;
}

template <class Names>
std::string all_of(const Names& names) {
    std::string text;
    for (const auto& entry : names) {
        text.append(text.empty() ? "" : ", ").append(entry.first);
    }
    return text;
}

template <class Fault, class Matches>
std::optional<Fault> take_first(std::vector<Fault>& faults, Matches matches) {
    const auto found = std::ranges::find_if(faults, matches);
    if (found == faults.end()) {
        return std::nullopt;
    }
    Fault fault = *found;
    if (--found->times == 0) {
        faults.erase(found);
    }
    return fault;
}

// A whole number in its limits, `otherwise` where it is absent, nothing where it is anything else.
std::optional<std::int64_t> number_at(const json::Value& value, std::string_view key, std::int64_t otherwise,
                                      std::int64_t max) {
    if (json::find(value, key) == nullptr) {
        return otherwise;
    }
    const auto number = json::integer_at(value, key);
    return number && *number >= 0 && *number <= max ? number : std::nullopt;
}

std::optional<EventName> parse_event(std::string_view name) {
    for (const EventName event :
         {EventName::created, EventName::authorized, EventName::captured, EventName::cancelled, EventName::refunded,
          EventName::aborted, EventName::expired, EventName::terminated}) {
        if (equal_ignoring_case(to_string(event), name)) {
            return event;
        }
    }
    return std::nullopt;
}

HttpResponse html_page(int status) {
    return {.status = status,
            .headers = {{.name = "Content-Type", .value = "text/html; charset=utf-8"}},
            .body = fmt::format("<!doctype html><html><head><title>{0}</title></head>"
                                "<body><h1>{0}</h1><p>This is not the page you are looking for.</p></body></html>",
                                status)};
}

}  // namespace

Work usual_work(Trouble trouble) {
    const bool never_arrives =
        trouble == Trouble::lose_request || trouble == Trouble::status || trouble == Trouble::html;
    return never_arrives ? Work::not_done : Work::done;
}

bool Faults::add(CallFault fault) {
    if (fault.times == 0 || calls_.size() >= limit_) {
        return false;
    }
    calls_.push_back(std::move(fault));
    return true;
}

bool Faults::add(WebhookFault fault) {
    if (fault.times == 0 || webhooks_.size() >= limit_) {
        return false;
    }
    webhooks_.push_back(fault);
    return true;
}

void Faults::clear() {
    calls_.clear();
    webhooks_.clear();
}

std::optional<CallFault> Faults::take(Call call) {
    return take_first(calls_, [&](const CallFault& fault) { return fault.call == call; });
}

std::optional<WebhookFault> Faults::take(EventName event) {
    return take_first(webhooks_, [&](const WebhookFault& fault) { return fault.event.value_or(event) == event; });
}

HttpResponse spoil(HttpResponse answer, const CallFault& fault, std::string_view path,
                   const std::string& trace_id) {
    switch (fault.trouble) {
        case Trouble::status: {
            Problem problem = domain_problem(fault.status, fault.code);
            answer = epayment_answer(problem, path, trace_id);
            if (fault.retry_after) {
                answer.headers.push_back(
                    {.name = "Retry-After", .value = std::to_string(fault.retry_after->count())});
            }
            return answer;
        }
        case Trouble::html:
            return html_page(fault.status);
        case Trouble::empty_body:
            answer.body.clear();
            return answer;
        case Trouble::half_body:
            answer.body.resize(answer.body.size() / 2);
            return answer;
        case Trouble::wrong_content_type:
            std::erase_if(answer.headers, [](const HttpHeader& header) {
                return equal_ignoring_case(header.name, "content-type");
            });
            answer.headers.push_back({.name = "Content-Type", .value = "text/plain"});
            return answer;
        case Trouble::delay:
        case Trouble::lose_request:
        case Trouble::lose_answer:
            break;
    }
    return answer;
}

std::expected<CallFault, std::string> read_call_fault(const json::Value& value) {
    const auto call = parse_call(json::string_at(value, "call").value_or(std::string{}));
    if (!call) {
        return std::unexpected("call: no call of that name");
    }
    const auto trouble = value_of(trouble_names, json::string_at(value, "trouble").value_or(std::string{}));
    if (!trouble) {
        return std::unexpected("trouble: must be one of " + all_of(trouble_names));
    }
    const auto times = number_at(value, "times", 1, max_times);
    const auto delay = number_at(value, "delay_ms", 0, max_delay_ms);
    const auto status = number_at(value, "status", *trouble == Trouble::html ? 502 : 500, 599);
    const auto retry_after = number_at(value, "retry_after_s", -1, max_delay_ms);
    if (!times || !delay || !status || !retry_after || *times == 0 || *status < 200) {
        return std::unexpected("times, delay_ms, status, retry_after_s: a number is out of its limits");
    }
    const std::string work = json::string_at(value, "work").value_or(std::string{});
    if (!work.empty() && work != "done" && work != "not_done") {
        return std::unexpected("work: must be done or not_done");
    }
    CallFault fault{.call = *call,
                    .trouble = *trouble,
                    .work = usual_work(*trouble),
                    .times = static_cast<std::uint32_t>(*times),
                    .delay = milliseconds{*delay},
                    .status = static_cast<int>(*status),
                    .code = json::string_at(value, "code").value_or(std::string{})};
    if (*retry_after >= 0) {
        fault.retry_after = seconds{*retry_after};
    }
    if (!work.empty()) {
        fault.work = work == "done" ? Work::done : Work::not_done;
    }
    return fault;
}

std::expected<WebhookFault, std::string> read_webhook_fault(const json::Value& value) {
    const auto trouble = value_of(webhook_trouble_names, json::string_at(value, "trouble").value_or(std::string{}));
    if (!trouble) {
        return std::unexpected("trouble: must be one of " + all_of(webhook_trouble_names));
    }
    const auto times = number_at(value, "times", 1, max_times);
    const auto delay = number_at(value, "delay_ms", 5000, max_delay_ms);
    if (!times || !delay || *times == 0) {
        return std::unexpected("times, delay_ms: a number is out of its limits");
    }
    WebhookFault fault{
        .trouble = *trouble, .times = static_cast<std::uint32_t>(*times), .delay = milliseconds{*delay}};
    if (const auto event = json::string_at(value, "event")) {
        fault.event = parse_event(*event);
        if (!fault.event) {
            return std::unexpected("event: no event of that name");
        }
    }
    return fault;
}

json::Value to_json(const CallFault& fault) {
    json::Value value = {{"call", to_string(fault.call)},
                         {"trouble", name_of(trouble_names, fault.trouble)},
                         {"work", fault.work == Work::done ? "done" : "not_done"},
                         {"times", fault.times},
                         {"delay_ms", fault.delay.count()},
                         {"status", fault.status},
                         {"code", fault.code}};
    if (fault.retry_after) {
        value["retry_after_s"] = fault.retry_after->count();
    }
    return value;
}

json::Value to_json(const WebhookFault& fault) {
    json::Value value = {{"trouble", name_of(webhook_trouble_names, fault.trouble)},
                         {"times", fault.times},
                         {"delay_ms", fault.delay.count()}};
    if (fault.event) {
        value["event"] = to_string(*fault.event);
    }
    return value;
}

}  // namespace qrvend::vipps::sandbox
