#pragma once
// One webhook as Vipps knows it and as the journal remembers it. Vipps shows the secret once, so it is remembered
// before it is used.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace qrvend::vipps {

struct Registration {
    std::string id;
    std::string url;
    std::string secret;
    bool operator==(const Registration&) const = default;
};

/// The events that are registered: all that happens to a payment after its creation.
std::vector<std::string> registered_events();

/// What the journal holds: the present registration first, then at most one that it replaced.
struct Registrations {
    std::string base_url;  ///< the environment that they belong to
    std::vector<Registration> known;
    bool operator==(const Registrations&) const = default;
};

std::string to_text(const Registrations& registrations);
/// Nothing where the text is not what to_text() writes.
std::optional<Registrations> parse_registrations(std::string_view text);

}  // namespace qrvend::vipps
