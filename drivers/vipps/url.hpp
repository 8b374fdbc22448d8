#pragma once
// Which of the URLs that Vipps' answers name are followed.

#include <string_view>

namespace qrvend::vipps {

/// Whether a URL that Vipps' answer names may be shown to a customer or fetched: https, or http where it means this
/// computer or where we talk to a sandbox on this computer ourselves.
bool may_be_followed(std::string_view url, std::string_view base_url);

}  // namespace qrvend::vipps
