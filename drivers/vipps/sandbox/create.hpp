#pragma once
// The body of POST /epayment/v1/payments (ePayment API 1.8): every field's rule, then the rules of the sales unit.

#include <cstdint>
#include <expected>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "controller/base/money.hpp"
#include "controller/base/time.hpp"
#include "drivers/json/json.hpp"
#include "drivers/vipps/sandbox/problem.hpp"
#include "drivers/vipps/sandbox/settings.hpp"

namespace qrvend::vipps::sandbox {

enum class UserFlow : std::uint8_t { qr, web_redirect, push_message, native_redirect };
enum class QrFormat : std::uint8_t { svg, png, target_url };

/// A product as the customer reads it in the app.
struct OrderLine {
    std::string name;
    std::int64_t total_minor = 0;
};

/// What a valid create asks for.
struct Order {
    std::string reference;
    Money amount;
    UserFlow flow = UserFlow::qr;
    QrFormat qr_format = QrFormat::svg;
    std::uint16_t qr_size_px = 1024;
    bool customer_present = false;
    std::optional<std::uint8_t> minimum_age_years{};
    std::optional<WallTime> expires_at{};
    std::string description{};
    std::string return_url{};
    std::map<std::string, std::string> metadata{};
    std::vector<OrderLine> lines{};
    std::optional<std::int64_t> receipt_total_minor{};
    json::Value receipt{};  ///< as sent; null where there was none
};

/// The currency of a market's sales units.
Currency currency_of(Market market);

/// Checks `body` against the schema, then against what this sales unit may do.
std::expected<Order, Problem> read_order(const json::Value& body, const Settings& settings, WallTime now);

}  // namespace qrvend::vipps::sandbox
