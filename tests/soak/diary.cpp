#include "tests/soak/diary.hpp"

#include <algorithm>
#include <sstream>
#include <stdexcept>

namespace qrvend::soak {

namespace {

using Steady = std::chrono::steady_clock;
using std::chrono::milliseconds;

// What is waited for may come without a word from the daemon.
constexpr milliseconds between_looks{5};

// The value of name=value or name="several words".
std::string value_of(const std::string& name, const std::string& line) {
    const std::string begin = " " + name + "=";
    const std::size_t at = line.find(begin);
    if (at == std::string::npos) {
        return {};
    }
    const std::size_t from = at + begin.size();
    return line[from] == '"' ? line.substr(from + 1, line.find('"', from + 1) - from - 1)
                             : line.substr(from, line.find(' ', from) - from);
}

// The facts after which a sale needs the machine no more.
bool is_parting(const std::string& fact) {
    static const std::set<std::string> partings{"Declined", "Expired",    "Left",        "Withdrawn", "Abandoned",
                                                "Vended",   "VendFailed", "VendUnknown", "Closed"};
    return partings.contains(fact);
}

std::string last_word(const std::string& text) {
    return text.substr(text.rfind(' ') + 1);
}

}  // namespace

Diary::Diary(test::Process& daemon) : daemon_(daemon) {
    std::istringstream lines(daemon.output());
    for (std::string line; std::getline(lines, line);) {
        note(line);
    }
}

bool Diary::wait(milliseconds patience, const std::function<bool()>& come) {
    const auto deadline = Steady::now() + patience;
    while (!come()) {
        const auto left = std::chrono::ceil<milliseconds>(deadline - Steady::now());
        if (left.count() <= 0) {
            return false;
        }
        if (const auto line = daemon_.read_line(std::min(left, between_looks))) {
            note(*line);
        } else if (const auto code = daemon_.wait(milliseconds{0})) {
            throw std::runtime_error("the daemon has ended with " + std::to_string(*code));
        }
    }
    return true;
}

void Diary::read_for(milliseconds time) {
    wait(time, [] { return false; });
}

std::int64_t Diary::said(const std::string& what) const {
    const auto found = counts_.find(what);
    return found == counts_.end() ? 0 : found->second;
}

// A line is: time, level, words, name=value ... (drivers/system/log.cpp).
void Diary::note(const std::string& line) {
    std::istringstream words(line);
    std::string time;
    std::string level;
    words >> time >> level;
    std::string what;
    for (std::string word; words >> word && !word.contains('=');) {
        what += (what.empty() ? "" : " ") + word;
    }
    if (what == "in service" || what == "out of service") {
        in_service_ = what == "in service";
    }
    const std::string sale = value_of("sale", line);
    if (!sale.empty()) {
        note_of_sale(what, sale, line);
    }
    ++counts_[what];
}

void Diary::note_of_sale(const std::string& what, const std::string& sale, const std::string& line) {
    if (what == "Opened") {
        latest_ = {.id = sale};
        open_.insert(sale);
    }
    if (what == "Closed") {
        open_.erase(sale);
        ++counts_["Closed " + value_of("detail", line)];
    }
    if (sale != latest_.id) {
        return;
    }
    if (what == "Intended" && latest_.reference.empty()) {
        latest_.reference = last_word(value_of("detail", line));
    }
    latest_.requested = latest_.requested || what == "Requested";
    latest_.over = latest_.over || is_parting(what);
    latest_.closed = latest_.closed || what == "Closed";
}

}  // namespace qrvend::soak
