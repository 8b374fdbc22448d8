#pragma once
// An amount as Vipps writes it: {"currency":"NOK","value":3500}, minor units.

#include <optional>

#include "controller/base/money.hpp"
#include "drivers/json/json.hpp"

namespace qrvend::vipps {

/// Nothing where the member is missing, not a whole number from 0 to 10^12, or of a currency that qrvend does not
/// know.
std::optional<Money> read_amount(const json::Value& object, std::string_view key);

}  // namespace qrvend::vipps
