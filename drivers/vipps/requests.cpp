#include "drivers/vipps/requests.hpp"

#include "drivers/json/json.hpp"
#include "drivers/vipps/receipt.hpp"
#include "drivers/vipps/text.hpp"

namespace qrvend::vipps {

namespace {

json::Value amount_of(Money amount) {
    return {{"currency", amount.currency.code()}, {"value", amount.minor}};
}

json::Value qr_format(const Settings& settings) {
    if (settings.qr_source == QrSource::picture_by_vipps) {
        return {{"format", "IMAGE/PNG"}, {"size", settings.picture_size_px}};
    }
    return {{"format", "TEXT/TARGETURL"}};
}

// CUSTOMER_PRESENT is a regulatory duty where the customer stands in front of the machine.
std::string create(const Settings& settings, const PaymentOrder& order, Money amount) {
    json::Value body = {
        {"amount", amount_of(amount)},
        {"customerInteraction", "CUSTOMER_PRESENT"},
        {"paymentDescription", payment_description(settings.payment_description, order.product.name)},
        {"paymentMethod", {{"type", "WALLET"}}},
        {"qrFormat", qr_format(settings)},
        {"reference", order.reference.text()},
        {"userFlow", "QR"},
    };
    if (order.product.minimum_age_years) {
        body["minimumUserAge"] = *order.product.minimum_age_years;
    }
    if (settings.receipt == ReceiptMode::with_payment) {
        body["receipt"] = receipt(settings, order, amount);
    }
    return json::dump(body);
}

// An object is always sent, because an empty body has been answered with a type error.
std::string cancel(bool only_unapproved) {
    return json::dump({{"cancelTransactionOnly", only_unapproved}});
}

}  // namespace

std::string prepare(const Settings& settings, Operation operation, const PaymentOrder& order, Money amount) {
    switch (operation) {
        case Operation::request:
            return create(settings, order, amount);
        case Operation::capture:
        case Operation::refund:
            return json::dump({{"modificationAmount", amount_of(amount)}});
        case Operation::cancel_unapproved:
            return cancel(/*only_unapproved=*/true);
        case Operation::cancel:
            return cancel(/*only_unapproved=*/false);
        case Operation::post_receipt:
            return json::dump(receipt(settings, order, amount));
        case Operation::ask:
            return {};
    }
    return {};
}

std::string payment_url(const Settings& settings, const PaymentReference& reference) {
    return settings.base_url + "/epayment/v1/payments/" + reference.text();
}

std::string events_url(const Settings& settings, const PaymentReference& reference) {
    return payment_url(settings, reference) + "/events";
}

std::string webhooks_url(const Settings& settings) {
    return settings.base_url + "/webhooks/v1/webhooks";
}

std::string url_of(const Settings& settings, Operation operation, const PaymentReference& reference) {
    switch (operation) {
        case Operation::request:
            return settings.base_url + "/epayment/v1/payments";
        case Operation::capture:
            return payment_url(settings, reference) + "/capture";
        case Operation::refund:
            return payment_url(settings, reference) + "/refund";
        case Operation::cancel_unapproved:
        case Operation::cancel:
            return payment_url(settings, reference) + "/cancel";
        case Operation::post_receipt: {
            const std::string& base =
                settings.order_management_url.empty() ? settings.base_url : settings.order_management_url;
            return base + "/order-management/v2/ecom/receipts/" + reference.text();
        }
        case Operation::ask:
            return payment_url(settings, reference);
    }
    return payment_url(settings, reference);
}

}  // namespace qrvend::vipps
