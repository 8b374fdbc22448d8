// The phone page: what the customer of a payment would see in the app, with two buttons. Plain HTML and forms, so
// that it works on every phone; what comes from outside is escaped, and the page may load nothing but its own
// style.

#include <fmt/format.h>

#include <chrono>
#include <string>
#include <string_view>

#include "drivers/vipps/sandbox/parts.hpp"
#include "drivers/vipps/sandbox/phone_style.hpp"
#include "drivers/vipps/sandbox/phone_words.hpp"
#include "drivers/vipps/sandbox/picture.hpp"
#include "drivers/vipps/sandbox/text.hpp"

namespace qrvend::vipps::sandbox {

namespace {

constexpr std::string_view folder = "/phone/";

enum class Icon : std::uint8_t { check, cross, clock };

HttpResponse html_answer(int status, std::string body) {
    return {.status = status,
            .headers = {{.name = "Content-Type", .value = "text/html; charset=utf-8"},
                        {.name = "Content-Security-Policy",
                         .value = "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; "
                                  "frame-ancestors 'none'"},
                        {.name = "X-Content-Type-Options", .value = "nosniff"},
                        {.name = "Referrer-Policy", .value = "no-referrer"},
                        {.name = "Cache-Control", .value = "no-store"}},
            .body = std::move(body)};
}

// `refresh` makes the browser ask again, without any script; 0 means never.
std::string page(const Words& words, std::string_view title, seconds refresh, std::string_view sheet) {
    const std::string again =
        refresh.count() > 0 ? fmt::format(R"(<meta http-equiv="refresh" content="{}">)", refresh.count()) : "";
    return fmt::format(R"(<!doctype html><html lang="{0}"><head><meta charset="utf-8">)"
                       R"(<meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover">)"
                       R"({1}<title>{2}</title><link rel="stylesheet" href="/phone.css"></head><body>)"
                       R"(<header class="banner"><b>Vipps MobilePay sandbox</b>{3}</header>)"
                       R"(<main><div class="sheet">{4}</div></main></body></html>)",
                       words.language, again, escape_html(title), escape_html(words.no_real_money), sheet);
}

std::string icon_svg(Icon icon) {
    switch (icon) {
        case Icon::check:
            return R"(<svg class="icon good" viewBox="0 0 64 64" aria-hidden="true"><circle cx="32" cy="32" r="32"/>)"
                   R"(<path d="M19 33l9 9 17-19"/></svg>)";
        case Icon::cross:
            return R"(<svg class="icon bad" viewBox="0 0 64 64" aria-hidden="true"><circle cx="32" cy="32" r="32"/>)"
                   R"(<path d="M22 22l20 20M42 22L22 42"/></svg>)";
        case Icon::clock:
            break;
    }
    return R"(<svg class="icon wait" viewBox="0 0 64 64" aria-hidden="true"><circle cx="32" cy="32" r="32"/>)"
           R"(<path d="M32 17v16l10 7"/></svg>)";
}

std::string heading(const Payment& payment, const Settings& settings, const Words& words) {
    return fmt::format(R"(<p class="label">{}</p><h1>{}</h1><p class="amount">{}</p>)", words.pay_to,
                       escape_html(settings.merchant_name), price_text(payment.order.amount, words));
}

std::string product_lines(const Payment& payment, const Words& words) {
    std::string html;
    if (!payment.order.description.empty()) {
        html += fmt::format(R"(<p class="note">{}</p>)", escape_html(payment.order.description));
    }
    if (payment.order.lines.empty()) {
        return html;
    }
    const Currency currency = payment.order.amount.currency;
    html += R"(<ul class="lines">)";
    for (const OrderLine& line : payment.order.lines) {
        html += fmt::format("<li><span>{}</span><span>{}</span></li>", escape_html(line.name),
                            price_text({.minor = line.total_minor, .currency = currency}, words));
    }
    html += fmt::format(R"(<li class="total"><span>{}</span><span>{}</span></li></ul>)", words.total,
                        price_text(payment.order.amount, words));
    return html;
}

std::string alert(AppMessage message, const Words& words) {
    switch (message) {
        case AppMessage::none:
            return {};
        case AppMessage::under_age:
            return fmt::format(R"(<p class="alert" role="alert">{}</p>)", words.too_young);
        case AppMessage::card_refused:
            break;
    }
    return fmt::format(R"(<p class="alert" role="alert">{}</p>)", words.card_refused);
}

std::string age_choice(const Payment& payment, const Words& words) {
    const int years = payment.order.minimum_age_years.value_or(0);
    if (years == 0) {
        return {};
    }
    return fmt::format(
        R"(<p class="note">{}</p><label class="age"><input type="checkbox" name="age" value="under">)"
        R"(<span>{}</span></label>)",
        fmt::format(fmt::runtime(words.age_demanded), years),
        fmt::format(fmt::runtime(words.pretend_younger), years));
}

std::string reference_line(const Payment& payment, const Words& words) {
    return fmt::format(R"(<p class="small">{}: {}</p>)", words.reference, escape_html(payment.order.reference));
}

std::string waiting_page(const Payment& payment, const Settings& settings, const Words& words, MonotonicTime now) {
    const auto left = std::chrono::ceil<seconds>(payment.expires - now);
    const auto minutes = std::chrono::ceil<std::chrono::minutes>(left).count();
    std::string sheet = heading(payment, settings, words);
    sheet += product_lines(payment, words);
    sheet += alert(payment.message, words);
    sheet +=
        fmt::format(R"(<form method="post" action="{0}{1}/approve">{2}<button class="approve">{3}</button></form>)"
                    R"(<form method="post" action="{0}{1}/reject"><button class="reject">{4}</button></form>)",
                    folder, payment.phone_token, age_choice(payment, words), words.approve, words.reject);
    sheet += fmt::format(R"(<p class="small">{}</p>)", fmt::format(fmt::runtime(words.minutes_left), minutes));
    return page(words, settings.merchant_name, std::max(left, seconds{1}), sheet);
}

struct Outcome {
    Icon icon = Icon::check;
    std::string_view title;
    std::string hint;
    seconds refresh{0};
};

Outcome outcome_of_authorized(const Payment& payment, const Words& words) {
    if (payment.refunded.minor > 0) {
        return {.icon = Icon::check,
                .title = words.refunded,
                .hint = fmt::format(fmt::runtime(words.refunded_hint), price_text(payment.refunded, words))};
    }
    if (payment.captured.minor > 0) {
        return {
            .icon = Icon::check, .title = words.paid, .hint = std::string{words.paid_hint}, .refresh = seconds{5}};
    }
    if (payment.cancelled.minor > 0) {
        return {.icon = Icon::cross, .title = words.released, .hint = std::string{words.released_hint}};
    }
    return {.icon = Icon::check,
            .title = words.approved,
            .hint = std::string{words.approved_hint},
            .refresh = seconds{2}};
}

Outcome outcome_of(const Payment& payment, const Words& words) {
    const std::string not_charged{words.not_charged};
    switch (payment.state) {
        case State::created:
            return {.icon = Icon::clock,
                    .title = words.processing,
                    .hint = std::string{words.processing_hint},
                    .refresh = seconds{2}};
        case State::authorized:
            return outcome_of_authorized(payment, words);
        case State::aborted:
            return {.icon = Icon::cross, .title = words.rejected, .hint = not_charged};
        case State::expired:
            return {.icon = Icon::clock, .title = words.expired, .hint = not_charged};
        case State::terminated:
            break;
    }
    return {.icon = Icon::cross, .title = words.terminated, .hint = not_charged};
}

std::string outcome_page(const Payment& payment, const Settings& settings, const Words& words) {
    const Outcome outcome = outcome_of(payment, words);
    const std::string sheet =
        fmt::format(R"({}<h1>{}</h1><p class="status">{}</p><p class="amount">{}</p><p class="note">{}</p>)",
                    icon_svg(outcome.icon), outcome.title, outcome.hint, price_text(payment.order.amount, words),
                    escape_html(settings.merchant_name));
    return page(words, outcome.title, outcome.refresh, sheet + reference_line(payment, words));
}

HttpResponse show(const Payment& payment, const Settings& settings, const Words& words, MonotonicTime now) {
    const bool processing = payment.approving && payment.approving->outcome == Approving::Outcome::authorized;
    const bool waits = payment.state == State::created && !processing;
    return html_answer(
        200, waits ? waiting_page(payment, settings, words, now) : outcome_page(payment, settings, words));
}

HttpResponse decide(Sandbox::Parts& parts, Payment& payment, std::string_view decision, const HttpRequest& request,
                    const Stamp& now) {
    const auto age = form_value(request.body, "age") == "under" ? CustomerAge::under_age : CustomerAge::old_enough;
    // A refusal needs no words here: the page that follows shows how the payment stands, and why.
    [[maybe_unused]] const Result<void> decided =
        decision == "approve" ? parts.ledger.approve(payment, age, now) : parts.ledger.reject(payment, now);
    HttpResponse answer = html_answer(303, {});
    answer.headers.push_back({.name = "Location", .value = fmt::format("{}{}", folder, payment.phone_token)});
    return answer;
}

HttpResponse unknown_page(const Words& words) {
    const std::string sheet = fmt::format(R"({}<h1>{}</h1><p class="status">{}</p>)", icon_svg(Icon::cross),
                                          words.unknown, words.unknown_hint);
    return html_answer(404, page(words, words.unknown, seconds{0}, sheet));
}

}  // namespace

HttpResponse answer_phone(Sandbox::Parts& parts, const HttpRequest& request, std::string_view path,
                          const Stamp& now) {
    if (path == "/phone.css") {
        return {.status = 200,
                .headers = {{.name = "Content-Type", .value = "text/css; charset=utf-8"},
                            {.name = "Cache-Control", .value = "max-age=600"}},
                .body = std::string{phone_style}};
    }
    const Words& words = choose_words(header_value(request.headers, "Accept-Language"));
    path.remove_prefix(std::min(folder.size(), path.size()));
    const auto slash = std::min(path.find('/'), path.size());
    Payment* payment = parts.ledger.find_by_phone_token(path.substr(0, slash));
    const std::string_view decision = slash == path.size() ? std::string_view{} : path.substr(slash + 1);
    if (payment == nullptr) {
        return unknown_page(words);
    }
    if (decision.empty() && (request.method == "GET" || request.method == "HEAD")) {
        return show(*payment, parts.settings, words, now.monotonic);
    }
    if (request.method == "POST" && (decision == "approve" || decision == "reject")) {
        return decide(parts, *payment, decision, request, now);
    }
    return unknown_page(words);
}

HttpResponse answer_picture(Sandbox::Parts& parts, const HttpRequest& request) {
    const std::string_view url = request.url;
    const std::string token = form_value(url.substr(std::min(url.find('?'), url.size() - 1) + 1), "token");
    const Payment* payment = parts.ledger.find_by_image_token(token);
    if (payment == nullptr || payment->state != State::created) {
        return gateway_answer(parts.settings.gateway_shape, 404, "There is no such picture.");
    }
    const std::string target = phone_url(parts.settings, payment->phone_token);
    const bool png = payment->order.qr_format == QrFormat::png;
    return {.status = 200,
            .headers = {{.name = "Content-Type", .value = png ? "image/png" : "image/svg+xml"},
                        {.name = "Cache-Control", .value = "no-store"}},
            .body = png ? qr_png(target, payment->order.qr_size_px) : qr_svg(target)};
}

}  // namespace qrvend::vipps::sandbox
