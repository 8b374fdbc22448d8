#pragma once
// One object of a config file after it was read: its values with the defaults filled in, each with its place. A
// value that was reported as wrong is absent here, so rules that look at several values see only sound ones.

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "config/keys.hpp"
#include "config/problem.hpp"

namespace qrvend::config {

class Record {
public:
    using Value = std::variant<std::string, std::int64_t, bool, std::vector<std::string>, std::filesystem::path,
                               std::vector<Record>>;

    Record(const Section& section, Place place) : section_(&section), place_(std::move(place)) {}

    /// `line` 0: the value is a default and does not stand in the file. No value: it stands there and is wrong.
    void set(std::string_view name, int line, std::optional<Value> value);

    /// Where the value stands; where it is absent, the place of the whole record with the key's name added.
    Place place(std::string_view name) const;
    const Place& place() const { return place_; }

    /// Whether the key stands in the file itself, right or wrong.
    bool given(std::string_view name) const;

    // The value of a key of that type; nothing where it is absent without a default, or was wrong. Asking for a key
    // that the section does not declare with that type is a programmer's error and throws std::logic_error.
    std::optional<std::string> text(std::string_view name) const;  ///< also the content of a secret
    std::optional<std::int64_t> integer(std::string_view name) const;
    std::optional<bool> boolean(std::string_view name) const;
    std::optional<std::vector<std::string>> texts(std::string_view name) const;
    std::optional<std::filesystem::path> file(std::string_view name) const;
    const Record* section(std::string_view name) const;
    const std::vector<Record>& sections(std::string_view name) const;  ///< empty where absent or wrong as a whole

private:
    struct Entry {
        std::optional<Value> value;
        int line = 0;
    };

    const Key& declared(std::string_view name) const;
    template <class T>
    const T* value(std::string_view name, std::initializer_list<Key::Type> types) const;

    const Section* section_;
    Place place_;
    std::map<std::string, Entry, std::less<>> entries_;
};

}  // namespace qrvend::config
