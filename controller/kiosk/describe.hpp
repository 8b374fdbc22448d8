#pragma once
// Facts in words, for logs and timelines. Never a secret: request bodies, keys and codes to scan stay out.

#include <string>
#include <string_view>

#include "controller/ports/log.hpp"
#include "controller/sale/facts.hpp"

namespace qrvend {

/// "VendStarted": the fact's name as the documents use it.
std::string_view name_of(const Fact& fact);

/// What it says, in one line without its name; empty where the name says all.
std::string describe(const Fact& fact);

LogLevel level_of(const Fact& fact);

std::string_view to_string(Operation operation);
std::string_view to_string(World world);
std::string_view to_string(AttentionReason reason);
std::string_view to_string(AbandonReason reason);
std::string_view to_string(LeftReason reason);
std::string_view to_string(SaleResult result);

}  // namespace qrvend
