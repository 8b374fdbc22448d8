#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "config/sections.hpp"

namespace qrvend::config {

namespace {

/// The payment systems, one line each. A system's keys stand in a section of its own name.
struct Provider {
    std::string_view name;
    const Section& (*section)();
    void (*check)(const Record& root, const Record& own, Problems& problems);
};

constexpr std::array providers{
    Provider{.name = "vipps", .section = vipps_section, .check = check_vipps},
};

Section make_payment_section() {
    Section section{
        .about = "How customers pay.",
        .keys = {
            {.name = "provider",
             .type = Key::Type::text,
             .about = "The payment system; its settings stand in a section of the same name.",
             .example = R"("vipps")",
             .required = true},
            {.name = "capture",
             .type = Key::Type::text,
             .about =
                 "When the reserved money is taken. before_vend: first, and a failed vend is refunded. after_vend: "
                 "once the machine has confirmed the product, so a failed vend frees the money at once; only for "
                 "machines that can tell.",
             .example = R"("before_vend")",
             .otherwise = R"("before_vend")",
             .choices = {"before_vend", "after_vend"}},
            {.name = "unknown_vend",
             .type = Key::Type::text,
             .about = "What happens to the money when nobody can tell whether the product dropped: refund it, "
                      "charge it, "
                      "or leave it to a technician's attention.",
             .example = R"("refund")",
             .otherwise = R"("refund")",
             .choices = {"refund", "charge", "attention"}},
            {.name = "timeout_s",
             .type = Key::Type::integer,
             .about = "How long the code is shown at most.",
             .example = "300",
             .otherwise = "300",
             .minimum = 30,
             .maximum = 600},
        }};
    for (const Provider& provider : providers) {
        section.keys.front().choices.push_back(provider.name);
        section.keys.push_back({.name = provider.name,
                                .type = Key::Type::section,
                                .about = provider.section().about,
                                .section = &provider.section()});
    }
    return section;
}

void check_provider(const Record& root, const Record& payment, Problems& problems) {
    const auto name = payment.text("provider");
    const auto* const provider = name ? std::ranges::find(providers, *name, &Provider::name) : providers.end();
    if (provider == providers.end()) {
        return;
    }
    if (!payment.given(provider->name)) {
        problems.error(
            payment.place(provider->name), "missing",
            fmt::format("required is an object {{...}}, because the provider is \"{}\"", provider->name));
    } else if (const Record* const own = payment.section(provider->name); own != nullptr) {
        provider->check(root, *own, problems);
    }
}

}  // namespace

const Section& payment_section() {
    static const Section section = make_payment_section();
    return section;
}

void check_payment(const Record& root, Problems& problems) {
    const Record* const payment = root.section("payment");
    if (payment == nullptr) {
        return;
    }
    check_provider(root, *payment, problems);
    if (payment->text("capture") == "after_vend" && !machine_confirms_product(root)) {
        problems.error(payment->place("capture"),
                       "found \"after_vend\" with a machine that cannot confirm a product",
                       "allowed is \"before_vend\"");
    }
}

PaymentSettings payment_settings(const Record& root) {
    const Record& payment = *root.section("payment");
    const std::string unknown_vend = payment.text("unknown_vend").value();
    return {
        .provider = payment.text("provider").value(),
        .capture = payment.text("capture") == "after_vend" ? CaptureOrder::after_vend : CaptureOrder::before_vend,
        .unknown_vend = unknown_vend == "charge"      ? UnknownVend::charge
                        : unknown_vend == "attention" ? UnknownVend::attention
                                                      : UnknownVend::refund,
        .timeout = seconds(payment.integer("timeout_s").value()),
        .vipps = vipps_settings(root, *payment.section("vipps"))};
}

}  // namespace qrvend::config
