#pragma once
// A config file as a tree of values, each with the line on which it stands: JSON (RFC 8259) with // and /* */
// comments. nlohmann's parser reads it; this file adds the lines, the limits, and errors that say what would be
// allowed.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "config/problem.hpp"

namespace qrvend::config {

inline constexpr std::size_t max_file_bytes = 1024UL * 1024UL;
inline constexpr std::size_t max_nesting = 16;
inline constexpr std::size_t max_values = 10'000;

struct Member;

struct Node {
    enum class Kind : std::uint8_t { null, boolean, integer, other_number, text, list, object };

    Kind kind = Kind::null;
    int line = 1;
    bool boolean = false;
    std::int64_t integer = 0;
    std::string text;  ///< of a text its content, of any number its digits as they stand in the file
    std::vector<Node> entries;
    std::vector<Member> members;  ///< in the order of the file; a key that is given twice is in it twice

    /// The first member of that key; nullptr where there is none.
    const Member* find(std::string_view key) const;
};

struct Member {
    std::string key;
    int line = 1;
    Node value;
};

/// `path` with a member or an entry of it added: "kiosk" and "id" give "kiosk.id".
std::string member_path(const std::string& path, std::string_view key);
std::string entry_path(const std::string& path, std::size_t index);

/// The tree of `text`, or nothing where it is not JSON, not UTF-8 or beyond a limit. A byte-order mark is passed
/// over. Keys that are given twice are reported and do not stop the reading.
std::optional<Node> parse_tree(std::string_view text, Problems& problems);

}  // namespace qrvend::config
