#pragma once
// Reads an object of the config file as its section declares it: types, limits, defaults, unknown and missing keys,
// files and secrets. It stops at nothing: every problem is reported, and what is sound goes into the record.

#include <filesystem>

#include "config/config.hpp"
#include "config/keys.hpp"
#include "config/problem.hpp"
#include "config/record.hpp"
#include "config/tree.hpp"

namespace qrvend::config {

class Reader {
public:
    /// Relative paths start from `folder`.
    Reader(std::filesystem::path folder, Surroundings surroundings, Problems& problems)
        : folder_(std::move(folder)), surroundings_(std::move(surroundings)), problems_(problems) {}

    Record read(const Node& object, const Section& section, const Place& place);

private:
    using Found = std::optional<Record::Value>;

    void read_key(const Node& object, const Key& key, Record& record);
    void report_unknown(const Node& object, const Section& section, const Place& place);

    Found read_value(const Node& node, const Key& key, const Place& place);
    Found read_text(const Node& node, const Key& key, const Place& place);
    Found read_integer(const Node& node, const Key& key, const Place& place);
    Found read_texts(const Node& node, const Key& key, const Place& place);
    Found read_file(const Node& node, const Key& key, const Place& place);
    Found read_secret_source(const Node& node, const Key& key, const Place& place);
    Found read_sections(const Node& node, const Key& key, const Place& place);

    std::optional<std::string> secret_in_file(const Node& value, const Place& place);
    std::optional<std::string> secret_in_credential(const Node& value, const Place& place);

    Found not_allowed(const Node& node, const Key& key, const Place& place);

    std::filesystem::path folder_;
    Surroundings surroundings_;
    Problems& problems_;
};

/// What stands in the file, for a message: a short value as it is written, else its kind.
std::string describe(const Node& node);

}  // namespace qrvend::config
