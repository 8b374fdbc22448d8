#pragma once
// What a slot sells. A sale keeps its own copy: a price that changes later changes no sale that has begun.

#include <cstdint>
#include <optional>
#include <string>

#include "controller/base/ids.hpp"
#include "controller/base/money.hpp"

namespace qrvend {

struct Product {
    Slot slot;
    std::string name;
    Money price;
    std::uint16_t vat_bp = 0;                         ///< value added tax, hundredths of a percent: 2500 is 25 %
    std::optional<std::uint8_t> minimum_age_years{};  ///< the payment system must refuse younger customers
    bool operator==(const Product&) const = default;
};

}  // namespace qrvend
