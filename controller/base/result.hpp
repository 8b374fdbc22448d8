#pragma once
// Every call that leaves the process ends in one of four ways: it worked, or we stand in one of three worlds.
// The sale decides by the world, never by an error text.

#include <chrono>
#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <utility>

namespace qrvend {

/// What is known about a call that did not bring its answer.
enum class World : std::uint8_t {
    refused,  ///< the other side said no, with its code: it did not happen
    unknown,  ///< it may or may not have happened: ask before anything else
    unsent,   ///< it surely did not happen: nothing reached the other side, or it turned us away unread
};

/// Why the other side refused, as far as the sale must tell refusals apart.
enum class Refusal : std::uint8_t {
    other,       ///< ask what stands now, then decide
    conflict,    ///< the reference or key is taken already
    impossible,  ///< no later attempt can succeed (the period is over, the operation is not offered)
};

struct Failure {
    World world = World::unknown;
    std::string code;    ///< the other side's own code, or a short name of ours such as "timeout"
    std::string detail;  ///< for people and logs; never holds a secret
    Refusal refusal = Refusal::other;
    std::optional<std::chrono::seconds> retry_after{};  ///< what the other side asked us to wait
};

template <class T>
using Result = std::expected<T, Failure>;

inline std::unexpected<Failure> refused(std::string code, std::string detail = {},
                                        Refusal refusal = Refusal::other) {
    return std::unexpected(
        Failure{.world = World::refused, .code = std::move(code), .detail = std::move(detail), .refusal = refusal});
}

inline std::unexpected<Failure> unknown(std::string code, std::string detail = {}) {
    return std::unexpected(Failure{.world = World::unknown, .code = std::move(code), .detail = std::move(detail)});
}

inline std::unexpected<Failure> unsent(std::string code, std::string detail = {}) {
    return std::unexpected(Failure{.world = World::unsent, .code = std::move(code), .detail = std::move(detail)});
}

}  // namespace qrvend
