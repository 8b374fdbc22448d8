#pragma once
// Reads the members of a JSON object by rule and collects every rule that is broken, so that a caller sees all
// faults of a body at once. Unknown members are faults (Vipps rejects them), null counts as absent.

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "drivers/json/json.hpp"
#include "drivers/vipps/sandbox/problem.hpp"

namespace qrvend::vipps::sandbox {

enum class Presence : std::uint8_t { optional, required };

/// Inclusive; counts characters of texts and elements of arrays.
struct Length {
    std::size_t min = 0;
    std::size_t max = 0;
};

/// Inclusive.
struct Range {
    std::int64_t min = 0;
    std::int64_t max = 0;
};

class Fields {
public:
    using Errors = std::vector<FieldError>;

    /// `object` and `errors` must outlive this; `path` is the object's dotted name, empty for the root.
    Fields(const json::Value& object, std::string path, Errors& errors);

    /// Rejects every member that is not named here.
    void allow_only(std::initializer_list<std::string_view> names);

    std::optional<std::string> text(std::string_view name, Presence presence, Length length);
    std::optional<std::string> choice(std::string_view name, Presence presence,
                                      std::initializer_list<std::string_view> values);

    /// A JSON number without fraction; texts of digits do not count.
    std::optional<std::int64_t> integer(std::string_view name, Presence presence, Range range);
    std::optional<bool> boolean(std::string_view name);
    const json::Value* object(std::string_view name, Presence presence);
    const json::Value* array(std::string_view name, Presence presence, Length length);

    void reject(std::string_view name, std::string reason);
    std::string path_of(std::string_view name) const;
    bool has(std::string_view name) const { return json::find(object_, name) != nullptr; }

private:
    const json::Value* member(std::string_view name, Presence presence);

    const json::Value& object_;
    std::string path_;
    Errors& errors_;
};

}  // namespace qrvend::vipps::sandbox
