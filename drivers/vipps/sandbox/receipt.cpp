#include "drivers/vipps/sandbox/receipt.hpp"

#include <fmt/format.h>

#include <limits>
#include <string_view>

#include "drivers/vipps/sandbox/fields.hpp"
#include "drivers/vipps/sandbox/text.hpp"

namespace qrvend::vipps::sandbox {

namespace {

// The specification names no upper limits for these; ours keep sums far from overflow and bodies small.
constexpr Range any_amount{.min = -1'000'000'000'000, .max = 1'000'000'000'000};
constexpr Range from_zero{.min = 0, .max = any_amount.max};
constexpr Length any_text{.min = 1, .max = 2500};
constexpr Length order_lines{.min = 1, .max = 1000};

// ^\d+([\.]\d{1,8})?$, at most 10 characters.
bool is_quantity(std::string_view text) {
    const auto point = text.find('.');
    const auto whole = text.substr(0, point);
    const bool fraction_fits = point == std::string_view::npos || is_digits(text.substr(point + 1), 1, 8);
    return text.size() <= 10 && is_digits(whole, 1, 10) && fraction_fits;
}

void check_unit(const json::Value& unit, const std::string& path, Fields::Errors& errors) {
    Fields fields{unit, path, errors};
    fields.allow_only({"unitPrice", "quantity", "quantityUnit"});
    fields.integer("unitPrice", Presence::required, from_zero);
    const auto quantity = fields.text("quantity", Presence::required, {.min = 1, .max = 10});
    if (quantity && !is_quantity(*quantity)) {
        fields.reject("quantity", R"(^\d+([\.]\d{1,8})?$)");
    }
    fields.choice("quantityUnit", Presence::optional, {"PCS", "KG", "KM", "MINUTE", "LITRE", "KWH"});
}

void check_tax_rate(Fields& fields) {
    fields.integer("taxRate", Presence::optional, {.min = 0, .max = 10'000});
    fields.integer("taxPercentage", Presence::optional, {.min = 0, .max = 100});
    if (!fields.has("taxRate") && !fields.has("taxPercentage")) {
        fields.reject("taxRate", "is required");
    }
}

std::int64_t check_line(const json::Value& line, const std::string& path, Fields::Errors& errors) {
    Fields fields{line, path, errors};
    fields.allow_only({"name", "id", "totalAmount", "totalAmountExcludingTax", "totalTaxAmount", "taxRate",
                       "taxPercentage", "unitInfo", "discount", "productUrl", "isReturn", "isShipping"});
    fields.text("name", Presence::required, any_text);
    fields.text("id", Presence::required, any_text);
    const auto total = fields.integer("totalAmount", Presence::required, any_amount);
    const auto excluding = fields.integer("totalAmountExcludingTax", Presence::required, any_amount);
    const auto tax = fields.integer("totalTaxAmount", Presence::required, any_amount);
    if (total && excluding && tax && *total - *excluding != *tax) {
        fields.reject("totalTaxAmount", "must be totalAmount less totalAmountExcludingTax");
    }
    check_tax_rate(fields);
    if (const json::Value* unit = fields.object("unitInfo", Presence::optional)) {
        check_unit(*unit, fields.path_of("unitInfo"), errors);
    }
    fields.integer("discount", Presence::optional, from_zero);
    fields.text("productUrl", Presence::optional, any_text);
    fields.boolean("isReturn");
    fields.boolean("isShipping");
    return total.value_or(0);
}

void check_barcode(const json::Value& barcode, const std::string& path, Fields::Errors& errors) {
    Fields fields{barcode, path, errors};
    fields.allow_only({"format", "data"});
    fields.choice("format", Presence::required, {"EAN-13", "CODE 39", "CODE 128"});
    fields.text("data", Presence::required, any_text);
}

void check_sources(const json::Value& sources, const std::string& path, Fields::Errors& errors) {
    Fields fields{sources, path, errors};
    fields.allow_only({"giftCard", "card", "voucher", "cash"});
    for (const std::string_view name : {"giftCard", "card", "voucher", "cash"}) {
        fields.integer(name, Presence::optional, from_zero);
    }
}

std::string check_bottom_line(const json::Value& bottom, const std::string& path, Fields::Errors& errors) {
    Fields fields{bottom, path, errors};
    fields.allow_only({"currency", "tipAmount", "posId", "receiptNumber", "paymentSources", "barcode",
                       "shippingInfo", "totalAmount", "totalTax", "totalDiscount", "shippingAmount",
                       "giftCardAmount", "terminalId"});
    const auto currency = fields.choice("currency", Presence::required, {"NOK", "DKK", "EUR", "SEK", "USD", "GBP"});
    for (const std::string_view name :
         {"tipAmount", "totalAmount", "totalTax", "totalDiscount", "shippingAmount", "giftCardAmount"}) {
        fields.integer(name, Presence::optional, from_zero);
    }
    for (const std::string_view name : {"posId", "receiptNumber", "terminalId"}) {
        fields.text(name, Presence::optional, any_text);
    }
    if (const json::Value* sources = fields.object("paymentSources", Presence::optional)) {
        check_sources(*sources, fields.path_of("paymentSources"), errors);
    }
    if (const json::Value* barcode = fields.object("barcode", Presence::optional)) {
        check_barcode(*barcode, fields.path_of("barcode"), errors);
    }
    fields.object("shippingInfo", Presence::optional);
    return currency.value_or(std::string{});
}

}  // namespace

std::optional<ReceiptSum> check_receipt(const json::Value& receipt, const std::string& path,
                                        std::vector<FieldError>& errors) {
    const std::size_t errors_before = errors.size();
    ReceiptSum sum;
    Fields fields{receipt, path, errors};
    fields.allow_only({"orderLines", "bottomLine"});
    if (const json::Value* lines = fields.array("orderLines", Presence::required, order_lines)) {
        for (std::size_t number = 0; number < lines->size(); ++number) {
            const std::string name = fmt::format("{}[{}]", fields.path_of("orderLines"), number);
            sum.total_minor += check_line((*lines)[number], name, errors);
        }
    }
    if (const json::Value* bottom = fields.object("bottomLine", Presence::required)) {
        sum.currency = check_bottom_line(*bottom, fields.path_of("bottomLine"), errors);
    }
    return errors.size() == errors_before ? std::optional{sum} : std::nullopt;
}

}  // namespace qrvend::vipps::sandbox
