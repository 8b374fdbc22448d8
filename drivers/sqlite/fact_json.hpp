#pragma once
// A fact as the journal stores it: the name of its kind, and a compact JSON object of its members. Both directions
// come from one list of members for each type (fact_json.cpp), so that they cannot drift apart.
//
// Texts are stored as JSON strings. A text that is not UTF-8, which JSON cannot hold, is stored as {"hex": "00ff"},
// so that every byte comes back as it was. Times and limits carry their unit in the member's name (_s, _ms). An
// optional that is empty is left out.

#include <expected>
#include <string>
#include <string_view>

#include "controller/sale/facts.hpp"

namespace qrvend::sqlite {

/// The members of a fact. Its kind is kind_of() of fact_names.hpp. Throws std::invalid_argument for an enum value
/// that its enum does not have: a programmer's error.
std::string fact_to_json(const Fact& fact);

/// The fact of that kind, exactly as it was written. The error is for people and names what is wrong: an unknown
/// kind, a member that is missing, unknown or of the wrong type, a value that is out of range or has no such name.
std::expected<Fact, std::string> fact_from_json(std::string_view kind, std::string_view members);

}  // namespace qrvend::sqlite
