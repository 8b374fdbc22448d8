#pragma once
// Names of things, each a type of its own, so that a key is never handed over where a reference belongs.

#include <compare>
#include <cstdint>
#include <functional>
#include <string>
#include <utility>

namespace qrvend {

template <class Tag>
class Id {
public:
    Id() = default;
    explicit Id(std::string text) : text_(std::move(text)) {}

    const std::string& text() const { return text_; }
    bool empty() const { return text_.empty(); }
    auto operator<=>(const Id&) const = default;

private:
    std::string text_;
};

using SaleId = Id<struct SaleIdTag>;  ///< ten letters and digits that a technician can read out
using PaymentReference =
    Id<struct PaymentReferenceTag>;                   ///< our name of a payment at its provider, unique for ever
using IdempotencyKey = Id<struct IdempotencyKeyTag>;  ///< names one attempt, so that repeating it is harmless
using RequestId = Id<struct RequestIdTag>;            ///< the machine's name of one customer's selection

/// The place of a product in the machine, as its keypad or its vend request names it (1 to 65534).
struct Slot {
    std::uint16_t number = 0;
    auto operator<=>(const Slot&) const = default;
};

/// A payment of a sale: 1 is the first.
struct PaymentNo {
    std::uint16_t number = 1;
    auto operator<=>(const PaymentNo&) const = default;
};

/// The order of facts in the journal. It grows, and says nothing about time.
struct Sequence {
    std::int64_t number = 0;
    auto operator<=>(const Sequence&) const = default;
};

}  // namespace qrvend

template <class Tag>
struct std::hash<qrvend::Id<Tag>> {
    std::size_t operator()(const qrvend::Id<Tag>& id) const noexcept { return std::hash<std::string>{}(id.text()); }
};
