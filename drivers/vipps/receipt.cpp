#include "drivers/vipps/receipt.hpp"

#include <stdexcept>
#include <string>

namespace qrvend::vipps {

TaxSplit split_tax(std::int64_t total_minor, std::uint16_t rate_bp) {
    constexpr std::int64_t most_minor = 1'000'000'000'000;
    if (total_minor < 0 || total_minor > most_minor) {
        throw std::invalid_argument("no price: " + std::to_string(total_minor));
    }
    const std::int64_t divisor = 10'000 + std::int64_t{rate_bp};
    const std::int64_t excluding = (total_minor * 20'000 + divisor) / (2 * divisor);
    return {.excluding_tax_minor = excluding, .tax_minor = total_minor - excluding};
}

json::Value receipt(const Settings& settings, const PaymentOrder& order, Money amount) {
    const TaxSplit split = split_tax(amount.minor, order.product.vat_bp);
    const std::string slot = "slot-" + std::to_string(order.product.slot.number);
    json::Value line = {
        {"name", order.product.name.empty() ? slot : order.product.name},
        {"id", slot},
        {"totalAmount", amount.minor},
        {"totalAmountExcludingTax", split.excluding_tax_minor},
        {"totalTaxAmount", split.tax_minor},
        {"taxRate", order.product.vat_bp},
        {"unitInfo", {{"unitPrice", amount.minor}, {"quantity", "1"}, {"quantityUnit", "PCS"}}},
    };
    json::Value bottom = {{"currency", amount.currency.code()}};
    if (!settings.pos_id.empty()) {
        bottom["posId"] = settings.pos_id;
    }
    if (!order.sale.empty()) {
        bottom["receiptNumber"] = order.sale.text();
    }
    return {{"orderLines", json::Value::array({std::move(line)})}, {"bottomLine", std::move(bottom)}};
}

}  // namespace qrvend::vipps
