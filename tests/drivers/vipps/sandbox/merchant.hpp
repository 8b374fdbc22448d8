#pragma once
// A merchant who calls a sandbox with everything in order, so that a test has to name only what it gets wrong.

#include <doctest/doctest.h>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "drivers/json/json.hpp"
#include "drivers/vipps/sandbox/sandbox.hpp"

namespace qrvend::vipps::sandbox::test {

using namespace std::chrono_literals;

/// The same numbers in every run (splitmix64).
class SeededRandom : public Random {
public:
    explicit SeededRandom(std::uint64_t seed = 1) : state_(seed) {}
    void fill(std::span<std::byte> bytes) override {
        for (std::byte& byte : bytes) {
            state_ += 0x9E3779B97F4A7C15U;
            std::uint64_t mixed = (state_ ^ (state_ >> 30U)) * 0xBF58476D1CE4E5B9U;
            mixed = (mixed ^ (mixed >> 27U)) * 0x94D049BB133111EBU;
            byte = static_cast<std::byte>(mixed >> 56U);
        }
    }

private:
    std::uint64_t state_;
};

struct Answer {
    HttpResponse response;
    json::Value body;  ///< null where there is none

    int status() const { return response.status; }
    std::string header(std::string_view name) const { return std::string{header_value(response.headers, name)}; }
    /// The ErrorCode, or the first broken field's name.
    std::string code() const {
        const json::Value* details = json::find(body, "extraDetails");
        if (details == nullptr || details->empty()) {
            return {};
        }
        const std::string name = json::string_at(details->front(), "name").value_or("");
        return name == "ErrorCode" ? json::string_at(details->front(), "reason").value_or("") : name;
    }
    /// Every broken field's name.
    std::vector<std::string> fields() const {
        std::vector<std::string> names;
        for (const char* list : {"extraDetails", "invalidParams"}) {
            if (const json::Value* details = json::find(body, list)) {
                for (const json::Value& detail : *details) {
                    names.push_back(json::string_at(detail, "name").value_or(""));
                }
            }
        }
        return names;
    }
    std::string text(std::string_view key) const { return json::string_at(body, key).value_or(""); }
    std::int64_t aggregate(const char* name) const {
        return json::integer_at(body.at("aggregate").at(name), "value").value_or(-1);
    }
};

inline Answer read(HttpResponse response) {
    auto body = json::parse(response.body);
    return {.response = std::move(response), .body = body ? *std::move(body) : json::Value{}};
}

/// A wall clock time of which the tests know every spelling: Sat, 21 Nov 2026 08:00:00 GMT.
inline Stamp start_of_day() {
    return {.wall = WallTime{seconds{1795248000}}, .monotonic = MonotonicTime{seconds{5000}}, .boot = {.value = 7}};
}

inline Settings usual_settings() {
    Settings settings;
    settings.unknown_fields_in_answers = false;
    return settings;
}

class Merchant {
public:
    explicit Merchant(Settings settings = usual_settings()) : sandbox(std::move(settings), random) {}

    void pass(milliseconds time) {
        now.wall += time;
        now.monotonic += time;
    }

    std::vector<HttpHeader> headers(std::string_view key = {}) {
        if (token.empty()) {
            token = fetch_token().text("access_token");
        }
        std::vector<HttpHeader> list = {{"Authorization", "Bearer " + token},
                                        {"Ocp-Apim-Subscription-Key", "sandbox-subscription-key"},
                                        {"Merchant-Serial-Number", "123456"},
                                        {"Content-Type", "application/json"},
                                        {"Vipps-System-Name", "qrvend"}};
        if (!key.empty()) {
            list.push_back({"Idempotency-Key", std::string{key}});
        }
        return list;
    }

    Answer fetch_token() {
        return send({.method = "POST",
                     .url = "/accesstoken/get",
                     .headers = {{"client_id", sandbox.settings().client_id},
                                 {"client_secret", sandbox.settings().client_secret},
                                 {"Ocp-Apim-Subscription-Key", sandbox.settings().subscription_key},
                                 {"Merchant-Serial-Number", "123456"}},
                     .body = {}});
    }

    Answer send(const HttpRequest& request) { return read(sandbox.handle(request, now).response); }

    HttpRequest request(std::string method, std::string path, std::string body, std::string_view key) {
        return {
            .method = std::move(method), .url = std::move(path), .headers = headers(key), .body = std::move(body)};
    }

    Answer get(const std::string& path) { return send(request("GET", path, {}, {})); }
    Answer post(const std::string& path, const json::Value& body, std::string_view key = {}) {
        return send(request("POST", path, json::dump(body), key));
    }

    /// A machine's create, as sent by a client without faults.
    static json::Value order(const std::string& reference, std::int64_t value = 3500) {
        return {{"amount", {{"currency", "NOK"}, {"value", value}}},
                {"reference", reference},
                {"userFlow", "QR"},
                {"paymentMethod", {{"type", "WALLET"}}},
                {"customerInteraction", "CUSTOMER_PRESENT"},
                {"qrFormat", {{"format", "TEXT/TARGETURL"}}},
                {"paymentDescription", "Vending machine Petra, slot 12"}};
    }

    static json::Value receipt(std::int64_t total = 3500, std::int64_t excluding = 3043, std::int64_t tax = 457) {
        return {{"orderLines",
                 json::Value::array(
                     {{{"name", "Cola 0.5 l"},
                       {"id", "slot-12"},
                       {"totalAmount", total},
                       {"totalAmountExcludingTax", excluding},
                       {"totalTaxAmount", tax},
                       {"taxRate", 1500},
                       {"unitInfo", {{"unitPrice", total}, {"quantity", "1"}, {"quantityUnit", "PCS"}}}}})},
                {"bottomLine", {{"currency", "NOK"}, {"posId", "vm-0001"}, {"receiptNumber", "0001"}}}};
    }

    /// Each call has a key of its own.
    std::string fresh_key() { return "key-" + std::to_string(++last_key); }

    Answer send_order(const json::Value& body) { return post("/epayment/v1/payments", body, fresh_key()); }
    Answer create(const std::string& reference, std::int64_t value = 3500) {
        return send_order(order(reference, value));
    }
    Answer capture(const std::string& reference, std::int64_t value) { return adjust(reference, "capture", value); }
    Answer refund(const std::string& reference, std::int64_t value) { return adjust(reference, "refund", value); }
    Answer cancel(const std::string& reference, const json::Value& body = json::Value::object()) {
        return post("/epayment/v1/payments/" + reference + "/cancel", body, fresh_key());
    }
    Answer payment(const std::string& reference) { return get("/epayment/v1/payments/" + reference); }

    /// A payment that the customer has approved.
    void approved(const std::string& reference, std::int64_t value = 3500) {
        REQUIRE(create(reference, value).status() == 201);
        REQUIRE(sandbox.approve(reference, CustomerAge::old_enough, now));
    }

    std::string state(const std::string& reference) {
        return std::string{to_string(sandbox.payment(reference, now).value().state)};
    }

    SeededRandom random;
    Sandbox sandbox;
    Stamp now = start_of_day();
    std::string token;

private:
    Answer adjust(const std::string& reference, const std::string& operation, std::int64_t value) {
        return post("/epayment/v1/payments/" + reference + "/" + operation,
                    {{"modificationAmount", {{"currency", "NOK"}, {"value", value}}}}, fresh_key());
    }

    int last_key = 0;
};

}  // namespace qrvend::vipps::sandbox::test
