#pragma once
// How a fuzz target says that something is not as it must be.

#include <source_location>
#include <stdexcept>
#include <string>

namespace qrvend::fuzz {

/// Throws std::logic_error with `what` and the place of the call where `holds` is false. `what` says what should
/// hold.
inline void must(bool holds, const char* what, std::source_location where = std::source_location::current()) {
    if (!holds) {
        throw std::logic_error(std::string(where.file_name()) + ":" + std::to_string(where.line()) +
                               ": this must hold: " + what);
    }
}

}  // namespace qrvend::fuzz
