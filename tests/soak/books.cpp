#include "tests/soak/books.hpp"

#include <ranges>

namespace qrvend::soak {

void Books::enter(const std::vector<json::Value>& payments) {
    for (const json::Value& payment : payments) {
        payments_.insert_or_assign(json::string_at(payment, "reference").value(), payment);
    }
}

void Books::judge(const std::vector<simulated::Deed>& deeds) const {
    std::vector<json::Value> all;
    for (const json::Value& payment : payments_ | std::views::values) {
        all.push_back(payment);
    }
    test::judge(deeds, all, {.given_away_minor = given_away_minor_});
}

}  // namespace qrvend::soak
