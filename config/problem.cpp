#include "config/problem.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace qrvend::config {

std::string to_string(const Problem& problem) {
    const std::string column = problem.column > 0 ? fmt::format(":{}", problem.column) : "";
    const char* const warning = problem.severity == Severity::warning ? "warning: " : "";
    return fmt::format("{}:{}{}: {}{}: {}; {}", problem.file, problem.line, column, warning, problem.path,
                       problem.found, problem.allowed);
}

bool has_error(const std::vector<Problem>& problems) {
    return std::ranges::any_of(problems, [](const Problem& one) { return one.severity == Severity::error; });
}

void Problems::error(const Place& place, std::string found, std::string allowed) {
    add(Severity::error, place, std::move(found), std::move(allowed));
}

void Problems::warning(const Place& place, std::string found, std::string allowed) {
    add(Severity::warning, place, std::move(found), std::move(allowed));
}

void Problems::add(Severity severity, const Place& place, std::string found, std::string allowed) {
    all_.insert(std::ranges::upper_bound(all_, place.line, {}, &Problem::line),
                Problem{.file = file_,
                        .line = place.line,
                        .path = place.path,
                        .found = std::move(found),
                        .allowed = std::move(allowed),
                        .severity = severity,
                        .column = place.column});
}

}  // namespace qrvend::config
