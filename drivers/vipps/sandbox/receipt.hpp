#pragma once
// The receipt of Order Management v2, which a create may also carry inline: the same schema, the same checks.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "drivers/json/json.hpp"
#include "drivers/vipps/sandbox/problem.hpp"

namespace qrvend::vipps::sandbox {

struct ReceiptSum {
    std::int64_t total_minor = 0;  ///< of all order lines, tax included
    std::string currency;
};

/// Adds every broken rule to `errors`, named from `path`; the sum where there was none.
std::optional<ReceiptSum> check_receipt(const json::Value& receipt, const std::string& path,
                                        std::vector<FieldError>& errors);

}  // namespace qrvend::vipps::sandbox
