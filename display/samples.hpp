#pragma once
// One view of every kind with plausible content, for previews and tests.

#include <string>
#include <vector>

#include "controller/ports/screen.hpp"
#include "display/settings.hpp"

namespace qrvend::display {

struct Sample {
    std::string name;  ///< letters, digits and hyphens: part of a file name
    View view;
};

/// When the samples are seen: codes have a few minutes left.
inline constexpr MonotonicTime sample_time{std::chrono::hours{5}};

/// Every view, every reason, in a country that speaks the language.
std::vector<Sample> samples(Language language);

/// `count` products with prices in that country's currency, some of them sold out, some with long names.
std::vector<view::Offer> sample_offers(Language language, int count);

}  // namespace qrvend::display
