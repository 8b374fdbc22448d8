#pragma once
// The views that tell one thing: a badge, a headline, a sentence or two, perhaps the product, perhaps a button.

#include <optional>
#include <string>
#include <vector>

#include "display/look/page.hpp"

namespace qrvend::display {

enum class Tone : std::uint8_t { calm, bad };

struct Message {
    Shape shape = Shape::dots;
    Tone tone = Tone::calm;
    std::string title;
    std::vector<std::string> sentences;
    std::optional<view::Offer> offer{};
    std::string label{};    ///< of `value`
    std::string value{};    ///< what the customer has to copy, in large letters
    std::string contact{};  ///< how to reach the operator
    std::string detail{};   ///< small print for the technician
    bool can_dismiss = false;
};

Scene lay_out(const Message& message, const Look& look);

}  // namespace qrvend::display
