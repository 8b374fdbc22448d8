#pragma once
// Texts with a length that Vipps limits.

#include <cstddef>
#include <string>
#include <string_view>

namespace qrvend::vipps {

/// The longest beginning of `text` that has at most `most_bytes` bytes and does not end inside a UTF-8 character.
std::string cut_utf8(std::string_view text, std::size_t most_bytes);

/// paymentDescription: "<what> <product>", 3 to 100 characters. Vipps does not say whether it counts bytes, UTF-16
/// units or characters; 100 bytes are never more than 100 of any.
std::string payment_description(std::string_view machine, std::string_view product);

/// ^[a-zA-Z0-9-]{8,64}$, the form of a payment reference.
bool is_reference(std::string_view text);

}  // namespace qrvend::vipps
