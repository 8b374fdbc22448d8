#include "drivers/vipps/api.hpp"

#include <utility>

#include "drivers/vipps/errors.hpp"
#include "drivers/vipps/headers.hpp"

namespace qrvend::vipps {

namespace asio = boost::asio;

namespace {

// Vipps' documentation, "Rate limiting", per reference.
constexpr std::size_t changes_a_minute = 5;
constexpr std::size_t reads_a_minute = 120;
constexpr std::size_t most_changes_remembered = 256;
constexpr std::size_t most_reads_remembered = 64;

constexpr std::size_t longest_answer = 256UL * 1024;

bool is_success(int status) {
    return status >= 200 && status < 300;
}

HttpRequest request_of(const Settings& settings, const ApiCall& call, std::string_view token) {
    return {.method = call.method,
            .url = call.url,
            .headers = api_headers(settings, token, call.body, call.key.text()),
            .body = call.body};
}

Failure rate_limited(milliseconds wait) {
    return {.world = World::unsent,
            .code = "rate_limited",
            .detail = "held back by qrvend: Vipps takes no more of this call within a minute",
            .retry_after = std::chrono::ceil<seconds>(wait)};
}

}  // namespace

Api::Api(const Settings& settings, HttpTransport& transport, Clock& clock, Log& log)
    : settings_(settings),
      transport_(transport),
      clock_(clock),
      log_(log),
      tokens_(settings, transport, clock),
      changes_(changes_a_minute, std::chrono::minutes{1}, most_changes_remembered),
      reads_(reads_a_minute, std::chrono::minutes{1}, most_reads_remembered) {}

asio::awaitable<Result<void>> Api::get_ready() {
    const auto token = co_await tokens_.get();
    if (!token) {
        co_return std::unexpected(token.error());
    }
    co_return Result<void>{};
}

std::optional<milliseconds> Api::over_limit(const ApiCall& call) {
    if (call.limited_as.empty()) {
        return std::nullopt;
    }
    RateLimit& limit = call.operation == Operation::ask ? reads_ : changes_;
    return limit.take(call.limited_as, clock_.now().monotonic);
}

// A gateway that answers for a service behind it that is down says 5xx: that is not Vipps' voice.
void Api::note(const Result<HttpResponse>& answer) {
    const bool heard = answer && answer->status < 500;
    heard_at_ = heard ? std::optional{clock_.now().monotonic} : std::nullopt;
}

asio::awaitable<Result<HttpResponse>> Api::send(ApiCall call) {
    for (bool token_is_fresh = false;; token_is_fresh = true) {
        const auto token = co_await tokens_.get();
        if (!token) {
            co_return std::unexpected(token.error());
        }
        if (const auto wait = over_limit(call)) {
            co_return std::unexpected(rate_limited(*wait));
        }
        auto answer = co_await transport_.send(request_of(settings_, call, *token), call.deadline);
        note(answer);
        if (!answer) {
            co_return std::unexpected(answer.error());
        }
        if (answer->status == 401) {
            tokens_.drop(*token);
            if (!token_is_fresh) {
                log_.write(LogLevel::info, "Vipps has turned a token away; another is fetched");
                continue;
            }
        }
        if (!is_success(answer->status)) {
            co_return std::unexpected(classify(call.operation, *answer, clock_.now().wall));
        }
        if (answer->body.size() > longest_answer) {
            co_return unknown("too_large", "the answer is larger than 256 KiB");
        }
        co_return std::move(*answer);
    }
}

}  // namespace qrvend::vipps
