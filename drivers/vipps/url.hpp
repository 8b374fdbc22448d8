#pragma once
// What of Vipps' answers may become a URL, or a part of one.

#include <string_view>

namespace qrvend::vipps {

/// Whether a URL that Vipps' answer names may be shown to a customer or fetched: https, or http where it means this
/// computer or where we talk to a sandbox on this computer ourselves.
bool may_be_followed(std::string_view url, std::string_view base_url);

/// Whether a name that Vipps gave can stand in a URL's path as it is: 1 to 100 unreserved characters (RFC
/// 3986, 2.3), and not a dot segment.
bool is_path_segment(std::string_view text);

}  // namespace qrvend::vipps
