#pragma once
// What comes to a machine in its life: customers of every kind, faults of the mechanism, trouble at the payment
// system and on the way to it. Each leaves the shop as it found it, but for what is still settled in the
// background.

#include <span>
#include <string_view>

#include "tests/soak/shop.hpp"

namespace qrvend::soak {

struct Visit {
    std::string_view name;
    int weight;  ///< how often it comes, compared with the others
    void (*pass)(Shop& shop);
};

std::span<const Visit> all_visits();

/// The most usual one.
void buy(Shop& shop);

/// Nobody is there for a while, and who comes then knows nothing of what was: no payment, no token, no webhook.
/// Does nothing where a sale stays open, as no payment system forgets the payments of one.
void replace_the_sandbox(Shop& shop);

}  // namespace qrvend::soak
