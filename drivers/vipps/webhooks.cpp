#include "drivers/vipps/webhooks.hpp"

#include <algorithm>
#include <set>
#include <utility>

#include "drivers/json/json.hpp"
#include "drivers/vipps/errors.hpp"
#include "drivers/vipps/requests.hpp"
#include "drivers/vipps/url.hpp"

namespace qrvend::vipps {

namespace asio = boost::asio;

namespace {

constexpr std::chrono::hours check_again{24};
constexpr std::chrono::minutes try_again{5};
constexpr std::string_view journal_failed = "journal";

// Each account has its own: a machine moved to another merchant must not verify with the former one's secret.
std::string remembered_as(const Settings& settings) {
    return "vipps.webhook." + settings.merchant_serial_number;
}

Failure journal_failure(const Failure& failure) {
    return {.world = failure.world,
            .code = std::string(journal_failed),
            .detail = "the journal cannot keep the webhook's secret: " + failure.code};
}

}  // namespace

asio::awaitable<Result<void>> Webhooks::ensure() {
    const bool due = !next_check_ || clock_.now().monotonic >= *next_check_;
    if (settings_.webhook_url.empty() || !due || !turn_.expired()) {
        co_return Result<void>{};
    }
    const auto turn = std::make_shared<const bool>(true);
    turn_ = turn;
    auto done = co_await check();
    next_check_ = clock_.now().monotonic + (done ? milliseconds{check_again} : milliseconds{try_again});
    if (done || done.error().code == journal_failed) {
        co_return done;
    }
    log_.write(LogLevel::warning, "the Vipps webhook could not be checked; payments are polled",
               {{.key = "code", .value = done.error().code}, {.key = "detail", .value = done.error().detail}});
    co_return Result<void>{};
}

asio::awaitable<Result<void>> Webhooks::recall() {
    if (recalled_) {
        co_return Result<void>{};
    }
    const auto text = co_await journal_.recall(remembered_as(settings_));
    if (!text) {
        co_return std::unexpected(journal_failure(text.error()));
    }
    auto known = *text ? parse_registrations(**text) : std::nullopt;
    if (known && known->base_url == settings_.base_url) {
        registrations_ = std::move(*known);
    }
    recalled_ = true;
    co_return Result<void>{};
}

asio::awaitable<Result<void>> Webhooks::check() {
    if (auto recalled = co_await recall(); !recalled) {
        co_return recalled;
    }
    const auto listed = co_await list();
    if (!listed) {
        co_return std::unexpected(listed.error());
    }
    const bool present = is_present(*listed);
    const std::string present_id = present ? registrations_.known.front().id : "";
    // Of our URL but not ours any more: its secret was lost, or it lacks an event. First, because their number is
    // limited.
    for (const Listed& one : *listed) {
        if (one.url == settings_.webhook_url && one.id != present_id) {
            co_await remove(one.id);
        }
    }
    if (present) {
        co_return Result<void>{};
    }
    auto fresh = co_await add();
    if (!fresh) {
        co_return std::unexpected(fresh.error());
    }
    if (auto replaced = co_await replace(std::move(*fresh)); !replaced) {
        co_return replaced;
    }
    // The one of a former URL of this machine, if Vipps still has it.
    if (registrations_.known.size() > 1) {
        const Registration former = registrations_.known.back();
        if (former.url != settings_.webhook_url &&
            std::ranges::find(*listed, former.id, &Listed::id) != listed->end()) {
            co_await remove(former.id);
        }
    }
    co_return Result<void>{};
}

bool Webhooks::is_present(const std::vector<Listed>& listed) const {
    if (registrations_.known.empty() || registrations_.known.front().url != settings_.webhook_url) {
        return false;
    }
    const auto found = std::ranges::find(listed, registrations_.known.front().id, &Listed::id);
    return found != listed.end() && found->url == settings_.webhook_url && found->complete;
}

asio::awaitable<Result<std::vector<Webhooks::Listed>>> Webhooks::list() {
    ApiCall call{.method = "GET", .url = webhooks_url(settings_), .deadline = settings_.deadlines.webhooks};
    const auto answer = co_await api_.send(std::move(call));
    if (!answer) {
        co_return std::unexpected(answer.error());
    }
    co_return read_list(answer->body);
}

Result<std::vector<Webhooks::Listed>> Webhooks::read_list(std::string_view body) {
    const auto value = json::parse(body);
    const json::Value* all = value ? json::find(*value, "webhooks") : nullptr;
    if (all == nullptr || !all->is_array()) {
        return unknown("garbled", "the list of webhooks cannot be read");
    }
    std::vector<Listed> listed;
    for (const json::Value& one : *all) {
        const auto id = json::string_at(one, "id");
        const auto url = json::string_at(one, "url");
        const json::Value* events = json::find(one, "events");
        if (!id || !is_path_segment(*id) || !url || events == nullptr || !events->is_array()) {
            continue;
        }
        std::set<std::string> names;
        for (const json::Value& event : *events) {
            if (event.is_string()) {
                names.insert(event.get_ref<const std::string&>());
            }
        }
        const bool complete =
            std::ranges::all_of(registered_events(), [&](const std::string& name) { return names.contains(name); });
        listed.push_back({.id = *id, .url = *url, .complete = complete});
    }
    return listed;
}

asio::awaitable<Result<Registration>> Webhooks::add() {
    ApiCall call{.method = "POST",
                 .url = webhooks_url(settings_),
                 .body = json::dump({{"url", settings_.webhook_url}, {"events", registered_events()}}),
                 .deadline = settings_.deadlines.webhooks};
    const auto answer = co_await api_.send(std::move(call));
    if (!answer) {
        co_return std::unexpected(answer.error());
    }
    const auto value = json::parse(answer->body);
    auto id = value ? json::string_at(*value, "id") : std::nullopt;
    auto secret = value ? json::string_at(*value, "secret") : std::nullopt;
    if (!id || !is_path_segment(*id) || !secret || secret->empty()) {
        co_return unknown("garbled", "the answer to a webhook's registration holds no id and secret");
    }
    co_return Registration{.id = std::move(*id), .url = settings_.webhook_url, .secret = std::move(*secret)};
}

asio::awaitable<Result<void>> Webhooks::replace(Registration fresh) {
    Registrations next{.base_url = settings_.base_url, .known = {std::move(fresh)}};
    if (!registrations_.known.empty()) {
        next.known.push_back(registrations_.known.front());  // what is on its way may still carry its signature
    }
    const auto kept = co_await journal_.remember(remembered_as(settings_), to_text(next));
    if (!kept) {
        co_return std::unexpected(journal_failure(kept.error()));
    }
    registrations_ = std::move(next);
    log_.write(LogLevel::notice, "a webhook is registered with Vipps",
               {{.key = "url", .value = settings_.webhook_url},
                {.key = "webhook", .value = registrations_.known.front().id}});
    co_return Result<void>{};
}

asio::awaitable<void> Webhooks::remove(std::string id) {
    ApiCall call{
        .method = "DELETE", .url = webhooks_url(settings_) + "/" + id, .deadline = settings_.deadlines.webhooks};
    const auto answer = co_await api_.send(std::move(call));
    if (!answer && !says_absent(answer.error())) {
        log_.write(LogLevel::warning, "a stale webhook could not be removed",
                   {{.key = "webhook", .value = id}, {.key = "code", .value = answer.error().code}});
    }
}

}  // namespace qrvend::vipps
