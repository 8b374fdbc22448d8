#pragma once
// The receipt: order lines and a bottom line, the same inside a create request and in Order Management v2.
// Vipps refuses lines whose tax does not add up, so the tax is an integer difference.

#include <cstdint>

#include "controller/base/money.hpp"
#include "controller/base/payment.hpp"
#include "drivers/json/json.hpp"
#include "drivers/vipps/settings.hpp"

namespace qrvend::vipps {

struct TaxSplit {
    std::int64_t excluding_tax_minor = 0;
    std::int64_t tax_minor = 0;
};

/// Splits a price that includes tax of `rate_bp` hundredths of a percent. Halves are rounded up. `total_minor` is
/// not negative and at most 10^12; throws std::invalid_argument otherwise.
TaxSplit split_tax(std::int64_t total_minor, std::uint16_t rate_bp);

json::Value receipt(const Settings& settings, const PaymentOrder& order, Money amount);

}  // namespace qrvend::vipps
