#include "drivers/vipps/sandbox/create.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <string_view>
#include <utility>

#include "drivers/vipps/sandbox/fields.hpp"
#include "drivers/vipps/sandbox/receipt.hpp"
#include "drivers/vipps/sandbox/text.hpp"

namespace qrvend::vipps::sandbox {

namespace {

using Broken = std::optional<Problem>;

constexpr std::int64_t largest_amount_minor = 65'000'000;
constexpr Length url_length{.min = 1, .max = 2500};
constexpr Length any_text{.min = 0, .max = 100'000};

// What the schema lets through and the sales unit's rules still have to judge.
struct Draft {
    std::string reference;
    std::int64_t value = 0;
    std::string currency;
    std::string flow;
    std::string method;
    std::string qr_format = "IMAGE/SVG+XML";
    std::int64_t qr_size_px = 1024;
    std::optional<ReceiptSum> receipt;
};

bool is_reference(std::string_view text) {
    const auto allowed = [](char letter) {
        return (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z') ||
               (letter >= '0' && letter <= '9') || letter == '-';
    };
    return text.size() >= 8 && text.size() <= 64 && std::ranges::all_of(text, allowed);
}

void read_amount(Fields& root, Draft& draft, Fields::Errors& errors) {
    const json::Value* amount = root.object("amount", Presence::required);
    if (amount == nullptr) {
        return;
    }
    Fields fields{*amount, "amount", errors};
    fields.allow_only({"currency", "value"});
    const auto currency = fields.choice("currency", Presence::required, {"NOK", "DKK", "EUR", "SEK", "USD", "GBP"});
    draft.currency = currency.value_or(std::string{});
    draft.value = fields.integer("value", Presence::required, {.min = 0, .max = largest_amount_minor}).value_or(0);
}

void read_method(Fields& root, Draft& draft, Fields::Errors& errors) {
    const json::Value* method = root.object("paymentMethod", Presence::required);
    if (method == nullptr) {
        return;
    }
    Fields fields{*method, "paymentMethod", errors};
    fields.allow_only({"type", "blockedSources"});
    const auto type = fields.choice("type", Presence::required, {"WALLET", "CARD", "CARD_PASSTHROUGH"});
    draft.method = type.value_or(std::string{});
    const json::Value* blocked = fields.array("blockedSources", Presence::optional, {.min = 0, .max = 1});
    if (blocked != nullptr && !blocked->empty() && blocked->front() != "COMMERCIAL_CARDS") {
        fields.reject("blockedSources", "must be one of COMMERCIAL_CARDS");
    }
}

void read_qr_format(Fields& root, Draft& draft, Fields::Errors& errors) {
    const json::Value* format = root.object("qrFormat", Presence::optional);
    if (format == nullptr) {
        return;
    }
    if (draft.flow != "QR") {
        root.reject("qrFormat", "is for userFlow QR only");
    }
    Fields fields{*format, "qrFormat", errors};
    fields.allow_only({"format", "size"});
    const auto kind = fields.choice("format", Presence::required, {"TEXT/TARGETURL", "IMAGE/SVG+XML", "IMAGE/PNG"});
    draft.qr_format = kind.value_or(std::string{});
    const auto size = fields.integer("size", Presence::optional, {.min = 100, .max = 2000});
    draft.qr_size_px = size.value_or(draft.qr_size_px);
    if (size && draft.qr_format != "IMAGE/PNG") {
        fields.reject("size", "is for IMAGE/PNG only");
    }
}

void read_customer(Fields& root, Fields::Errors& errors) {
    const json::Value* customer = root.object("customer", Presence::optional);
    if (customer == nullptr) {
        return;
    }
    Fields fields{*customer, "customer", errors};
    fields.allow_only({"phoneNumber", "personalQr", "customerToken"});
    if (customer->size() != 1) {
        root.reject("customer", "must hold exactly one of phoneNumber, personalQr, customerToken");
    }
    for (const std::string_view name : {"phoneNumber", "personalQr", "customerToken"}) {
        fields.text(name, Presence::optional, any_text);
    }
}

void read_metadata(Fields& root, Order& order) {
    const json::Value* metadata = root.object("metadata", Presence::optional);
    if (metadata == nullptr) {
        return;
    }
    for (const auto& [name, value] : metadata->items()) {
        if (value.is_string()) {
            order.metadata.emplace(name, value.get_ref<const std::string&>());
        } else {
            root.reject("metadata", "must hold strings only");
        }
    }
}

void read_receipt(Fields& root, Order& order, Draft& draft, Fields::Errors& errors) {
    const json::Value* receipt = root.object("receipt", Presence::optional);
    if (receipt == nullptr) {
        return;
    }
    draft.receipt = check_receipt(*receipt, "receipt", errors);
    if (!draft.receipt) {
        return;
    }
    if (!draft.currency.empty() && draft.receipt->currency != draft.currency) {
        root.reject("receipt.bottomLine.currency", "must be the currency of the amount");
    }
    order.receipt = *receipt;
    order.receipt_total_minor = draft.receipt->total_minor;
    for (const json::Value& line : *json::find(*receipt, "orderLines")) {
        order.lines.push_back({.name = json::string_at(line, "name").value_or(std::string{}),
                               .total_minor = json::integer_at(line, "totalAmount").value_or(0)});
    }
}

void read_plain_fields(Fields& root, Order& order) {
    const auto present =
        root.choice("customerInteraction", Presence::optional, {"CUSTOMER_PRESENT", "CUSTOMER_NOT_PRESENT"});
    order.customer_present = present == "CUSTOMER_PRESENT";
    order.return_url = root.text("returnUrl", Presence::optional, url_length).value_or(std::string{});
    root.text("receiptUrl", Presence::optional, url_length);
    order.description =
        root.text("paymentDescription", Presence::optional, {.min = 3, .max = 100}).value_or(std::string{});
    if (const auto age = root.integer("minimumUserAge", Presence::optional, {.min = 0, .max = 100})) {
        order.minimum_age_years = static_cast<std::uint8_t>(*age);
    }
    if (const auto text = root.text("expiresAt", Presence::optional, any_text)) {
        order.expires_at = parse_utc(*text);
        if (!order.expires_at) {
            root.reject("expiresAt", "must be a time of RFC 3339 with its zone");
        }
    }
    for (const std::string_view name :
         {"profile", "shipping", "industryData", "cardPassthrough", "merchantLegalLinks"}) {
        root.object(name, Presence::optional);
    }
}

void read_schema(const json::Value& body, Order& order, Draft& draft, Fields::Errors& errors) {
    Fields root{body, "", errors};
    root.allow_only({"amount", "reference", "userFlow", "paymentMethod", "customer", "customerInteraction",
                     "qrFormat", "returnUrl", "expiresAt", "paymentDescription", "minimumUserAge", "metadata",
                     "receipt", "receiptUrl", "profile", "shipping", "industryData", "cardPassthrough",
                     "merchantLegalLinks"});
    read_amount(root, draft, errors);
    draft.reference = root.text("reference", Presence::required, any_text).value_or(std::string{});
    if (root.has("reference") && !is_reference(draft.reference)) {
        root.reject("reference", "^[a-zA-Z0-9-]{8,64}$");
    }
    const auto flow =
        root.choice("userFlow", Presence::required, {"QR", "WEB_REDIRECT", "PUSH_MESSAGE", "NATIVE_REDIRECT"});
    draft.flow = flow.value_or(std::string{});
    read_method(root, draft, errors);
    read_qr_format(root, draft, errors);
    read_customer(root, errors);
    read_metadata(root, order);
    read_plain_fields(root, order);
    read_receipt(root, order, draft, errors);
}

Broken judge_amount(const Draft& draft, const Settings& settings) {
    const Currency currency = currency_of(settings.market);
    if (draft.currency != currency.code()) {
        return domain_problem(400, "5040");
    }
    const std::int64_t smallest = settings.market == Market::norway ? 100 : 1;
    return draft.value < smallest ? Broken{domain_problem(400, "6010")} : std::nullopt;
}

// CARD does not exist in the test environment and CARD_PASSTHROUGH is for payment service providers.
Broken judge_method(const json::Value& body, const Draft& draft, const Settings& settings) {
    if (draft.method != "WALLET" || json::find(body, "cardPassthrough") != nullptr) {
        return domain_problem(400, "4160");
    }
    const json::Value* blocked = json::find(*json::find(body, "paymentMethod"), "blockedSources");
    const bool blocks = blocked != nullptr && !blocked->empty();
    return blocks && settings.market == Market::norway ? Broken{domain_problem(400, "5010")} : std::nullopt;
}

Broken judge_customer(const json::Value& body, const Draft& draft, const Settings& settings) {
    const json::Value* customer = json::find(body, "customer");
    if (draft.flow == "PUSH_MESSAGE") {
        if (!settings.push_allowed) {
            return domain_problem(400, "5080");
        }
        if (customer == nullptr) {
            return domain_problem(400, "4140");
        }
    }
    if (customer == nullptr) {
        return std::nullopt;
    }
    if (const auto phone = json::string_at(*customer, "phoneNumber"); phone && !is_digits(*phone, 9, 15)) {
        return domain_problem(400, "4070");
    }
    const auto personal = json::string_at(*customer, "personalQr");
    if (personal && (personal->size() < 5 || personal->size() > 255)) {
        return domain_problem(400, "4060");
    }
    // Such tokens come from merchant callback QRs, which this sandbox does not have.
    return json::find(*customer, "customerToken") != nullptr ? Broken{domain_problem(400, "4050")} : std::nullopt;
}

// https or an app's own scheme.
bool is_return_url(std::string_view url) {
    const auto colon = url.find("://");
    const auto in_scheme = [](char letter) {
        return (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z') ||
               (letter >= '0' && letter <= '9') || letter == '+' || letter == '-' || letter == '.';
    };
    return colon != std::string_view::npos && colon > 0 && url.size() > colon + 3 &&
           std::ranges::all_of(url.substr(0, colon), in_scheme) &&
           !equal_ignoring_case(url.substr(0, colon), "http");
}

Broken judge_urls(const json::Value& body, const Order& order, const Draft& draft) {
    if (order.return_url.empty() && draft.flow == "WEB_REDIRECT") {
        return domain_problem(400, "4140");
    }
    const auto receipt_url = json::string_at(body, "receiptUrl");
    const bool return_fits = order.return_url.empty() || is_return_url(order.return_url);
    const bool receipt_fits = !receipt_url || receipt_url->starts_with("https://");
    return return_fits && receipt_fits ? std::nullopt : Broken{domain_problem(400, "4090")};
}

Broken judge_expiry(const Order& order, const Draft& draft, const Settings& settings, WallTime now) {
    if (!order.expires_at) {
        return std::nullopt;
    }
    if (!settings.long_living_allowed) {
        return domain_problem(400, "5050");
    }
    if (*order.expires_at <= now + std::chrono::minutes{10}) {
        return domain_problem(400, "6120");
    }
    const auto longest = settings.market == Market::norway ? std::chrono::days{1} : std::chrono::days{60};
    if (*order.expires_at > now + longest) {
        return domain_problem(400, "6110");
    }
    return draft.receipt ? std::nullopt : Broken{domain_problem(400, "6130")};
}

Broken judge_metadata(const Order& order) {
    if (order.metadata.size() > 5) {
        return domain_problem(400, "4100");
    }
    for (const auto& [name, value] : order.metadata) {
        if (name.empty()) {
            return domain_problem(400, "4130");
        }
        if (count_characters(name) > 100) {
            return domain_problem(400, "4110");
        }
        if (count_characters(value) > 500) {
            return domain_problem(400, "4120");
        }
    }
    return std::nullopt;
}

// The sales unit has neither Express nor access to anybody's profile.
Broken judge_extras(const json::Value& body) {
    if (json::find(body, "shipping") != nullptr) {
        return domain_problem(400, "5020");
    }
    const json::Value* profile = json::find(body, "profile");
    if (profile == nullptr || profile->empty()) {
        return std::nullopt;
    }
    static constexpr std::array<std::string_view, 8> scopes = {"name",      "address", "email", "phoneNumber",
                                                               "birthDate", "gender",  "nin",   "promotions"};
    const std::string scope = json::string_at(*profile, "scope").value_or(std::string{});
    for (std::string_view rest = scope; !rest.empty();) {
        const auto end = std::min(rest.find(' '), rest.size());
        if (end > 0 && std::ranges::find(scopes, rest.substr(0, end)) == scopes.end()) {
            return domain_problem(400, "4080");
        }
        rest.remove_prefix(std::min(end + 1, rest.size()));
    }
    return domain_problem(400, scope.empty() ? "4080" : "5030");
}

UserFlow flow_of(std::string_view text) {
    static constexpr std::array<std::pair<std::string_view, UserFlow>, 4> flows = {
        {{"QR", UserFlow::qr},
         {"WEB_REDIRECT", UserFlow::web_redirect},
         {"PUSH_MESSAGE", UserFlow::push_message},
         {"NATIVE_REDIRECT", UserFlow::native_redirect}}};
    return std::ranges::find(flows, text, [](const auto& entry) { return entry.first; })->second;
}

QrFormat format_of(std::string_view text) {
    if (text == "TEXT/TARGETURL") {
        return QrFormat::target_url;
    }
    return text == "IMAGE/PNG" ? QrFormat::png : QrFormat::svg;
}

}  // namespace

Currency currency_of(Market market) {
    switch (market) {
        case Market::norway:
            return *Currency::parse("NOK");
        case Market::denmark:
            return *Currency::parse("DKK");
        case Market::finland:
            break;
    }
    return *Currency::parse("EUR");
}

std::expected<Order, Problem> read_order(const json::Value& body, const Settings& settings, WallTime now) {
    Draft draft;
    Order order{.reference = {}, .amount = zero(currency_of(settings.market))};
    Fields::Errors errors;
    read_schema(body, order, draft, errors);
    if (!errors.empty()) {
        return std::unexpected(field_problem(std::move(errors)));
    }
    for (Broken broken : {judge_amount(draft, settings), judge_method(body, draft, settings),
                          judge_customer(body, draft, settings), judge_urls(body, order, draft),
                          judge_expiry(order, draft, settings, now), judge_metadata(order), judge_extras(body)}) {
        if (broken) {
            return std::unexpected(*std::move(broken));
        }
    }
    order.reference = draft.reference;
    order.amount.minor = draft.value;
    order.flow = flow_of(draft.flow);
    order.qr_format = format_of(draft.qr_format);
    order.qr_size_px = static_cast<std::uint16_t>(draft.qr_size_px);
    return order;
}

}  // namespace qrvend::vipps::sandbox
