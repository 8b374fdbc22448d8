#pragma once
// What the payment system holds of every payment since the beginning of the soak. The sandbox forgets: the oldest
// ones where there are too many, and all at a restart. So its figures are entered here before, and again as they
// change.

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "tests/app/stand.hpp"

namespace qrvend::soak {

class Books {
public:
    /// What the sandbox shows now.
    void enter(const std::vector<json::Value>& payments);

    /// A product dropped while nobody could tell, and its money goes back, as the config says.
    void give_away(std::int64_t minor) { given_away_minor_ += minor; }

    std::size_t size() const { return payments_.size(); }

    /// Throws std::runtime_error where money and goods do not agree.
    void judge(const std::vector<simulated::Deed>& deeds) const;

private:
    std::map<std::string, json::Value> payments_;
    std::int64_t given_away_minor_ = 0;
};

}  // namespace qrvend::soak
