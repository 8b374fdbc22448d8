#pragma once
// How the keys of a config file are declared: one entry for each key, with all that is known about it. The reader
// (reader.hpp), the defaults and the JSON schema (schema.hpp) come from these entries and from nothing else.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace qrvend::config {

struct Key;

/// The keys of one object.
struct Section {
    std::string_view about;  ///< one sentence for the person who writes the file
    std::vector<Key> keys;

    /// The key of that name; nullptr where the section has none.
    const Key* find(std::string_view name) const;
};

struct Key {
    enum class Type : std::uint8_t {
        text,     ///< limits count characters
        integer,  ///< limits are values; the unit stands in the key's name
        boolean,
        texts,     ///< a list of different texts; limits count entries, `choices` say which
        file,      ///< the path of an existing file, from the config file's folder on
        secret,    ///< never a text: {"file": path} or {"credential": name}
        section,   ///< an object with the keys of `section`
        sections,  ///< a list of such objects; limits count entries
    };

    std::string_view name;
    Type type = Type::text;
    std::string_view about;    ///< what it means, in a sentence
    std::string_view example;  ///< JSON; empty for sections, whose keys have examples of their own

    bool required = false;
    std::string_view otherwise{};  ///< JSON: the value where the key is absent; empty: absent means none

    std::optional<std::int64_t> minimum{};
    std::optional<std::int64_t> maximum{};
    std::vector<std::string_view> choices{};  ///< of a text, or of the entries of a list of texts
    std::string_view pattern{};               ///< ECMAScript, for the whole text
    std::string_view pattern_says{};          ///< the same in words: "letters, digits and hyphens"
    const Section* section = nullptr;
};

/// The limits of a key that names none.
inline constexpr std::int64_t default_text_maximum = 200;
inline constexpr std::int64_t max_path_bytes = 4096;

/// What the key takes, in words: "a whole number from 30 to 600".
std::string allowed_values(const Key& key);

}  // namespace qrvend::config
