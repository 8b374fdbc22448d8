#pragma once
// What every view but the products and the code has to say, in words.

#include <optional>
#include <string>
#include <vector>

#include "display/look/scene.hpp"
#include "display/look/texts.hpp"

namespace qrvend::display {

enum class Tone : std::uint8_t { calm, bad };

struct Message {
    Shape shape = Shape::dots;
    Tone tone = Tone::calm;
    std::string title;
    std::vector<std::string> sentences;
    std::optional<view::Offer> offer{};
    std::string label{};  ///< of `value`
    std::string value{};  ///< what the customer has to copy, in large letters
    std::string contact_label{};
    std::string contact{};  ///< how to reach the operator
    std::string detail{};   ///< small print for the technician
    bool can_dismiss = false;
};

/// The message of a view; a ScanToPay's is that of a customer who is approving. Throws std::logic_error for Idle.
Message message_for(const View& view, const Settings& settings, const Phrases& phrases);

}  // namespace qrvend::display
