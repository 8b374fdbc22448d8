// A fact of the journal as it is stored: the first line is its kind, the rest its members as JSON.

#include "drivers/json/json.hpp"
#include "drivers/sqlite/fact_json.hpp"
#include "drivers/sqlite/fact_names.hpp"
#include "tests/fuzz/message.hpp"
#include "tests/fuzz/must.hpp"
#include "tests/fuzz/targets.hpp"

namespace qrvend::fuzz {

namespace {

// What may be written in two ways and is read alike: a null where an optional is empty, a text in hex that need not
// be.
json::Value normal(const json::Value& value) {
    if (!value.is_object()) {
        return value;
    }
    json::Value result = json::Value::object();
    for (const auto& [name, member] : value.items()) {
        const auto hex = json::find(member, "hex");
        if (!member.is_null()) {
            result[name] = hex == nullptr ? normal(member) : json::Value("in hex");
        }
    }
    return result;
}

}  // namespace

void journal_fact(std::string_view bytes) {
    const auto [kind, members] = split(bytes, "\n");
    const auto fact = sqlite::fact_from_json(kind, members);
    if (!fact) {
        must(!fact.error().empty(), "what cannot be read is named");
        return;
    }
    must(sqlite::kind_of(*fact) == kind, "a fact is of the kind that it was stored as");
    const std::string written = sqlite::fact_to_json(*fact);
    const auto again = sqlite::fact_from_json(kind, written);
    must(again == *fact, "what is written is read as it was");
    must(sqlite::fact_to_json(*again) == written, "and written as it was");
    const json::Value before = normal(json::Value::parse(members));
    const json::Value after = normal(json::Value::parse(written));
    for (const auto& [name, member] : before.items()) {
        must(after.contains(name) && (member == "in hex" || after.at(name) == member),
             "nothing that was stored is lost");
    }
    must(before.size() == after.size(), "and nothing is added");
}

}  // namespace qrvend::fuzz
