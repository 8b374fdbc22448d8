// Order Management v2: a receipt can be posted once for an order and read back. Also a receipt that came inline
// with a create counts, and is read back here only.

#include <utility>

#include "drivers/vipps/sandbox/parts.hpp"
#include "drivers/vipps/sandbox/receipt.hpp"
#include "drivers/vipps/sandbox/text.hpp"

namespace qrvend::vipps::sandbox {

namespace {

// ^[0-9A-Za-z-_\.]+$
bool is_order_id(std::string_view text) {
    return std::ranges::all_of(text, [](char letter) {
        return (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z') ||
               (letter >= '0' && letter <= '9') || letter == '-' || letter == '_' || letter == '.';
    });
}

void keep_receipt(Sandbox::Parts& parts, const std::string& order, json::Value receipt) {
    Receipts& receipts = parts.receipts;
    if (receipts.oldest_first.size() >= parts.settings.limits.receipts) {
        receipts.by_order.erase(receipts.oldest_first.front());
        receipts.oldest_first.pop_front();
    }
    receipts.by_order.emplace(order, std::move(receipt));
    receipts.oldest_first.push_back(order);
}

HttpResponse post_receipt(Sandbox::Parts& parts, const Incoming& incoming, const std::string& order) {
    Payment* payment = parts.ledger.find(order);
    if (payment != nullptr) {
        ++payment->calls.receipt;
    }
    auto receipt = json::parse(incoming.request.body);
    if (!receipt) {
        return order_answer(field_problem({{.name = "body", .reason = "must be JSON"}}), incoming.path);
    }
    std::vector<FieldError> errors;
    const auto sum = check_receipt(*receipt, "", errors);
    if (!sum) {
        return order_answer(field_problem(std::move(errors)), incoming.path);
    }
    const bool inline_already = payment != nullptr && !payment->order.receipt.is_null();
    if (inline_already || parts.receipts.by_order.contains(order)) {
        return order_answer({.status = 409, .title = "The order has a receipt already"}, incoming.path);
    }
    keep_receipt(parts, order, *std::move(receipt));
    if (payment != nullptr) {
        payment->receipt_posted = true;
        payment->order.receipt_total_minor = sum->total_minor;
    }
    return json_answer(201, random_uuid(parts.random));
}

HttpResponse get_receipt(Sandbox::Parts& parts, const Incoming& incoming, const std::string& order) {
    const auto posted = parts.receipts.by_order.find(order);
    const Payment* payment = parts.ledger.find(order);
    const json::Value* receipt = nullptr;
    if (posted != parts.receipts.by_order.end()) {
        receipt = &posted->second;
    } else if (payment != nullptr && !payment->order.receipt.is_null()) {
        receipt = &payment->order.receipt;
    }
    if (receipt == nullptr) {
        return order_answer({.status = 404, .title = "The order has no receipt"}, incoming.path);
    }
    return json_answer(200, {{"category", nullptr}, {"receipt", *receipt}});
}

}  // namespace

HttpResponse answer_orders(Sandbox::Parts& parts, const Incoming& incoming) {
    const std::string order{incoming.route.name};
    if (!is_order_id(order)) {
        return order_answer(field_problem({{.name = "orderId", .reason = R"(^[0-9A-Za-z-_\.]+$)"}}), incoming.path);
    }
    return incoming.route.call == Call::receipt ? post_receipt(parts, incoming, order)
                                                : get_receipt(parts, incoming, order);
}

}  // namespace qrvend::vipps::sandbox
