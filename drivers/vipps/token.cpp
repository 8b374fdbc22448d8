#include "drivers/vipps/token.hpp"

#include <algorithm>
#include <utility>

#include "controller/kiosk/wait.hpp"
#include "drivers/json/json.hpp"
#include "drivers/vipps/errors.hpp"
#include "drivers/vipps/headers.hpp"
#include "drivers/vipps/retry_after.hpp"

namespace qrvend::vipps {

namespace asio = boost::asio;

namespace {

constexpr std::size_t longest_token = 16 * 1024;  // about 1000 characters are usual
constexpr seconds longest_life = std::chrono::days{7};
constexpr seconds least_margin{60};

// Renewed with a tenth of its life left, at least a minute ahead; a token that lives two minutes or less, at its
// half.
milliseconds good_for(seconds life) {
    const milliseconds margin = std::max<milliseconds>(life / 10, least_margin);
    return life - std::min<milliseconds>(margin, milliseconds{life} / 2);
}

bool is_token(std::string_view text) {
    return !text.empty() && text.size() <= longest_token &&
           std::ranges::all_of(text, [](char c) { return c > ' ' && c < '\x7f'; });
}

Failure failure_of(const HttpResponse& answer, WallTime now) {
    const std::string code = std::to_string(answer.status);
    switch (answer.status) {
        case 400:
        case 403:
            return {.world = World::refused,
                    .code = code,
                    .detail = "Vipps refuses the request for a token (" + code +
                              "): check client_id, subscription_key and merchant_serial_number"};
        case 401:
            return {.world = World::refused,
                    .code = code,
                    .detail =
                        "client_id or client_secret refused by Vipps (401); the subscription_key may be wrong "
                        "too, or belong to the other environment"};
        default:
            return {.world = World::unsent,
                    .code = "no_token_" + code,
                    .detail = "Vipps gives no token now (" + code + ")",
                    .retry_after = parse_retry_after(header_value(answer.headers, "retry-after"), now)};
    }
}

}  // namespace

asio::awaitable<Result<std::string>> TokenSource::get() {
    for (;;) {
        if (token_ && clock_.now().monotonic < token_->renew_at) {
            co_return token_->text;
        }
        const auto other = under_way_.lock();
        if (!other || other->over) {
            break;
        }
        co_await wait_for(other);
        if (other->failure) {
            co_return std::unexpected(*other->failure);
        }
    }
    co_return co_await fetch_for_all();
}

asio::awaitable<void> TokenSource::wait_for(std::shared_ptr<Fetch> fetch) {
    const auto bell = std::make_shared<Bell>(clock_);
    fetch->waiting.push_back(bell);
    co_await bell->wait();
}

asio::awaitable<Result<std::string>> TokenSource::fetch_for_all() {
    const auto fetching = std::make_shared<Fetch>();
    under_way_ = fetching;
    Result<std::string> token;
    try {
        token = co_await fetch();
    } catch (...) {
        announce(*fetching);  // cancelled: one of those who wait fetches instead
        throw;
    }
    if (!token) {
        fetching->failure = token.error();
    }
    announce(*fetching);
    co_return token;
}

void TokenSource::announce(Fetch& fetch) {
    fetch.over = true;
    for (const auto& waiting : fetch.waiting) {
        if (const auto bell = waiting.lock()) {
            bell->ring();
        }
    }
}

asio::awaitable<Result<std::string>> TokenSource::fetch() {
    HttpRequest request{.method = "POST",
                        .url = settings_.base_url + "/accesstoken/get",
                        .headers = account_headers(settings_),
                        .body = {}};
    request.headers.push_back({.name = "client_id", .value = settings_.client_id});
    request.headers.push_back({.name = "client_secret", .value = settings_.client_secret});
    const MonotonicTime asked_at = clock_.now().monotonic;
    const auto answer = co_await transport_.send(std::move(request), settings_.deadlines.token);
    if (!answer) {
        co_return unsent(answer.error().code, "Vipps cannot be reached for a token: " + answer.error().code);
    }
    auto token = read(*answer, asked_at);
    if (!token) {
        co_return std::unexpected(token.error());
    }
    token_ = std::move(*token);
    co_return token_->text;
}

Result<TokenSource::Token> TokenSource::read(const HttpResponse& answer, MonotonicTime asked_at) const {
    if (answer.status != 200) {
        return std::unexpected(failure_of(answer, clock_.now().wall));
    }
    const auto value = json::parse(answer.body);
    auto text = value ? json::string_at(*value, "access_token") : std::nullopt;
    const auto life_s = value ? json::integer_at(*value, "expires_in") : std::nullopt;
    if (!text || !is_token(*text) || !life_s || *life_s <= 0) {
        return unsent("garbled", "Vipps' answer holds no token that can be used");
    }
    const seconds life = std::min(seconds{*life_s}, longest_life);
    return Token{.text = std::move(*text), .renew_at = asked_at + good_for(life)};
}

void TokenSource::drop(const std::string& token) {
    if (token_ && token_->text == token) {
        token_.reset();
    }
}

}  // namespace qrvend::vipps
