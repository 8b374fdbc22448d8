#pragma once
// All words of the screen, one table for each language (texts_nb.cpp ...). A table that lacks a text does not
// compile.

#include <array>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <stdexcept>
#include <string>
#include <string_view>

#include "controller/base/money.hpp"
#include "display/settings.hpp"

namespace qrvend::display {

enum class Text : std::uint8_t {
    language_name,   ///< as its speakers call it
    language_short,  ///< two letters, where the name does not fit
    choose_product,
    choose_on_machine,
    choose_on_machine_text,
    begin_text,   ///< with the button below it
    begin,        ///< button: I want to choose on the machine
    step_choose,  ///< three steps: choose, scan, take
    step_take,
    sold_out,
    page,      ///< {page} of {pages}
    a_moment,  ///< headline of every short wait
    preparing_text,
    scan_call,  ///< {with_app}
    step_open,  ///< three steps: open {app}, scan, approve
    step_scan,
    step_approve,
    time_left,
    cancel,
    approving_title,
    approving_text,  ///< {app}
    finishing_text,
    dispensing_title,
    dispensing_text,
    take_title,
    take_text,
    rejected_title,
    expired_title,
    cancelled_title,
    cannot_pay_title,
    machine_not_ready_title,
    no_money_taken,
    choose_again,
    try_later,
    returning_title,
    returned_title,
    no_product_text,
    returning_text,
    returned_text,
    ask_title,
    ask_text,
    reference,         ///< label of the sale's id
    customer_service,  ///< label of the operator's contact
    starting_title,
    starting_text,
    out_of_order_title,
    machine_fault_text,
    storage_text,
    stopping_title,
    stopping_text,
    set_up_title,
    set_up_text,
    done,  ///< button: I have read it
    count
};

inline constexpr std::size_t text_count = static_cast<std::size_t>(Text::count);

using Texts = std::array<std::string_view, text_count>;

struct TextEntry {
    Text key;
    std::string_view text;
};

/// A table of exactly one text for each key. Refused by the compiler otherwise.
consteval Texts make_texts(std::initializer_list<TextEntry> entries) {
    Texts texts{};
    for (const TextEntry& entry : entries) {
        std::string_view& place = texts.at(static_cast<std::size_t>(entry.key));
        if (!place.empty() || entry.text.empty()) {
            throw std::logic_error("a text is given twice, or is empty");
        }
        place = entry.text;
    }
    for (const std::string_view text : texts) {
        if (text.empty()) {
            throw std::logic_error("a text is missing");
        }
    }
    return texts;
}

const Texts& texts_of(Language language);

/// The words of one language, and how its speakers write prices.
class Phrases {
public:
    enum class Kind : std::uint8_t {
        real,
        lengthened,  ///< every text 40 % longer: shows where a translation would not fit
    };

    explicit Phrases(Language language, Kind kind = Kind::real) : language_(language), kind_(kind) {}

    Language language() const { return language_; }
    std::string operator()(Text key) const;

    /// The text with {app} and {with_app} filled in.
    std::string with_app(Text key, std::string_view app) const;

private:
    Language language_;
    Kind kind_;
};

/// `text` with every `{name}` replaced.
std::string fill(std::string text, std::string_view name, std::string_view value);

/// What customers call the app of a payment system: Vipps MobilePay is one system with a name for each country, and
/// the currency tells which. An unknown system is called as the config calls it.
std::string app_name(std::string_view provider, Currency currency);

}  // namespace qrvend::display
