#include "config/reader.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <regex>

#include "config/files.hpp"
#include "config/nearest.hpp"
#include "config/secret.hpp"
#include "config/utf8.hpp"

namespace qrvend::config {

namespace {

bool has_control_character(std::string_view text) {
    return std::ranges::any_of(text, is_control);
}

std::string quotation(std::string_view text) {
    return fmt::format("\"{}\"", printable(text));
}

std::string kind_of(const Node& node) {
    switch (node.kind) {
        case Node::Kind::null:
            return "null";
        case Node::Kind::boolean:
            return "true or false";
        case Node::Kind::integer:
        case Node::Kind::other_number:
            return "a number";
        case Node::Kind::text:
            return "a text";
        case Node::Kind::list:
            return "a list";
        case Node::Kind::object:
            return "an object";
    }
    return {};
}

bool within(std::int64_t value, const Key& key) {
    return (!key.minimum || value >= *key.minimum) && (!key.maximum || value <= *key.maximum);
}

bool is_choice(std::string_view text, const Key& key) {
    return key.choices.empty() || std::ranges::find(key.choices, text) != key.choices.end();
}

bool is_allowed_text(const std::string& text, const Key& key) {
    // The length comes first: the regular expressions of the standard library recurse for each character.
    const auto length = static_cast<std::int64_t>(count_characters(text));
    Key bounded = key;
    bounded.maximum = key.maximum.value_or(default_text_maximum);
    if (!within(length, bounded) || has_control_character(text) || !is_choice(text, key)) {
        return false;
    }
    return key.pattern.empty() ||
           std::regex_match(text, std::regex(key.pattern.begin(), key.pattern.end(), std::regex::ECMAScript));
}

/// What one entry of a list of texts takes.
Key entry_of(const Key& key) {
    return {.name = key.name, .type = Key::Type::text, .choices = key.choices};
}

Node default_of(const Key& key) {
    Problems none("(default)");
    auto node = parse_tree(key.otherwise, none);
    if (!node) {
        throw std::logic_error("the default is not JSON: " + std::string(key.name));
    }
    return std::move(*node);
}

}  // namespace

std::string describe(const Node& node) {
    switch (node.kind) {
        case Node::Kind::boolean:
            return node.boolean ? "true" : "false";
        case Node::Kind::integer:
        case Node::Kind::other_number:
            return printable(node.text);
        case Node::Kind::text:
            return quotation(node.text);
        default:
            return kind_of(node);
    }
}

Record Reader::read(const Node& object, const Section& section, const Place& place) {
    Record record(section, place);
    for (const Key& key : section.keys) {
        read_key(object, key, record);
    }
    report_unknown(object, section, place);
    return record;
}

void Reader::read_key(const Node& object, const Key& key, Record& record) {
    const Place& around = record.place();
    const std::string path = member_path(around.path, key.name);
    if (const Member* const member = object.find(key.name); member != nullptr) {
        record.set(key.name, member->line, read_value(member->value, key, {.line = member->line, .path = path}));
        return;
    }
    if (key.required) {
        problems_.error({.line = around.line, .path = path}, "missing", "required is " + allowed_values(key));
    } else if (!key.otherwise.empty()) {
        record.set(key.name, 0, read_value(default_of(key), key, {.line = around.line, .path = path}));
    }
}

void Reader::report_unknown(const Node& object, const Section& section, const Place& place) {
    std::vector<std::string_view> known;
    for (const Key& key : section.keys) {
        known.push_back(key.name);
    }
    for (const Member& member : object.members) {
        if (section.find(member.key) != nullptr) {
            continue;
        }
        const std::string_view meant = nearest(member.key, known);
        problems_.error({.line = member.line, .path = place.path.empty() ? "(file)" : place.path},
                        fmt::format("unknown key {}", quotation(member.key)),
                        meant.empty() ? fmt::format("allowed are {}", fmt::join(known, ", "))
                                      : fmt::format("did you mean \"{}\"?", meant));
    }
}

Reader::Found Reader::not_allowed(const Node& node, const Key& key, const Place& place) {
    problems_.error(place, "found " + describe(node), "allowed is " + allowed_values(key));
    return std::nullopt;
}

Reader::Found Reader::read_value(const Node& node, const Key& key, const Place& place) {
    switch (key.type) {
        case Key::Type::text:
            return read_text(node, key, place);
        case Key::Type::integer:
            return read_integer(node, key, place);
        case Key::Type::boolean:
            return node.kind == Node::Kind::boolean ? Found(node.boolean) : not_allowed(node, key, place);
        case Key::Type::texts:
            return read_texts(node, key, place);
        case Key::Type::file:
            return read_file(node, key, place);
        case Key::Type::secret:
            return read_secret_source(node, key, place);
        case Key::Type::section:
            if (node.kind != Node::Kind::object) {
                return not_allowed(node, key, place);
            }
            return std::vector<Record>{read(node, *key.section, place)};
        case Key::Type::sections:
            return read_sections(node, key, place);
    }
    return std::nullopt;
}

Reader::Found Reader::read_text(const Node& node, const Key& key, const Place& place) {
    if (node.kind != Node::Kind::text || !is_allowed_text(node.text, key)) {
        return not_allowed(node, key, place);
    }
    return node.text;
}

Reader::Found Reader::read_integer(const Node& node, const Key& key, const Place& place) {
    if (node.kind != Node::Kind::integer || !within(node.integer, key)) {
        return not_allowed(node, key, place);
    }
    return node.integer;
}

Reader::Found Reader::read_texts(const Node& node, const Key& key, const Place& place) {
    if (node.kind != Node::Kind::list || !within(static_cast<std::int64_t>(node.entries.size()), key)) {
        problems_.error(place,
                        node.kind == Node::Kind::list ? fmt::format("found {} entries", node.entries.size())
                                                      : "found " + describe(node),
                        "allowed is " + allowed_values(key));
        return std::nullopt;
    }
    const Key entry_key = entry_of(key);
    std::vector<std::string> texts;
    bool sound = true;
    for (std::size_t index = 0; index < node.entries.size(); ++index) {
        const Node& entry = node.entries[index];
        const Place at{.line = entry.line, .path = entry_path(place.path, index)};
        if (entry.kind != Node::Kind::text || !is_allowed_text(entry.text, entry_key)) {
            not_allowed(entry, entry_key, at);
            sound = false;
        } else if (std::ranges::find(texts, entry.text) != texts.end()) {
            problems_.error(at, fmt::format("{} stands twice", quotation(entry.text)), "each may stand once");
            sound = false;
        }
        texts.push_back(entry.text);
    }
    return sound ? Found(std::move(texts)) : std::nullopt;
}

Reader::Found Reader::read_file(const Node& node, const Key& key, const Place& place) {
    if (node.kind != Node::Kind::text || node.text.empty() || node.text.size() > max_path_bytes ||
        has_control_character(node.text)) {
        return not_allowed(node, key, place);
    }
    std::filesystem::path path = (folder_ / node.text).lexically_normal();
    if (const std::string why = why_unreadable(path); !why.empty()) {
        problems_.error(place, fmt::format("{}: {}", path.native(), why), "allowed is " + allowed_values(key));
        return std::nullopt;
    }
    return path;
}

Reader::Found Reader::read_secret_source(const Node& node, const Key& key, const Place& place) {
    if (node.kind == Node::Kind::text) {
        problems_.error(place, "a secret stands in the config file itself",
                        fmt::format("allowed is {}: keep the secret in a file of its own, and replace one that was "
                                    "written here",
                                    allowed_values(key)));
        return std::nullopt;
    }
    if (node.kind != Node::Kind::object || node.members.size() != 1 ||
        node.members.front().value.kind != Node::Kind::text) {
        problems_.error(place,
                        fmt::format("found {}", node.kind == Node::Kind::object ? "another object" : kind_of(node)),
                        "allowed is " + allowed_values(key));
        return std::nullopt;
    }
    const Member& source = node.members.front();
    const Place at{.line = source.line, .path = member_path(place.path, source.key)};
    std::optional<std::string> secret;
    if (source.key == "file") {
        secret = secret_in_file(source.value, at);
    } else if (source.key == "credential") {
        secret = secret_in_credential(source.value, at);
    } else {
        problems_.error({.line = source.line, .path = place.path}, "unknown key " + quotation(source.key),
                        "allowed is " + allowed_values(key));
    }
    return secret ? Found(std::move(*secret)) : std::nullopt;
}

std::optional<std::string> Reader::secret_in_file(const Node& value, const Place& place) {
    if (value.text.empty() || value.text.size() > max_path_bytes || has_control_character(value.text)) {
        problems_.error(place, "no path of a file", "allowed is the path of the file that holds the secret");
        return std::nullopt;
    }
    return read_secret((folder_ / value.text).lexically_normal(), SecretKeeper::technician, place, problems_);
}

std::optional<std::string> Reader::secret_in_credential(const Node& value, const Place& place) {
    constexpr std::size_t longest_name = 255;  // a file name of Linux
    static const std::regex name("[A-Za-z0-9_-][A-Za-z0-9._-]*");
    if (value.text.size() > longest_name || !std::regex_match(value.text, name)) {
        problems_.error(
            place, "no name of a credential",
            "allowed are letters, digits, points, hyphens and underscores, as in LoadCredential= of the unit");
        return std::nullopt;
    }
    if (!surroundings_.credentials_directory) {
        problems_.error(
            place, "no credentials directory: $CREDENTIALS_DIRECTORY is not set",
            "systemd sets it in a unit with LoadCredential=; by hand, set it to the folder of the credentials");
        return std::nullopt;
    }
    return read_secret(*surroundings_.credentials_directory / value.text, SecretKeeper::systemd, place, problems_);
}

Reader::Found Reader::read_sections(const Node& node, const Key& key, const Place& place) {
    if (node.kind != Node::Kind::list || !within(static_cast<std::int64_t>(node.entries.size()), key)) {
        problems_.error(place,
                        node.kind == Node::Kind::list ? fmt::format("found {} entries", node.entries.size())
                                                      : "found " + describe(node),
                        "allowed is " + allowed_values(key));
        return std::nullopt;
    }
    std::vector<Record> records;
    for (std::size_t index = 0; index < node.entries.size(); ++index) {
        const Node& entry = node.entries[index];
        const Place at{.line = entry.line, .path = entry_path(place.path, index)};
        if (entry.kind == Node::Kind::object) {
            records.push_back(read(entry, *key.section, at));
        } else {
            problems_.error(at, "found " + describe(entry), "allowed is an object {...}");
        }
    }
    return records;
}

}  // namespace qrvend::config
