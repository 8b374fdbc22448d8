#pragma once
// The inside of a sandbox, shared by the files that answer one API each.

#include <deque>
#include <string>
#include <string_view>
#include <unordered_map>

#include "drivers/json/json.hpp"
#include "drivers/vipps/sandbox/gateway.hpp"
#include "drivers/vipps/sandbox/keys.hpp"
#include "drivers/vipps/sandbox/rates.hpp"
#include "drivers/vipps/sandbox/sandbox.hpp"

namespace qrvend::vipps::sandbox {

/// Receipts by order id. Whether the payment exists is not checked; neither does Vipps.
struct Receipts {
    std::unordered_map<std::string, json::Value> by_order;
    std::deque<std::string> oldest_first;
};

struct Sandbox::Parts {
    Parts(Settings wanted, Random& source);

    std::string trace_id();
    /// Nothing happens between two calls unless the clock brings it.
    void advance(const Stamp& now) { ledger.advance(now); }

    Settings settings;
    Random& random;
    Faults faults;
    Webhooks webhooks;
    Ledger ledger;
    Keys keys;
    Rates rates;
    Tokens tokens;
    Receipts receipts;
};

/// One call of the API on its way through.
struct Incoming {
    const HttpRequest& request;
    std::string_view path;  ///< without query
    Route route;
    Stamp now;
};

// Each answers the calls of one API, after the gateway.
HttpResponse answer_epayment(Sandbox::Parts& parts, const Incoming& incoming);
HttpResponse answer_orders(Sandbox::Parts& parts, const Incoming& incoming);
HttpResponse answer_webhooks(Sandbox::Parts& parts, const Incoming& incoming);

/// /control/...: see README.md.
HttpResponse answer_control(Sandbox& sandbox, Sandbox::Parts& parts, const HttpRequest& request, const Stamp& now);

/// /phone/... and the QR pictures.
HttpResponse answer_phone(Sandbox::Parts& parts, const HttpRequest& request, std::string_view path,
                          const Stamp& now);
HttpResponse answer_picture(Sandbox::Parts& parts, const HttpRequest& request);

/// Where the customer approves or rejects; `token` names the payment.
std::string phone_url(const Settings& settings, std::string_view token);

PaymentSnapshot snapshot_of(const Payment& payment, const Settings& settings);

}  // namespace qrvend::vipps::sandbox
