#pragma once
// The phone page's texts in the languages of the Vipps MobilePay countries, and English.

#include <string>
#include <string_view>

#include "controller/base/money.hpp"

namespace qrvend::vipps::sandbox {

struct Words {
    std::string_view language;  ///< BCP 47
    std::string_view decimal_mark;
    std::string_view no_real_money;
    std::string_view pay_to;
    std::string_view total;
    std::string_view approve;
    std::string_view reject;
    std::string_view minutes_left;     ///< with {} for a number
    std::string_view age_demanded;     ///< with {} for the years
    std::string_view pretend_younger;  ///< with {} for the years
    std::string_view too_young;
    std::string_view card_refused;
    std::string_view processing;
    std::string_view processing_hint;
    std::string_view approved;
    std::string_view approved_hint;
    std::string_view paid;
    std::string_view paid_hint;
    std::string_view refunded;
    std::string_view refunded_hint;  ///< with {} for the amount
    std::string_view released;
    std::string_view released_hint;
    std::string_view rejected;
    std::string_view not_charged;
    std::string_view expired;
    std::string_view terminated;
    std::string_view unknown;
    std::string_view unknown_hint;
    std::string_view reference;
};

/// The best language for an Accept-Language header (RFC 9110, 12.5.4); English where none of ours is wanted.
const Words& choose_words(std::string_view accept_language);

/// As the language writes it: "35,00 kr", "NOK 35.00".
std::string price_text(Money money, const Words& words);

}  // namespace qrvend::vipps::sandbox
