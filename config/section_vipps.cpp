#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "config/sections.hpp"
#include "controller/base/url.hpp"

namespace qrvend::config {

namespace {

constexpr std::string_view https_host = "allowed is \"https://HOST\"; http only for 127.0.0.0/8, ::1 and localhost";
constexpr std::string_view public_https =
    "allowed is \"https://HOST/PATH\" with a host that the internet can reach; http only where base_url is a "
    "sandbox on this computer";

/// How long each kind of call may take: the key's name, what it is about, and where it goes.
struct Deadline {
    std::string_view name;
    std::string_view about;
    std::string_view otherwise;
    milliseconds vipps::Deadlines::* member;
};

constexpr std::array deadlines{
    Deadline{"token_ms", "Fetching an access token.", "10000", &vipps::Deadlines::token},
    Deadline{"create_ms", "Creating a payment.", "15000", &vipps::Deadlines::create},
    Deadline{"query_ms", "Asking how a payment stands.", "8000", &vipps::Deadlines::query},
    Deadline{"adjust_ms", "Capture, cancel or refund; repeated under the same key while the customer waits.",
             "10000", &vipps::Deadlines::adjust},
    Deadline{"receipt_ms", "Posting a receipt.", "15000", &vipps::Deadlines::receipt},
    Deadline{"webhooks_ms", "Registering a webhook.", "15000", &vipps::Deadlines::webhooks},
    Deadline{"picture_ms", "Fetching a QR picture.", "8000", &vipps::Deadlines::picture},
};

Section make_deadlines_section() {
    Section section{.about = "How long each kind of call to Vipps may take."};
    for (const Deadline& deadline : deadlines) {
        section.keys.push_back({.name = deadline.name,
                                .type = Key::Type::integer,
                                .about = deadline.about,
                                .example = deadline.otherwise,
                                .otherwise = deadline.otherwise,
                                .minimum = 1'000,
                                .maximum = 120'000});
    }
    return section;
}

const Section& deadlines_section() {
    static const Section section = make_deadlines_section();
    return section;
}

Section make_vipps_section() {
    return {
        .about = "Vipps MobilePay, one-time QR codes (ePayment API). The keys come from portal.vippsmobilepay.com.",
        .keys = {
            {.name = "merchant_serial_number",
             .type = Key::Type::text,
             .about = "The number of the sales unit (MSN).",
             .example = R"("123456")",
             .required = true,
             .pattern = "[0-9]{4,10}",
             .pattern_says = "4 to 10 digits in quotes"},
            {.name = "client_id",
             .type = Key::Type::text,
             .about = "The API key's name. Keys of the test environment differ from those of production.",
             .example = R"("fb492b5e-7907-4d83-ba20-c7fb60ca35de")",
             .required = true,
             .pattern = "[A-Za-z0-9._~-]{1,100}",
             .pattern_says = "1 to 100 letters, digits, points, hyphens, underscores and tildes"},
            {.name = "client_secret",
             .type = Key::Type::secret,
             .about = "The API key's secret.",
             .example = R"({ "file": "secrets/vipps-client-secret" })",
             .required = true},
            {.name = "subscription_key",
             .type = Key::Type::secret,
             .about = "The primary or the secondary Ocp-Apim-Subscription-Key.",
             .example = R"({ "credential": "vipps-subscription-key" })",
             .required = true},
            {.name = "base_url",
             .type = Key::Type::text,
             .about = "Vipps' API. Production; the test environment is https://apitest.vipps.no.",
             .example = R"("https://api.vipps.no")",
             .otherwise = R"("https://api.vipps.no")",
             .minimum = 1},
            {.name = "order_management_url",
             .type = Key::Type::text,
             .about = "Where receipts are posted, if not at base_url: Vipps may offer that in production only.",
             .example = R"("https://api.vipps.no")",
             .minimum = 1},
            {.name = "webhook_url",
             .type = Key::Type::text,
             .about =
                 "Where Vipps reaches the machine's web server: a public https address that a proxy or a tunnel "
                 "passes on to it, without redirects. Absent: polling alone tells what customers did.",
             .example = R"("https://machines.example.com/vm-0042/vipps")",
             .minimum = 1},
            {.name = "qr_source",
             .type = Key::Type::text,
             .about = "drawn_here: the screen draws the code, which Vipps wants to approve. picture_by_vipps: each "
                      "code is fetched as a picture from Vipps.",
             .example = R"("drawn_here")",
             .otherwise = R"("drawn_here")",
             .choices = {"drawn_here", "picture_by_vipps"}},
            {.name = "picture_size_px",
             .type = Key::Type::integer,
             .about = "The edge of the picture with qr_source picture_by_vipps.",
             .example = "1024",
             .otherwise = "1024",
             .minimum = 100,
             .maximum = 2000},
            {.name = "receipt",
             .type = Key::Type::text,
             .about = "How the receipt reaches the customer's app. after_vend: when the product has dropped. "
                      "with_payment: as part of the payment request.",
             .example = R"("after_vend")",
             .otherwise = R"("after_vend")",
             .choices = {"after_vend", "with_payment", "none"}},
            {.name = "payment_description",
             .type = Key::Type::text,
             .about = "How the payment begins in the customer's app; the product's name follows. Absent: \"Vending "
                      "machine\" and the kiosk's name.",
             .example = R"("Vending machine Petra")",
             .minimum = 3,
             .maximum = 60},
            {.name = "deadlines",
             .type = Key::Type::section,
             .about = deadlines_section().about,
             .otherwise = "{}",
             .section = &deadlines_section()},
        }};
}

/// What Vipps takes in a currency; its schema's maximum is the same in all.
struct PriceLimit {
    std::string_view currency;
    std::int64_t minimum_minor;
};
constexpr std::array price_limits{PriceLimit{"NOK", 100}, PriceLimit{"DKK", 1}, PriceLimit{"EUR", 1}};
constexpr std::int64_t maximum_price_minor = 65'000'000;

void check_prices(const Record& root, Problems& problems) {
    const Record* const kiosk = root.section("kiosk");
    const auto currency = kiosk == nullptr ? std::nullopt : kiosk->text("currency");
    if (!currency) {
        return;
    }
    const auto* const limit = std::ranges::find(price_limits, *currency, &PriceLimit::currency);
    if (limit == price_limits.end()) {
        problems.error(kiosk->place("currency"), fmt::format("Vipps MobilePay does not settle in {}", *currency),
                       R"(allowed is one of "NOK", "DKK", "EUR")");
        return;
    }
    for (const Record& product : root.sections("products")) {
        const auto price = product.integer("price_minor");
        if (price && (*price < limit->minimum_minor || *price > maximum_price_minor)) {
            problems.error(product.place("price_minor"), fmt::format("found {}", *price),
                           fmt::format("allowed by Vipps MobilePay in {} is {} to {}", *currency,
                                       limit->minimum_minor, maximum_price_minor));
        }
    }
}

void check_base(const Record& vipps, std::string_view name, Problems& problems) {
    const auto text = vipps.text(name);
    if (!text) {
        return;
    }
    const auto url = parse_url(*text);
    const bool bare = url && url->path_and_query == "/" && !text->ends_with('/');
    const bool sound = bare && (url->scheme == "https" || is_loopback(url->host));
    if (!sound) {
        problems.error(vipps.place(name), fmt::format("found \"{}\"", *text), std::string(https_host));
    }
}

void check_webhook(const Record& root, const Record& vipps, Problems& problems) {
    const auto text = vipps.text("webhook_url");
    if (!text) {
        return;
    }
    const auto url = parse_url(*text);
    const auto base = parse_url(vipps.text("base_url").value_or(""));
    const bool with_sandbox = base && is_loopback(base->host);
    const bool sound =
        url && !url->path_and_query.contains('?') &&
        ((url->scheme == "https" && is_public(url->host)) || (with_sandbox && is_loopback(url->host)));
    if (!sound) {
        problems.error(vipps.place("webhook_url"), fmt::format("found \"{}\"", *text), std::string(public_https));
    }
    const Record* const web = root.section("web");
    if (web != nullptr && web->boolean("enabled") == false) {
        problems.error(vipps.place("webhook_url"), "found a webhook address while web.enabled is false",
                       "allowed is web.enabled true, or no webhook_url");
    }
}

vipps::Deadlines deadline_settings(const Record& record) {
    vipps::Deadlines result;
    for (const Deadline& deadline : deadlines) {
        result.*deadline.member = milliseconds(record.integer(deadline.name).value());
    }
    return result;
}

vipps::ReceiptMode receipt_mode(std::string_view text) {
    if (text == "with_payment") {
        return vipps::ReceiptMode::with_payment;
    }
    return text == "none" ? vipps::ReceiptMode::none : vipps::ReceiptMode::after_vend;
}

}  // namespace

const Section& vipps_section() {
    static const Section section = make_vipps_section();
    return section;
}

void check_vipps(const Record& root, const Record& vipps, Problems& problems) {
    check_prices(root, problems);
    check_base(vipps, "base_url", problems);
    check_base(vipps, "order_management_url", problems);
    check_webhook(root, vipps, problems);
    if (!root.given("display")) {
        problems.warning(root.place("display"), "missing, so customers see no code to scan",
                         "allowed is an object {...}; { \"enabled\": false } says that it is meant so");
    }
}

vipps::Settings vipps_settings(const Record& root, const Record& vipps) {
    const KioskSettings kiosk = kiosk_settings(root);
    vipps::Settings settings;
    settings.base_url = vipps.text("base_url").value();
    settings.merchant_serial_number = vipps.text("merchant_serial_number").value();
    settings.client_id = vipps.text("client_id").value();
    settings.client_secret = vipps.text("client_secret").value();
    settings.subscription_key = vipps.text("subscription_key").value();
    settings.qr_source = vipps.text("qr_source") == "picture_by_vipps" ? vipps::QrSource::picture_by_vipps
                                                                       : vipps::QrSource::drawn_here;
    settings.picture_size_px = static_cast<std::uint16_t>(vipps.integer("picture_size_px").value());
    settings.receipt = receipt_mode(vipps.text("receipt").value());
    settings.order_management_url = vipps.text("order_management_url").value_or("");
    settings.payment_description = vipps.text("payment_description").value_or("Vending machine " + kiosk.name);
    settings.pos_id = kiosk.id;
    settings.webhook_url = vipps.text("webhook_url").value_or("");
    settings.deadlines = deadline_settings(*vipps.section("deadlines"));
    return settings;
}

}  // namespace qrvend::config
