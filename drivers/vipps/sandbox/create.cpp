#include "drivers/vipps/sandbox/create.hpp"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include "drivers/vipps/sandbox/fields.hpp"
#include "drivers/vipps/sandbox/receipt.hpp"
#include "drivers/vipps/sandbox/sales_unit.hpp"
#include "drivers/vipps/sandbox/text.hpp"

namespace qrvend::vipps::sandbox {

namespace {

constexpr std::int64_t largest_amount_minor = 65'000'000;
constexpr Length url_length{.min = 1, .max = 2500};
constexpr Length any_text{.min = 0, .max = 100'000};

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
    const auto sum = check_receipt(*receipt, "receipt", errors);
    if (!sum) {
        return;
    }
    if (!draft.currency.empty() && sum->currency != draft.currency) {
        root.reject("receipt.bottomLine.currency", "must be the currency of the amount");
    }
    order.receipt = *receipt;
    order.receipt_total_minor = sum->total_minor;
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
    if (auto broken = judge(body, order, draft, settings, now)) {
        return std::unexpected(*std::move(broken));
    }
    order.reference = draft.reference;
    order.amount.minor = draft.value;
    order.flow = flow_of(draft.flow);
    order.qr_format = format_of(draft.qr_format);
    order.qr_size_px = static_cast<std::uint16_t>(draft.qr_size_px);
    return order;
}

}  // namespace qrvend::vipps::sandbox
