#pragma once
// The names under which the journal stores facts and enum values. They are part of the schema: a name, once
// released, is never changed and never used for anything else.

#include <cstdint>
#include <optional>
#include <string_view>
#include <type_traits>

#include "controller/sale/facts.hpp"

namespace qrvend::sqlite {

/// The stored name of an enum value; empty where the enum has no such value. The values of each enum count from 0
/// without a gap, so that walking up to the first empty name meets all of them.
std::string_view name_of(Operation value);
std::string_view name_of(World value);
std::string_view name_of(Refusal value);
std::string_view name_of(LeftReason value);
std::string_view name_of(AbandonReason value);
std::string_view name_of(AttentionReason value);
std::string_view name_of(SaleResult value);
std::string_view name_of(CaptureOrder value);
std::string_view name_of(UnknownVend value);
std::string_view name_of(ToShow::Kind value);

template <class T>
concept NamedEnum = std::is_enum_v<T> && requires(T value) { name_of(value); };

/// The enum value of a stored name.
template <NamedEnum Enum>
std::optional<Enum> value_of(std::string_view name) {
    for (std::uint8_t number = 0; !name_of(static_cast<Enum>(number)).empty(); ++number) {
        if (name_of(static_cast<Enum>(number)) == name) {
            return static_cast<Enum>(number);
        }
    }
    return std::nullopt;
}

/// The stored name of a kind of fact.
std::string_view kind_of(const Fact& fact);

}  // namespace qrvend::sqlite
