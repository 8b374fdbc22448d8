#include "tests/controller/sale/packed.hpp"

#include <algorithm>
#include <stdexcept>
#include <type_traits>
#include <utility>

namespace qrvend::test {

namespace {

// Writes and Reads understand the same calls, so that one function below serves both directions.
class Writes {
public:
    explicit Writes(Packed& bits) : bits_(bits) {}

    void number(std::uint64_t value, unsigned width) {
        if (at_ + width > 64) {
            ++word_;
            at_ = 0;
        }
        if (word_ == bits_.size() || value >> width != 0) {
            throw std::logic_error("a scene does not fit into its bits");
        }
        bits_[word_] |= value << at_;
        at_ += width;
    }

private:
    Packed& bits_;
    std::size_t word_ = 0;
    unsigned at_ = 0;
};

class Reads {
public:
    explicit Reads(const Packed& bits) : bits_(bits) {}

    std::uint64_t take(unsigned width) {
        if (at_ + width > 64) {
            ++word_;
            at_ = 0;
        }
        const std::uint64_t value = bits_[word_] >> at_ & ((std::uint64_t{1} << width) - 1);
        at_ += width;
        return value;
    }

private:
    const Packed& bits_;
    std::size_t word_ = 0;
    unsigned at_ = 0;
};

template <class T>
void field(Writes& writes, const T& value, unsigned width) {
    writes.number(static_cast<std::uint64_t>(value), width);
}

template <class T>
void field(Reads& reads, T& value, unsigned width) {
    value = static_cast<T>(reads.take(width));
}

void flag(Writes& writes, bool value) {
    field(writes, value, 1);
}

void flag(Reads& reads, bool& value) {
    field(reads, value, 1);
}

// Something that is there or not, and always the same where it is.
template <class T, class Constant>
void presence(Writes& writes, const std::optional<T>& value, const Constant&) {
    flag(writes, value.has_value());
}

template <class T, class Constant>
void presence(Reads& reads, std::optional<T>& value, const Constant& constant) {
    bool there = false;
    flag(reads, there);
    value.reset();
    if (there) {
        value = constant;
    }
}

// One of the few numbers that matter; a number between them counts as the lower one.
template <std::size_t n>
void level(Writes& writes, std::uint32_t value, const std::array<std::uint32_t, n>& levels) {
    const auto* above = std::ranges::upper_bound(levels, value);
    field(writes, std::distance(levels.begin(), above) - 1, 2);
}

template <std::size_t n>
void level(Reads& reads, std::uint32_t& value, const std::array<std::uint32_t, n>& levels) {
    value = levels.at(reads.take(2));
}

constexpr std::array<std::int64_t, 3> amounts{0, price, less_than_price};

void money(Writes& writes, std::int64_t minor) {
    const auto* found = std::ranges::find(amounts, minor);
    if (found == amounts.end()) {
        throw std::logic_error("the model knows no amount of " + std::to_string(minor));
    }
    field(writes, std::distance(amounts.begin(), found), 2);
}

void money(Reads& reads, std::int64_t& minor) {
    minor = amounts.at(reads.take(2));
}

void currency(Writes& writes, const Currency& value) {
    flag(writes, value != nok());
}

void currency(Reads& reads, Currency& value) {
    bool other = false;
    flag(reads, other);
    value = other ? euro(0).currency : nok();
}

void reasons(Writes& writes, const std::set<AttentionReason>& values) {
    std::uint64_t bits = 0;
    for (const AttentionReason reason : values) {
        bits |= std::uint64_t{1} << static_cast<unsigned>(reason);
    }
    writes.number(bits, 7);
}

void reasons(Reads& reads, std::set<AttentionReason>& values) {
    const std::uint64_t bits = reads.take(7);
    values.clear();
    for (unsigned at = 0; at < 7; ++at) {
        if ((bits >> at & 1) != 0) {
            values.insert(static_cast<AttentionReason>(at));
        }
    }
}

template <class Bits, class AttemptsOrConst>
void attempts_fields(Bits& bits, AttemptsOrConst& attempts, Operation operation) {
    // Captures are counted to three, failures to the eight after which a receipt is given up.
    static constexpr std::array<std::uint32_t, 2> failures{0, 8};
    static constexpr std::array<std::uint32_t, 4> captures{0, 1, 2, 3};
    static constexpr std::array<std::uint32_t, 2> others{0, 1};
    field(bits, attempts.standing, 3);
    if (operation == Operation::capture) {
        level(bits, attempts.number, captures);
    } else {
        level(bits, attempts.number, others);
    }
    money(bits, attempts.amount_minor);
    flag(bits, attempts.doubt);
    flag(bits, attempts.earlier_doubt);
    level(bits, attempts.failures, failures);
    field(bits, attempts.refusal, 2);
}

template <class Bits, class PaymentOrConst>
void payment_fields(Bits& bits, PaymentOrConst& payment, const Stamp& stamp) {
    static const fact::Requested requested{
        .payment = {}, .provider_reference = {}, .to_show = {.content = "qr"}, .life = std::chrono::minutes{10}};
    field(bits, payment.standing, 3);
    presence(bits, payment.requested, requested);
    presence(bits, payment.requested_at, stamp);
    presence(bits, payment.approving_since, stamp);
    presence(bits, payment.authorized_at, stamp);
    currency(bits, payment.currency);
    money(bits, payment.authorized_minor);
    money(bits, payment.captured_minor);
    money(bits, payment.cancelled_minor);
    money(bits, payment.refunded_minor);
    flag(bits, payment.refund_pending);
    flag(bits, payment.contradicted);
    for (std::size_t at = 0; at < payment.attempts.size(); ++at) {
        attempts_fields(bits, payment.attempts[at], static_cast<Operation>(at));
    }
}

template <class Bits, class SaleOrConst>
void sale_fields(Bits& bits, SaleOrConst& sale, const Stamp& stamp) {
    field(bits, sale.opened.policy.unknown_vend, 2);
    field(bits, sale.vend, 3);
    presence(bits, sale.left, fact::Left{});
    presence(bits, sale.left_at, stamp);
    presence(bits, sale.abandoned, fact::Abandoned{});
    presence(bits, sale.result, SaleResult{});
    flag(bits, sale.withdrawn);
    flag(bits, sale.receipt_done);
    reasons(bits, sale.attention);
}

template <class Bits, class TruthOrConst>
void truth_fields(Bits& bits, TruthOrConst& truth) {
    field(bits, truth.phase, 3);
    field(bits, truth.approved, 2);
    flag(bits, truth.captured);
    flag(bits, truth.freed);
    flag(bits, truth.refunded);
    flag(bits, truth.refund_on_way);
    flag(bits, truth.capture_key_used);
    flag(bits, truth.refund_key_used);
    flag(bits, truth.request_delayed);
    flag(bits, truth.capture_delayed);
    flag(bits, truth.earlier_capture_delayed);
    flag(bits, truth.cancel_unapproved_delayed);
    flag(bits, truth.cancel_delayed);
    flag(bits, truth.refund_delayed);
    flag(bits, truth.earlier_refund_delayed);
}

template <class Bits, class SceneOrConst>
void scene_fields(Bits& bits, SceneOrConst& scene, const Stamp& stamp) {
    sale_fields(bits, scene.sale, stamp);
    truth_fields(bits, scene.truth);
    flag(bits, scene.dropped);
    flag(bits, scene.vended_once);
    flag(bits, scene.vend_forbidden);
    flag(bits, scene.was_servable);
    flag(bits, scene.hard_fault);
    for (auto& state : scene.keys) {
        field(bits, state, 3);
    }
}

}  // namespace

Packed pack(const Scene& original) {
    Scene scene = original;
    scene.truth.forget_the_harmless();
    Packed packed{};
    Writes bits(packed);
    flag(bits, !scene.sale.payments.empty());
    scene_fields(bits, scene, scene.now);
    if (scene.sale.closed()) {
        field(bits, *scene.sale.result, 2);
    }
    if (!scene.sale.payments.empty()) {
        payment_fields(bits, scene.sale.payments.front(), scene.now);
    }
    return packed;
}

Scene unpack(const Packed& packed, const Policy& policy) {
    Scene scene(policy);
    Reads bits(packed);
    bool has_payment = false;
    flag(bits, has_payment);
    scene_fields(bits, scene, scene.now);
    if (scene.sale.vend != Sale::Vend::not_started) {
        scene.sale.ticket = VendTicket{.request = RequestId{"r"}, .slot = Slot{12}, .state = "idle"};
    }
    if (scene.sale.closed()) {
        field(bits, *scene.sale.result, 2);
    }
    if (has_payment) {
        scene.sale.payments.push_back(
            {.reference = PaymentReference{"ref"}, .first_sent = scene.now, .currency = nok()});
        payment_fields(bits, scene.sale.payments.front(), scene.now);
    }
    return scene;
}

}  // namespace qrvend::test
