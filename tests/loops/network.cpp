#include "tests/loops/network.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

namespace qrvend::test {

namespace {

using namespace std::chrono_literals;
using http::Fault;

constexpr milliseconds one_way = 60ms;

HttpResponse problem(int status, std::vector<HttpHeader> headers = {}) {
    headers.push_back({.name = "Content-Type", .value = "application/json"});
    return {.status = status,
            .headers = std::move(headers),
            .body = R"({"type":"about:blank","title":"In trouble","status":)" + std::to_string(status) + "}"};
}

HttpResponse page(int status) {
    return {.status = status,
            .headers = {{.name = "Content-Type", .value = "text/html"}},
            .body = "<html><body>Please log in</body></html>"};
}

Fault instead(HttpResponse response, Fault::Request request) {
    return {.request = request, .reply_with = std::move(response)};
}

Fault fault_of(Trouble trouble) {
    using enum Fault::Request;
    switch (trouble) {
        case Trouble::refused:
            return {.request = refused};
        case Trouble::unreachable:
            return {.request = unreachable};
        case Trouble::request_lost:
            return {.request = lost};
        case Trouble::answer_lost:
            return {.answer = Fault::Answer::lost};
        case Trouble::cut:
            return {.answer = Fault::Answer::cut};
        case Trouble::error_500:
            return instead(problem(500), lost);
        case Trouble::error_500_done:
            return instead(problem(500), arrives);
        case Trouble::busy_429:
            return instead(problem(429, {{.name = "Retry-After", .value = "7"}}), lost);
        case Trouble::locked_423:
            return instead(problem(423), lost);
        case Trouble::token_401:
            return instead(problem(401), lost);
        case Trouble::page_200:
            return instead(page(200), lost);
        case Trouble::page_502:
            return instead(page(502), lost);
        case Trouble::page_502_done:
            return instead(page(502), arrives);
        case Trouble::half_body:
        case Trouble::empty_body:
            return {};
        case Trouble::twice:
            return {.request = arrives_twice};
        case Trouble::slow:
            return {.answer_delay = 7s};
        case Trouble::late:
            return {.request_delay = 16s};
        case Trouble::very_late:
            return {.request_delay = 4min};
    }
    std::unreachable();
}

void spoil(Trouble trouble, HttpResponse& response) {
    if (trouble == Trouble::half_body) {
        response.body.resize(response.body.size() / 2);
    } else if (trouble == Trouble::empty_body) {
        response.body.clear();
    }
}

// What a gateway says of itself, or what was cut short, settles nothing.
bool is_refusal(const Result<HttpResponse>& answer) {
    constexpr std::array unsettled{408, 423, 429};
    return answer && answer->status / 100 == 4 && std::ranges::find(unsettled, answer->status) == unsettled.end() &&
           answer->body.starts_with('{') && answer->body.ends_with('}');
}

std::string outcome_of(const Result<HttpResponse>& answer) {
    return answer ? std::to_string(answer->status) : answer.error().code;
}

}  // namespace

std::string_view to_string(Trouble trouble) {
    constexpr std::array<std::string_view, static_cast<std::size_t>(last_trouble) + 1> names{
        "refused",       "unreachable", "request lost", "answer lost", "cut",      "500",           "500, but done",
        "429",           "423",         "401",          "page 200",    "page 502", "502, but done", "half a body",
        "an empty body", "twice",       "slow",         "late",        "very late"};
    return names.at(static_cast<std::size_t>(trouble));
}

FaultyNetwork::FaultyNetwork(simulated::SimulatedClock& clock) : clock_(clock), memory_(clock) {
    memory_.set_faults([this](const HttpRequest&) { return fault_; });
}

void FaultyNetwork::arm(std::uint64_t nth, std::uint64_t count, Trouble trouble) {
    trouble_ = trouble;
    first_ = nth;
    count_ = count;
    calls_ = 0;
    strikes_ = 0;
}

boost::asio::awaitable<Result<HttpResponse>> FaultyNetwork::send(HttpRequest request, milliseconds deadline) {
    ++calls_;
    const bool strikes = calls_ >= first_ && calls_ < first_ + count_;
    const Trouble trouble = trouble_;
    fault_ = strikes ? fault_of(trouble) : Fault{};
    fault_.request_delay += one_way;
    fault_.answer_delay += one_way;
    strikes_ += strikes ? 1 : 0;
    const std::string name = request.method + " " + request.url;
    note(name + (strikes ? fmt::format(" [{}]", to_string(trouble)) : ""));

    const std::size_t place = sent_.size();
    const IdempotencyKey key{std::string(header_value(request.headers, "Idempotency-Key"))};
    if (!key.empty()) {
        sent_.push_back({.url = request.url, .body = request.body, .key = key});
    }

    auto answer = co_await memory_.send(std::move(request), deadline);
    if (strikes && answer) {
        spoil(trouble, *answer);
    }
    if (!key.empty()) {
        sent_[place].was_refused = is_refusal(answer);
    }
    note(name + " -> " + outcome_of(answer));
    co_return answer;
}

void FaultyNetwork::note(const std::string& line) {
    lines_.push_back(fmt::format("{:>8} ms  {}", clock_.elapsed().count(), line));
}

}  // namespace qrvend::test
