#pragma once
// What a sandbox is set up with: the merchant it plays the payment system for, its clocks, and the switches for
// behaviour that the public documentation leaves open. Everything has a value that works.

#include <cstddef>
#include <string>

#include "controller/base/time.hpp"

namespace qrvend::vipps::sandbox {

/// Decides the currency that the sales unit may charge.
enum class Market : std::uint8_t { norway, denmark, finland };

/// How the gateway in front of the API words its own 401, 403 and 429 (their form is not documented).
enum class GatewayShape : std::uint8_t { apim, problem, empty };

/// How a cancel is turned down while the customer is approving.
enum class ApprovingAnswer : std::uint8_t { code_6250, code_6160, locked };

struct Limits {
    std::size_t body_bytes = 64UL * 1024;
    std::size_t payments = 1000;          ///< beyond it the oldest settled ones are forgotten
    std::size_t idempotency_keys = 5000;  ///< beyond it the oldest are forgotten
    std::size_t tokens = 64;
    std::size_t receipts = 1000;
    std::size_t queued_webhooks = 10'000;
    std::size_t faults = 1000;
};

struct Settings {
    std::string client_id = "5a2f6c1e-0000-4000-8000-000000000001";
    std::string client_secret = "sandbox-client-secret";
    std::string subscription_key = "sandbox-subscription-key";
    std::string secondary_subscription_key = "sandbox-secondary-key";
    std::string merchant_serial_number = "123456";
    std::string merchant_name = "Sandbox Vending";
    Market market = Market::norway;

    /// Where phones and webhook owners reach this sandbox: scheme, host and port, no slash at the end.
    std::string public_url = "http://127.0.0.1:8080";

    seconds token_life{3600};
    std::size_t token_characters = 1200;    ///< real ones exceed 1000
    milliseconds payment_life{600'000};     ///< from creation until EXPIRED
    milliseconds approval_takes{0};         ///< between the customer's approval and AUTHORIZED
    milliseconds refund_shown_after{0};     ///< between the refund's answer and its place in the aggregate
    milliseconds webhook_latency{0};        ///< between an event and its first delivery
    milliseconds webhook_deadline{10'000};  ///< a delivery without an answer by then has failed

    GatewayShape gateway_shape = GatewayShape::apim;
    ApprovingAnswer approving_answer = ApprovingAnswer::code_6250;
    std::string adjust_media_type = "application/json";  ///< the published API file says application/problem+json

    bool rate_limits = true;
    bool push_allowed = false;               ///< else 5080
    bool long_living_allowed = false;        ///< expiresAt; else 5050
    bool partial_capture_allowed = true;     ///< else 6140
    bool cancel_needs_body = true;           ///< stricter than the API file: an empty body has been seen to fail
    bool plain_http_webhooks = false;        ///< lets webhooks be registered on http: for demos on one network
    bool failed_attempts_are_events = true;  ///< a refused card leaves an AUTHORIZED event with success false
    bool redate_retries = true;              ///< a repeated delivery carries the date of its own attempt
    bool unknown_fields_in_answers = true;   ///< answers and webhooks carry a field that no client knows

    Limits limits{};
};

}  // namespace qrvend::vipps::sandbox
