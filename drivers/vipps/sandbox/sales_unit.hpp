#pragma once
// What a sales unit may do, beyond the schema of a create: currency and smallest amount of its market, payment
// methods, and whatever needs Vipps' approval. Each refusal has its ErrorCode.

#include <cstdint>
#include <optional>
#include <string>

#include "drivers/vipps/sandbox/create.hpp"

namespace qrvend::vipps::sandbox {

/// What the schema lets through and the sales unit's rules still have to judge. Texts are as sent.
struct Draft {
    std::string reference;
    std::int64_t value = 0;
    std::string currency;
    std::string flow;
    std::string method;
    std::string qr_format = "IMAGE/SVG+XML";
    std::int64_t qr_size_px = 1024;
};

/// The first rule that the create breaks; nothing where it may be done. `body` has passed the schema.
std::optional<Problem> judge(const json::Value& body, const Order& order, const Draft& draft,
                             const Settings& settings, WallTime now);

}  // namespace qrvend::vipps::sandbox
