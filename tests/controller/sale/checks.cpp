#include "tests/controller/sale/checks.hpp"

#include <algorithm>
#include <utility>

namespace qrvend::test {

namespace {

using namespace std::chrono_literals;

void require(bool holds, const char* rule) {
    if (!holds) {
        throw Violation(rule);
    }
}

// Whose the money must be once the sale is closed.
enum class Due : std::uint8_t { us, customer };

Due due(const Scene& scene) {
    if (scene.sale.vend == Sale::Vend::unknown) {
        require(scene.sale.opened.policy.unknown_vend != UnknownVend::attention,
                "a sale that only a technician can decide does not close");
        return scene.sale.opened.policy.unknown_vend == UnknownVend::charge ? Due::us : Due::customer;
    }
    require(scene.sale.vend != Sale::Vend::started, "no sale closes on a vend whose outcome is not recorded");
    return scene.dropped ? Due::us : Due::customer;
}

void check_closed(const Scene& scene) {
    const Truth& truth = scene.truth;
    require(!truth.reserved(), "a closed sale leaves no reservation behind");
    require(!truth.refund_on_way, "a sale closes when the provider shows the money returned, not before");
    const bool approved = truth.approved != Truth::Approved::nothing;
    switch (*scene.sale.result) {
        case SaleResult::sold:
            require(due(scene) == Due::us && truth.kept(), "sold: the product dropped, the money captured");
            break;
        case SaleResult::not_paid:
            require(due(scene) == Due::customer && !approved, "not_paid: no money was ever reserved");
            break;
        case SaleResult::returned:
            require(due(scene) == Due::customer && approved && !truth.kept(),
                    "returned: reserved or captured, and back in full");
            break;
        case SaleResult::given_away:
            require(due(scene) == Due::us && !truth.kept(), "given_away: the product dropped, the money not taken");
            require(scene.sale.attention.contains(AttentionReason::cannot_capture), "given_away is listed");
            break;
    }
}

bool only_a_technician_can_go_on(const Sale& sale) {
    return std::ranges::any_of(sale.attention, [](AttentionReason reason) {
        return reason == AttentionReason::vend_unknown || reason == AttentionReason::cannot_capture ||
               reason == AttentionReason::cannot_return || reason == AttentionReason::contradiction;
    });
}

// Steps are compared without the end of a wait, which the times and the machine's limit do move.
Step without_end(Step step) {
    if (auto* wait = std::get_if<step::AwaitPayment>(&step)) {
        wait->until = {};
    }
    return step;
}

Step step_of(const Sale& sale, const Stamp& now) {
    return without_end(next_step(sale, now).step);
}

template <class Change>
Sale changed(const Sale& sale, Change&& change) {
    Sale other = sale;
    std::forward<Change>(change)(other);
    return other;
}

// Time and boot.
void check_times(const Scene& scene, const Step& step) {
    for (const std::chrono::seconds later : moments) {
        for (const BootId which : {boot, next_boot}) {
            const Stamp now{.wall = {}, .monotonic = scene.now.monotonic + later, .boot = which};
            const Next next = next_step(scene.sale, now);
            require(next.not_before <= now.monotonic + 1h, "no wait is longer than an hour");
            require(goal_of(scene.sale) == Goal::serve || next.step == step,
                    "only serving a customer depends on the time");
            require(scene.sale.closed() || goal_of(scene.sale) != Goal::serve || later != moments.back() ||
                        std::holds_alternative<step::Write>(next.step),
                    "past the machine's limit nothing is begun for the customer");
        }
    }
}

// The search fixes these rules lazily, because next_step reads them in one place each.
void check_rules(const Scene& scene, const Step& step) {
    const Sale& sale = scene.sale;
    for (const UnknownVend rule : {UnknownVend::refund, UnknownVend::charge, UnknownVend::attention}) {
        const Sale other = changed(sale, [&](Sale& same) { same.opened.policy.unknown_vend = rule; });
        require(sale.vend == Sale::Vend::unknown || step_of(other, scene.now) == step,
                "unknown_vend matters only once a vend's outcome is unknown");
    }
    const Sale no_receipt = changed(sale, [](Sale& same) { same.opened.policy.posts_receipt = false; });
    const Sale receipt_done = changed(sale, [](Sale& same) { same.receipt_done = true; });
    require(step_of(no_receipt, scene.now) == step_of(receipt_done, scene.now),
            "where no receipt is posted, the sale goes on as if it had been");
    const Sale no_limit = changed(sale, [](Sale& same) { same.opened.policy.answer_limit.reset(); });
    for (std::size_t at = 0; at + 1 < moments.size(); ++at) {
        const Stamp now{.wall = {}, .monotonic = scene.now.monotonic + moments[at], .boot = scene.now.boot};
        require(step_of(no_limit, now) == step_of(sale, now), "before the machine's limit it changes no step");
    }
}

bool lists(const Step& step) {
    const auto* write = std::get_if<step::Write>(&step);
    return write != nullptr && std::holds_alternative<fact::NeedsAttention>(write->fact);
}

// A day of failures lists the sale, and changes nothing else: the search need not count to 34.
void check_long_failing(const Scene& scene, std::size_t operation, const Step& step) {
    Sale sale = scene.sale;
    sale.payments.front().attempts[operation].failures = failures_of_a_day;
    require(!sale.attention.empty() || lists(step_of(sale, scene.now)), "a day of failures is listed");
    sale.attention.insert(AttentionReason::takes_long);
    require(step_of(sale, scene.now) == step, "a listed day of failures changes no step");
}

}  // namespace

void check_scene(const Scene& scene) {
    if (scene.sale.closed()) {
        check_closed(scene);
    }
    if (!scene.hard_fault) {
        require(scene.sale.attention.empty(),
                "loss, delay, duplication and a crash before the vend put nothing on the attention list");
    }
}

void check_decisions(const Scene& scene) {
    const Step step = step_of(scene.sale, scene.now);
    if (std::holds_alternative<step::Rest>(step)) {
        require(scene.sale.closed() || only_a_technician_can_go_on(scene.sale),
                "a sale rests only when it is closed or waits for a technician");
    }
    check_times(scene, step);
    check_rules(scene, step);
    for (std::size_t at = 0; !scene.sale.closed() && at < scene.keys.size(); ++at) {
        if (scene.payment() != nullptr && at != static_cast<std::size_t>(Operation::post_receipt)) {
            check_long_failing(scene, at, step);
        }
    }
}

}  // namespace qrvend::test
