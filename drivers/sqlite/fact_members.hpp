#pragma once
// The members of every fact and of every type inside one, under their stored names. `Io` either writes or reads:
// it has member(name, value), and Io::Of<T> is `const T` for the writer and `T` for the reader.
//
// Each list unpacks its type by a structured binding, so a type that gains a member no longer compiles here.

#include "controller/sale/facts.hpp"

namespace qrvend::sqlite {

template <class Io>
void members(Io& io, typename Io::template Of<Money>& value) {
    auto& [minor, currency] = value;
    io.member("minor", minor);
    io.member("currency", currency);
}

template <class Io>
void members(Io& io, typename Io::template Of<Selection>& value) {
    auto& [request, slot, price] = value;
    io.member("request", request);
    io.member("slot", slot);
    io.member("price", price);
}

template <class Io>
void members(Io& io, typename Io::template Of<Product>& value) {
    auto& [slot, name, price, vat_bp, minimum_age_years] = value;
    io.member("slot", slot);
    io.member("name", name);
    io.member("price", price);
    io.member("vat_bp", vat_bp);
    io.member("minimum_age_years", minimum_age_years);
}

template <class Io>
void members(Io& io, typename Io::template Of<Policy>& value) {
    auto& [capture, unknown_vend, payment_timeout, answer_limit, posts_receipt, poll_interval, retry_base] = value;
    io.member("capture", capture);
    io.member("unknown_vend", unknown_vend);
    io.member("payment_timeout_s", payment_timeout);
    io.member("answer_limit_ms", answer_limit);
    io.member("posts_receipt", posts_receipt);
    io.member("poll_interval_ms", poll_interval);
    io.member("retry_base_ms", retry_base);
}

template <class Io>
void members(Io& io, typename Io::template Of<ToShow>& value) {
    auto& [kind, content] = value;
    io.member("kind", kind);
    io.member("content", content);
}

template <class Io>
void members(Io& io, typename Io::template Of<VendTicket>& value) {
    auto& [request, slot, state] = value;
    io.member("request", request);
    io.member("slot", slot);
    io.member("state", state);
}

template <class Io>
void members(Io& io, typename Io::template Of<fact::Opened>& value) {
    auto& [selection, product, amount, policy, provider, account] = value;
    io.member("selection", selection);
    io.member("product", product);
    io.member("amount", amount);
    io.member("policy", policy);
    io.member("provider", provider);
    io.member("account", account);
}

template <class Io>
void members(Io& io, typename Io::template Of<fact::Intended>& value) {
    auto& [payment, operation, attempt, reference, key, amount, body] = value;
    io.member("payment", payment);
    io.member("operation", operation);
    io.member("attempt", attempt);
    io.member("reference", reference);
    io.member("key", key);
    io.member("amount", amount);
    io.member("body", body);
}

template <class Io>
void members(Io& io, typename Io::template Of<fact::Attempted>& value) {
    auto& [payment, operation, attempt, world, code, refusal, retry_after] = value;
    io.member("payment", payment);
    io.member("operation", operation);
    io.member("attempt", attempt);
    io.member("world", world);
    io.member("code", code);
    io.member("refusal", refusal);
    io.member("retry_after_s", retry_after);
}

template <class Io>
void members(Io& io, typename Io::template Of<fact::Requested>& value) {
    auto& [payment, provider_reference, to_show, life] = value;
    io.member("payment", payment);
    io.member("provider_reference", provider_reference);
    io.member("to_show", to_show);
    io.member("life_ms", life);
}

template <class Io>
void members(Io& io, typename Io::template Of<fact::Authorized>& value) {
    auto& [payment, amount, provider_reference] = value;
    io.member("payment", payment);
    io.member("amount", amount);
    io.member("provider_reference", provider_reference);
}

template <class Io>
void members(Io& io, typename Io::template Of<fact::Declined>& value) {
    auto& [payment] = value;
    io.member("payment", payment);
}

template <class Io>
void members(Io& io, typename Io::template Of<fact::Expired>& value) {
    auto& [payment] = value;
    io.member("payment", payment);
}

template <class Io>
void members(Io& io, typename Io::template Of<fact::Approving>& value) {
    auto& [payment] = value;
    io.member("payment", payment);
}

template <class Io>
void members(Io& io, typename Io::template Of<fact::Asked>& value) {
    auto& [payment] = value;
    io.member("payment", payment);
}

template <class Io>
void members(Io& io, typename Io::template Of<fact::Absent>& value) {
    auto& [payment] = value;
    io.member("payment", payment);
}

template <class Io>
void members(Io& io, typename Io::template Of<fact::Left>& value) {
    auto& [reason] = value;
    io.member("reason", reason);
}

template <class Io>
void members(Io& /*io*/, typename Io::template Of<fact::Withdrawn>& /*value*/) {
    static_assert(std::is_empty_v<fact::Withdrawn>);
}

template <class Io>
void members(Io& io, typename Io::template Of<fact::Captured>& value) {
    auto& [payment, total] = value;
    io.member("payment", payment);
    io.member("total", total);
}

template <class Io>
void members(Io& io, typename Io::template Of<fact::Cancelled>& value) {
    auto& [payment, total] = value;
    io.member("payment", payment);
    io.member("total", total);
}

template <class Io>
void members(Io& io, typename Io::template Of<fact::RefundPending>& value) {
    auto& [payment, amount] = value;
    io.member("payment", payment);
    io.member("amount", amount);
}

template <class Io>
void members(Io& io, typename Io::template Of<fact::Refunded>& value) {
    auto& [payment, total] = value;
    io.member("payment", payment);
    io.member("total", total);
}

template <class Io>
void members(Io& io, typename Io::template Of<fact::VendStarted>& value) {
    auto& [ticket] = value;
    io.member("ticket", ticket);
}

template <class Io>
void members(Io& io, typename Io::template Of<fact::Vended>& value) {
    auto& [proof] = value;
    io.member("proof", proof);
}

template <class Io>
void members(Io& io, typename Io::template Of<fact::VendFailed>& value) {
    auto& [reason] = value;
    io.member("reason", reason);
}

template <class Io>
void members(Io& io, typename Io::template Of<fact::VendUnknown>& value) {
    auto& [reason] = value;
    io.member("reason", reason);
}

template <class Io>
void members(Io& io, typename Io::template Of<fact::ReceiptPosted>& value) {
    auto& [payment] = value;
    io.member("payment", payment);
}

template <class Io>
void members(Io& io, typename Io::template Of<fact::ReceiptGivenUp>& value) {
    auto& [payment, code] = value;
    io.member("payment", payment);
    io.member("code", code);
}

template <class Io>
void members(Io& io, typename Io::template Of<fact::Abandoned>& value) {
    auto& [reason] = value;
    io.member("reason", reason);
}

template <class Io>
void members(Io& io, typename Io::template Of<fact::NeedsAttention>& value) {
    auto& [reason, detail] = value;
    io.member("reason", reason);
    io.member("detail", detail);
}

template <class Io>
void members(Io& io, typename Io::template Of<fact::Closed>& value) {
    auto& [result] = value;
    io.member("result", result);
}

}  // namespace qrvend::sqlite
