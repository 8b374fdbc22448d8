#pragma once
// Facts to store and read back: every kind, every value of every enum, extreme numbers, and texts that are hard to
// keep.

#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include "controller/sale/facts.hpp"

namespace qrvend::test {

inline Money money(std::int64_t minor, std::string_view code = "NOK") {
    return {.minor = minor, .currency = Currency::parse(code).value()};
}

/// Not UTF-8, with a NUL in it; a quote and a backslash for good measure.
inline std::string any_bytes() {
    std::string bytes = "\"\\ \xff\xc3(";
    for (int byte = 0; byte < 256; ++byte) {
        bytes += static_cast<char>(byte);
    }
    return bytes;
}

inline fact::Opened opened() {
    return {.selection = {.request = RequestId("r-1"), .slot = Slot{12}, .price = money(3400)},
            .product = {.slot = Slot{12},
                        .name = "Solbærsirup 0,5 l",
                        .price = money(3500),
                        .vat_bp = 1500,
                        .minimum_age_years = std::uint8_t{18}},
            .amount = money(3400),
            .policy = {.capture = CaptureOrder::after_vend,
                       .unknown_vend = UnknownVend::attention,
                       .payment_timeout = seconds(299),
                       .answer_limit = milliseconds(600'001),
                       .posts_receipt = false,
                       .poll_interval = milliseconds(1001),
                       .retry_base = milliseconds(2001)},
            .provider = "vipps",
            .account = "123456"};
}

inline fact::Intended intended(std::string body = R"({"amount":{"value":3400}})") {
    return {.payment = PaymentNo{2},
            .operation = Operation::capture,
            .attempt = 7,
            .reference = PaymentReference("vm42-0123456789abcdef"),
            .key = IdempotencyKey("key-1"),
            .amount = money(3400),
            .body = std::move(body)};
}

inline fact::Attempted attempted() {
    return {.payment = PaymentNo{3},
            .operation = Operation::refund,
            .attempt = 4'000'000'000,
            .world = World::refused,
            .code = "409",
            .refusal = Refusal::conflict,
            .retry_after = seconds(17)};
}

/// One of each kind, in the order of Fact's alternatives, no member at its default.
inline std::vector<Fact> one_of_each() {
    const PaymentNo payment{65535};
    return {
        opened(),
        intended(),
        attempted(),
        fact::Requested{.payment = payment,
                        .provider_reference = "psp-1",
                        .to_show = {.kind = ToShow::Kind::picture_url, .content = "https://qr.example/1"},
                        .life = milliseconds(600'000)},
        fact::Authorized{.payment = payment, .amount = money(3400, "DKK"), .provider_reference = "psp-2"},
        fact::Declined{.payment = payment},
        fact::Expired{.payment = payment},
        fact::Approving{.payment = payment},
        fact::Asked{.payment = payment},
        fact::Absent{.payment = payment},
        fact::Left{.reason = LeftReason::stopping},
        fact::Withdrawn{},
        fact::Captured{.payment = payment, .total = money(1, "EUR")},
        fact::Cancelled{.payment = payment, .total = money(2, "SEK")},
        fact::RefundPending{.payment = payment, .amount = money(3, "GBP")},
        fact::Refunded{.payment = payment, .total = money(4, "USD")},
        fact::VendStarted{.ticket = {.request = RequestId("r-2"), .slot = Slot{65534}, .state = "seq=9;drops=4"}},
        fact::Vended{.proof = "drop counter 4 to 5"},
        fact::VendFailed{.reason = "motor blocked"},
        fact::VendUnknown{.reason = "no answer in 30 s"},
        fact::ReceiptPosted{.payment = payment},
        fact::ReceiptGivenUp{.payment = payment, .code = "403"},
        fact::Abandoned{.reason = AbandonReason::machine_limit},
        fact::NeedsAttention{.reason = AttentionReason::takes_long, .detail = "since yesterday"},
        fact::Closed{.result = SaleResult::given_away}};
}

/// Texts at the edge, empty optionals and extreme numbers.
inline std::vector<Fact> hard_cases() {
    constexpr auto smallest = std::numeric_limits<std::int64_t>::min();
    constexpr auto largest = std::numeric_limits<std::int64_t>::max();
    fact::Opened plain = opened();
    plain.selection.price.reset();
    plain.product.minimum_age_years.reset();
    plain.policy.answer_limit.reset();
    plain.policy.payment_timeout = seconds(largest);
    plain.product.vat_bp = 65535;
    fact::Opened hostile = opened();
    hostile.selection.request = RequestId(any_bytes());
    hostile.product.name = any_bytes();
    hostile.provider.clear();
    return {plain,
            hostile,
            intended(""),
            intended(any_bytes()),
            intended(std::string(1, '\0')),
            intended(std::string(100'000, 'x')),
            intended("{\"hex\":\"ff\"}"),
            intended("\xef\xbf\xbd is the replacement character itself"),
            fact::Captured{.payment = PaymentNo{0}, .total = money(smallest)},
            fact::Refunded{.payment = PaymentNo{1}, .total = money(largest)},
            fact::Requested{.payment = PaymentNo{1},
                            .provider_reference = any_bytes(),
                            .to_show = {.kind = ToShow::Kind::qr_text, .content = any_bytes()},
                            .life = milliseconds(smallest)},
            fact::Vended{.proof = any_bytes()}};
}

}  // namespace qrvend::test
