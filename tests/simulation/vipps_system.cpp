#include "tests/simulation/vipps_system.hpp"

#include <fmt/format.h>

#include <array>

#include "controller/base/url.hpp"
#include "drivers/json/json.hpp"
#include "drivers/vipps/amount.hpp"
#include "drivers/vipps/provider.hpp"
#include "drivers/vipps/sandbox/problem.hpp"
#include "drivers/vipps/sandbox/text.hpp"
#include "drivers/vipps/signature.hpp"

namespace qrvend::simulation {

namespace {

using namespace std::chrono_literals;
namespace sandbox = vipps::sandbox;

constexpr std::uint64_t settings_part = 10;
constexpr std::uint64_t random_part = 11;

constexpr const char* api_url = "https://api.vipps.example";
constexpr const char* phone_url = "https://phone.vipps.example";
constexpr const char* webhook_url = "https://kiosk.example/vipps";

sandbox::Settings sandbox_settings(Dice& dice) {
    sandbox::Settings settings;
    settings.public_url = phone_url;
    settings.token_life = dice.pick({90s, 900s, 3600s});
    settings.approval_takes = dice.pick<milliseconds>({0ms, 0ms, 700ms, 4s});
    settings.refund_shown_after = dice.pick<milliseconds>({0ms, 0ms, 5s, 2h});
    settings.webhook_latency = dice.pick<milliseconds>({0ms, 50ms, 3s});
    settings.gateway_shape =
        dice.pick({sandbox::GatewayShape::apim, sandbox::GatewayShape::problem, sandbox::GatewayShape::empty});
    settings.approving_answer = dice.pick({sandbox::ApprovingAnswer::code_6250, sandbox::ApprovingAnswer::code_6160,
                                           sandbox::ApprovingAnswer::locked});
    return settings;
}

vipps::Settings client_settings(Dice& dice) {
    const sandbox::Settings account;
    vipps::Settings settings;
    settings.base_url = api_url;
    settings.merchant_serial_number = account.merchant_serial_number;
    settings.client_id = account.client_id;
    settings.client_secret = account.client_secret;
    settings.subscription_key = account.subscription_key;
    settings.receipt = dice.pick({vipps::ReceiptMode::after_vend, vipps::ReceiptMode::after_vend,
                                  vipps::ReceiptMode::with_payment, vipps::ReceiptMode::none});
    settings.webhook_url = dice.chance(750) ? webhook_url : "";
    return settings;
}

PaymentTruth truth_of(const sandbox::PaymentSnapshot& payment) {
    return {.reference = payment.reference,
            .authorized = payment.authorized.minor,
            .captured = payment.captured.minor,
            .cancelled = payment.cancelled.minor,
            .refunded = payment.refunded.minor,
            .refund_pending = payment.refund_pending.minor,
            .may_be_approved = payment.state == sandbox::State::created};
}

}  // namespace

VippsSystem::VippsSystem(std::uint64_t seed) : VippsSystem(Dice(mix(seed, settings_part)), seed) {}

VippsSystem::VippsSystem(Dice dice, std::uint64_t seed)
    : random_(mix(seed, random_part)), client_(client_settings(dice)), sandbox_(sandbox_settings(dice), random_) {}

std::unique_ptr<PaymentProvider> VippsSystem::make_client(HttpTransport& transport, Clock& clock, Log& log,
                                                          Journal& journal) const {
    return std::make_unique<vipps::Provider>(client_, transport, clock, log, journal);
}

HttpResponse VippsSystem::answer(const HttpRequest& request, const Stamp& now) {
    return sandbox_.handle(request, now).response;
}

std::vector<simulation::Callback> VippsSystem::callbacks_due(const Stamp& now) {
    std::vector<simulation::Callback> due;
    for (auto& delivery : sandbox_.due(now)) {
        due.push_back({.id = delivery.id, .request = std::move(delivery.request)});
    }
    return due;
}

void VippsSystem::callback_answered(std::uint64_t id, std::optional<int> status, const Stamp& now) {
    sandbox_.delivered(id, status, now.monotonic);
}

std::optional<MonotonicTime> VippsSystem::next_callback() const {
    return sandbox_.next_due();
}

void VippsSystem::revoke_credentials() {
    sandbox_.revoke_tokens();
}

std::optional<std::string> VippsSystem::scan(const std::string& code, const Stamp&) {
    return sandbox_.reference_behind(code);
}

bool VippsSystem::approve(const std::string& reference, const Stamp& now) {
    return sandbox_.approve(reference, sandbox::CustomerAge::old_enough, now).has_value();
}

bool VippsSystem::reject(const std::string& reference, const Stamp& now) {
    return sandbox_.reject(reference, now).has_value();
}

bool VippsSystem::refuse_card(const std::string& reference, const Stamp& now) {
    return sandbox_.refuse_card(reference, now).error().code == "card_refused";
}

bool VippsSystem::change_approval(const std::string& reference, std::int64_t amount_minor, const Stamp& now) {
    const Money amount{.minor = amount_minor, .currency = *Currency::parse("NOK")};
    return sandbox_.change_approval(reference, amount, now).has_value();
}

bool VippsSystem::begin_approving(const std::string& reference, milliseconds duration, const Stamp& now) {
    return sandbox_.start_approving(reference, duration, now).has_value();
}

std::vector<PaymentTruth> VippsSystem::payments(const Stamp& now) {
    std::vector<PaymentTruth> all;
    for (const sandbox::PaymentSnapshot& payment : sandbox_.payments(now)) {
        all.push_back(truth_of(payment));
    }
    return all;
}

std::optional<PaymentTruth> VippsSystem::payment(const std::string& reference, const Stamp& now) {
    const auto payment = sandbox_.payment(reference, now);
    return payment ? std::optional(truth_of(*payment)) : std::nullopt;
}

bool VippsSystem::is_act(const HttpRequest& request) const {
    const auto url = parse_url(request.url);
    return request.method == "POST" && url &&
           (url->path_and_query.starts_with("/epayment/") || url->path_and_query.starts_with("/order-management/"));
}

std::string VippsSystem::key_of(const HttpRequest& request) const {
    return std::string(header_value(request.headers, "Idempotency-Key"));
}

bool VippsSystem::returns_approval(const HttpRequest& request) const {
    if (!request.url.ends_with("/cancel")) {
        return request.url.ends_with("/refund");
    }
    const auto body = json::parse(request.body);
    return !body || !json::bool_at(*body, "cancelTransactionOnly").value_or(false);
}

// Of a creation, which has it in its body, too.
std::string VippsSystem::reference_in(const HttpRequest& request) const {
    constexpr std::string_view payments = "/epayment/v1/payments";
    const auto begin = request.url.find(payments);
    if (begin == std::string::npos) {
        return {};
    }
    const std::string name = request.url.substr(begin + payments.size());
    if (name.empty()) {
        const auto body = json::parse(request.body);
        return body ? json::string_at(*body, "reference").value_or("") : "";
    }
    return name.substr(1, name.find('/', 1) - 1);
}

bool VippsSystem::refuses(const HttpResponse& answer) const {
    constexpr std::array not_for_good{408, 423, 429};
    if (answer.status == 401) {
        return true;
    }
    return answer.status >= 400 && answer.status < 500 &&
           std::ranges::find(not_for_good, answer.status) == not_for_good.end() && json::parse(answer.body);
}

std::optional<Claim> VippsSystem::claim_in(const HttpRequest& callback) const {
    const auto body = json::parse(callback.body);
    const auto amount = body ? vipps::read_amount(*body, "amount") : std::nullopt;
    if (!amount) {
        return std::nullopt;
    }
    return Claim{.reference = json::string_at(*body, "reference").value_or(""),
                 .event_id = json::string_at(*body, "pspReference").value_or(""),
                 .amount = *amount,
                 .approval = json::string_at(*body, "name") == "AUTHORIZED",
                 .success = json::bool_at(*body, "success").value_or(false)};
}

HttpResponse VippsSystem::gateway_answer(Dice& dice) const {
    const int status = dice.pick({409, 423, 429, 429, 500, 502, 503, 504});
    if (status >= 500 && dice.chance(300)) {
        return {.status = dice.pick({200, 502, 503}),
                .headers = {{.name = "Content-Type", .value = "text/html"}},
                .body = "<html><body>Welcome to the free network</body></html>"};
    }
    HttpResponse answer = sandbox::epayment_answer({.status = status, .title = "Not now"}, "/", "trace");
    if (status == 429 && dice.chance(700)) {
        answer.headers.push_back({.name = "Retry-After", .value = std::to_string(dice.between(1, 600))});
    }
    return answer;
}

HttpRequest VippsSystem::forge_approval(const std::string& reference, std::int64_t amount_minor, const Stamp& now) {
    const json::Value body{{"msn", client_.merchant_serial_number},
                           {"reference", reference},
                           {"pspReference", "forged"},
                           {"name", "AUTHORIZED"},
                           {"amount", {{"currency", "NOK"}, {"value", amount_minor}}},
                           {"success", true}};
    HttpRequest request{.method = "POST", .url = webhook_url, .headers = {}, .body = json::dump(body)};
    const std::string date = sandbox::http_date(now.wall);
    const std::string hash = vipps::content_hash(request.body);
    request.headers = {
        {.name = "x-ms-date", .value = date},
        {.name = "x-ms-content-sha256", .value = hash},
        {.name = "Authorization",
         .value = vipps::authorization(vipps::sign("a guess", "/vipps", date, "kiosk.example", hash))}};
    return request;
}

void VippsSystem::mislead(Dice& dice) {
    using enum sandbox::WebhookTrouble;
    sandbox_.add_fault(sandbox::WebhookFault{
        .trouble = dice.pick({forged, wrong_amount, wrong_currency, wrong_msn, wrong_reference, unsuccessful}),
        .event = sandbox::EventName::authorized});
}

}  // namespace qrvend::simulation
