#include "tests/simulation/report.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace qrvend::simulation {

namespace {

constexpr std::size_t longest_words = 400;      // of a message's body
constexpr std::size_t lines_without_sale = 60;  // where a violation is nobody's, the last lines must do

using Names = std::set<std::string>;

Names names_of(const RunResult& result, const std::string& who) {
    const auto sale = std::ranges::find_if(result.sales, [&](const Names& names) { return names.contains(who); });
    return sale == result.sales.end() ? Names{} : *sale;
}

std::string line_text(const Story::Line& line) {
    const std::string words =
        line.words.size() > longest_words ? line.words.substr(0, longest_words) + " …" : line.words;
    return fmt::format("  {:>12.3f} s  {:<26} {:<18} {}\n", static_cast<double>(line.at.count()) / 1000, line.who,
                       line.what, words);
}

// Of a sale: its own lines, and between the first and the last of them what concerns everybody.
std::string story_of(const RunResult& result, const Names& names) {
    const auto own = [&](const Story::Line& line) { return names.contains(line.who); };
    const auto first = std::ranges::find_if(result.lines, own);
    const auto last = std::ranges::find_if(result.lines.rbegin(), result.lines.rend(), own).base();
    std::string text;
    for (auto line = first; line < last; ++line) {
        text += own(*line) || line->who.empty() ? line_text(*line) : "";
    }
    return text;
}

std::string last_lines(const RunResult& result) {
    std::string text;
    const std::size_t skipped =
        result.lines.size() > lines_without_sale ? result.lines.size() - lines_without_sale : 0;
    for (std::size_t at = skipped; at < result.lines.size(); ++at) {
        text += line_text(result.lines[at]);
    }
    return text;
}

std::string describe(const Strike& strike) {
    return fmt::format("  customer {}: {} ({})\n", strike.turn, to_string(strike.trouble), strike.nth);
}

}  // namespace

std::string replay_command(const RunOptions& options) {
    return fmt::format("qrvend-simulate --seed {} --runs 1 --provider {} --customers {}{}{}", options.seed,
                       options.provider, options.customers, options.bug != nullptr ? " --break " : "",
                       options.bug != nullptr ? options.bug->name : "");
}

std::string explain(const RunOptions& options, const RunResult& found, const Shrunk& shrunk) {
    const std::string& promise = found.violations.front().promise;
    const RunResult& small = shrunk.result;
    const auto shown = std::ranges::find(small.violations, promise, &Violation::promise);
    const Violation& violation = shown == small.violations.end() ? found.violations.front() : *shown;
    std::string text =
        fmt::format("VIOLATION in seed {}\n  promise {}\n  {}{}{}\n  again: {}\n", options.seed, violation.promise,
                    violation.who, violation.who.empty() ? "" : ": ", violation.detail, replay_command(options));
    text += fmt::format("The fewest troubles that still show it ({} of {}, {} runs):\n", small.struck.size(),
                        found.struck.size(), shrunk.runs);
    for (const Strike& strike : small.struck) {
        text += describe(strike);
    }
    const Names names = names_of(small, violation.who);
    text += "What happened, with no other trouble:\n";
    text += names.empty() ? last_lines(small) : story_of(small, names);
    return text;
}

std::string whole_story(const RunResult& result) {
    std::string text;
    for (const Story::Line& line : result.lines) {
        text += line_text(line);
    }
    return text;
}

}  // namespace qrvend::simulation
