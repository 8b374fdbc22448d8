#include "controller/base/ids.hpp"

#include <doctest/doctest.h>

#include <type_traits>
#include <unordered_set>

using namespace qrvend;

TEST_CASE("names of different things do not convert into each other or out of bare text") {
    static_assert(!std::is_convertible_v<std::string, IdempotencyKey>);
    static_assert(!std::is_constructible_v<IdempotencyKey, PaymentReference>);
    static_assert(!std::is_constructible_v<PaymentReference, SaleId>);
    CHECK(SaleId{}.empty());
    CHECK(SaleId{"7K2M"}.text() == "7K2M");
}

TEST_CASE("names compare and hash by their text") {
    CHECK(SaleId{"a"} == SaleId{"a"});
    CHECK(SaleId{"a"} != SaleId{"A"});
    CHECK(SaleId{"a"} < SaleId{"b"});
    std::unordered_set<SaleId> seen{SaleId{"a"}};
    CHECK(seen.contains(SaleId{"a"}));
    CHECK_FALSE(seen.contains(SaleId{"b"}));
}

TEST_CASE("slots, payments and sequence numbers are ordered by their number") {
    CHECK(Slot{1} < Slot{2});
    CHECK(PaymentNo{} == PaymentNo{1});
    CHECK(Sequence{-1} < Sequence{0});
}
