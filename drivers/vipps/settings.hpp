#pragma once
// What the Vipps MobilePay driver has to be told, and what of it cannot be used. The values come from the config
// file; secrets come from credential files, never from the config itself. The limits are those of Vipps' ePayment
// API 1.8.

#include <cstdint>
#include <string>
#include <vector>

#include "controller/base/time.hpp"

namespace qrvend::vipps {

/// Who draws the code that the customer scans.
enum class QrSource : std::uint8_t {
    drawn_here,        ///< Vipps names the short URL (TEXT/TARGETURL); the display draws it. Its look wants Vipps'
                       ///< approval
    picture_by_vipps,  ///< Vipps makes a PNG (IMAGE/PNG), which is fetched for each sale. Needs no approval
};

/// How the receipt reaches the customer's app. Vipps takes it once only, so it is one way or the other.
enum class ReceiptMode : std::uint8_t {
    after_vend,    ///< by Order Management, when the product has dropped
    with_payment,  ///< order lines inside the create request; also payments that come to nothing carry them
    none,
};

/// How long each kind of call may take. Ours; Vipps names none.
struct Deadlines {
    milliseconds token{10'000};
    milliseconds create{15'000};
    milliseconds query{8'000};
    milliseconds adjust{10'000};  ///< capture, cancel, refund; repeated under its key while the customer waits
    milliseconds receipt{15'000};
    milliseconds webhooks{15'000};
    milliseconds picture{8'000};
};

struct Settings {
    /// Scheme and authority, without a slash at the end. Production; the test environment is
    /// https://apitest.vipps.no. Plain http is for a sandbox on this computer or its private network.
    std::string base_url = "https://api.vipps.no";

    std::string merchant_serial_number;  ///< 4 to 10 digits
    std::string client_id;
    std::string client_secret;
    std::string subscription_key;  ///< primary or secondary, Vipps takes either

    // The Vipps-System-* headers, at most 30 characters each.
    std::string system_name = "qrvend";
    std::string system_version = QRVEND_VERSION;
    std::string plugin_name = "qrvend-vending";
    std::string plugin_version = QRVEND_VERSION;

    QrSource qr_source = QrSource::drawn_here;
    std::uint16_t picture_size_px = 1024;  ///< 100 to 2000, for picture_by_vipps

    ReceiptMode receipt = ReceiptMode::after_vend;
    std::string order_management_url{};  ///< empty: base_url. Vipps may offer Order Management in production only

    /// How the payment begins in the customer's app; the product's name follows. "Vending machine Petra"
    std::string payment_description = "Vending machine";
    std::string pos_id{};  ///< names the machine on receipts; the kiosk's id

    /// Where Vipps can reach this machine's callback: https, public, without redirect. Empty: no webhook is
    /// registered and polling alone tells what customers did.
    std::string webhook_url{};

    Deadlines deadlines{};
};

/// Everything in `settings` that cannot be used, one sentence each, without secrets; empty where all is well.
std::vector<std::string> problems(const Settings& settings);

}  // namespace qrvend::vipps
