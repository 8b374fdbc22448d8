#include "tests/bench/figure.hpp"

#include <fmt/format.h>

#include "drivers/json/json.hpp"

namespace qrvend::bench {

namespace {

// Four significant digits say more than a measurement on a machine with other work can promise.
std::string number(double value) {
    return fmt::format("{:.4g}", value);
}

}  // namespace

Figure figure_of(std::string name, std::vector<double> samples, std::optional<double> limit, std::string note) {
    const Spread spread = spread_of(std::move(samples));
    return {
        .name = std::move(name), .value = spread.p99, .spread = spread, .limit = limit, .note = std::move(note)};
}

std::string to_line(const Figure& figure) {
    std::string measured = number(figure.value);
    if (const auto& spread = figure.spread) {
        measured = fmt::format("p50 {}  p99 {}  max {}  (n {})", number(spread->p50), number(spread->p99),
                               number(spread->max), spread->count);
    }
    std::string line = fmt::format("{:<38} {:<50}", figure.name, measured);
    if (figure.limit) {
        line += fmt::format("limit {:<5} {}", number(*figure.limit), figure.missed() ? "MISSED" : "ok");
    } else {
        line += "no limit";
    }
    return figure.note.empty() ? line : line + "  (" + figure.note + ")";
}

std::string to_json(const Figure& figure) {
    json::Value object{{"name", figure.name}, {"value", figure.value}};
    if (const auto& spread = figure.spread) {
        object.update({{"count", spread->count}, {"p50", spread->p50}, {"p99", spread->p99}, {"max", spread->max}});
    }
    if (figure.limit) {
        object.update({{"limit", *figure.limit}, {"missed", figure.missed()}});
    }
    if (!figure.note.empty()) {
        object["note"] = figure.note;
    }
    return object.dump();
}

}  // namespace qrvend::bench
