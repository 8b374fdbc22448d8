#include "tests/controller/sale/model.hpp"

#include <utility>

#include "controller/sale/outcome.hpp"

namespace qrvend::test {

namespace {

using Phase = Truth::Phase;
using Approved = Truth::Approved;

void require(bool holds, const char* rule) {
    if (!holds) {
        throw Violation(rule);
    }
}

std::size_t index(Operation operation) {
    return static_cast<std::size_t>(operation);
}

bool shows_done(const Truth& truth, Operation operation) {
    switch (operation) {
        case Operation::request:
            return truth.phase != Phase::absent;
        case Operation::capture:
            return truth.captured;
        case Operation::cancel_unapproved:
            return truth.phase != Phase::pending && truth.phase != Phase::approving;
        case Operation::cancel:
            return truth.phase != Phase::pending && truth.phase != Phase::approving && !truth.reserved();
        case Operation::refund:
            return truth.refunded;
        case Operation::post_receipt:
        case Operation::ask:
            return false;
    }
    std::unreachable();
}

// What the loop writes when it starts again: a customer who waited has gone.
void restart(Scene& scene) {
    if (!scene.sale.closed() && scene.sale.vend == Sale::Vend::not_started && goal_of(scene.sale) == Goal::serve) {
        scene.write(fact::Abandoned{.reason = AbandonReason::restart});
    }
}

// ---- one call to the provider -----------------------------------------------------------------------------------

class CallOutcomes {
public:
    CallOutcomes(const Scene& before, const step::Call& call, const Visit& visit)
        : call_(call), visit_(visit), intended_(before) {
        intended_.write(fact::Intended{.payment = call.payment,
                                       .operation = call.operation,
                                       .attempt = call.attempt,
                                       .reference = PaymentReference{"ref"},
                                       .key = IdempotencyKey{"key"},
                                       .amount = call.amount,
                                       .body = {}});
        arrived_ = intended_.truth;
        answer_ = arrived_.arrives(call.operation, Truth::Sent::lately);
    }

    void visit() const {
        answers();
        losses();
        spurious_refusals();
        crashes();
    }

private:
    void end(Happening happening, const Truth& truth, const Result<PaymentStatus>& result) const {
        Scene after = intended_;
        after.truth = truth;
        after.write(outcome_of_call(after.sale, call_, result));
        visit_({happening, call_.operation}, std::move(after));
    }

    void answers() const {
        const bool existed = intended_.truth.phase != Phase::absent;
        switch (answer_) {
            case Truth::Answer::approving:
                end(Happening::answered, arrived_, arrived_.status());
                break;
            case Truth::Answer::done:
                end(Happening::answered, arrived_, arrived_.status());
                if (call_.operation == Operation::request && existed) {
                    end(Happening::refused_conflict, arrived_, refused("exists", {}, Refusal::conflict));
                }
                if (arrived_ != intended_.truth && call_.operation != Operation::request) {
                    end(Happening::answered_early, arrived_, intended_.truth.status());
                }
                if (call_.operation == Operation::refund && arrived_ != intended_.truth) {
                    Truth later = intended_.truth;
                    (void)later.arrives(Operation::refund, Truth::Sent::lately, Truth::Refund::later);
                    end(Happening::refunded_later, later, later.status());
                }
                break;
            case Truth::Answer::refused:
                end(Happening::answered, arrived_, refused("no"));
                end(Happening::refused_impossible, arrived_, refused("never", {}, Refusal::impossible));
                break;
        }
    }

    void losses() const {
        end(Happening::answer_lost, arrived_, unknown("timeout"));
        end(Happening::request_lost, intended_.truth, unknown("timeout"));
        end(Happening::unsent, intended_.truth, unsent("no_route"));
        if (const auto delayed = under_way()) {
            end(Happening::delayed, *delayed, unknown("timeout"));
        }
    }

    void spurious_refusals() const {
        CallOutcomes hard = *this;
        hard.intended_.hard_fault = true;
        const Truth& truth = intended_.truth;
        hard.end(Happening::spurious_refusal, truth, refused("400"));
        hard.end(Happening::spurious_impossible, truth, refused("403", {}, Refusal::impossible));
        if (call_.operation == Operation::request && truth.phase == Phase::absent) {
            hard.end(Happening::refused_conflict, truth, refused("exists", {}, Refusal::conflict));
        }
    }

    void crashes() const {
        crash(Happening::crash_before_sending, intended_.truth);
        crash(Happening::crash_after_sending, arrived_);
        if (const auto delayed = under_way()) {
            crash(Happening::crash_while_delayed, *delayed);
        }
    }

    void crash(Happening happening, const Truth& truth) const {
        Scene after = intended_;
        after.truth = truth;
        restart(after);
        visit_({happening, call_.operation}, std::move(after));
    }

    std::optional<Truth> under_way() const {
        Truth truth = intended_.truth;
        bool* mark = truth.delayed(call_.operation);
        if (mark == nullptr || *mark) {
            return std::nullopt;
        }
        *mark = true;
        return truth;
    }

    step::Call call_;
    const Visit& visit_;
    Scene intended_;
    Truth arrived_;
    Truth::Answer answer_ = Truth::Answer::done;
};

// ---- the other steps
// ----------------------------------------------------------------------------------------------

void ask(const Scene& before, PaymentNo no, const Visit& visit) {
    const auto end = [&](Happening happening, const Result<PaymentStatus>& result) {
        Scene after = before;
        after.write(outcome_of_asking(after.sale, no, result));
        visit({happening, Operation::ask}, std::move(after));
    };
    end(Happening::ask_answered, before.truth.status());
    end(Happening::ask_lost, unknown("timeout"));
    const Payment& payment = *before.payment();
    if (payment.requested || payment.standing != Payment::Standing::sent) {
        end(Happening::ask_not_found, Truth{}.status());
    }
}

// Polls that bring nothing new are not written.
void poll(const Scene& before, PaymentNo no, const Visit& visit) {
    const PaymentStatus status = before.truth.status();
    if (news(before.sale, no, status).empty()) {
        return;
    }
    Scene after = before;
    after.write(outcome_of_asking(after.sale, no, status));
    visit({Happening::polled, Operation::ask}, std::move(after));
}

enum class Drop : std::uint8_t { drops, stays };

void end_vend(const Scene& started, Happening happening, Drop drop, VendResult::Outcome told, const Visit& visit) {
    Scene after = started;
    after.dropped = drop == Drop::drops;
    if (told != VendResult::Outcome::unknown) {
        after.write(outcome_of_vend({.outcome = told, .reason = {}}));
        visit({happening}, std::move(after));
        return;
    }
    // The rule for this case is read from here on only (checks.cpp): one search serves all three.
    after.hard_fault = true;
    for (const UnknownVend rule : {UnknownVend::refund, UnknownVend::charge, UnknownVend::attention}) {
        Scene ruled = after;
        ruled.sale.opened.policy.unknown_vend = rule;
        ruled.write(outcome_of_vend({.outcome = told, .reason = {}}));
        visit({happening}, std::move(ruled));
    }
}

void crash_in_vend(const Scene& started, Happening happening, Drop drop, const Visit& visit) {
    Scene after = started;
    after.dropped = drop == Drop::drops;
    restart(after);
    visit({happening}, std::move(after));
}

void vend(const Scene& before, const Visit& visit) {
    using Outcome = VendResult::Outcome;
    Scene started = before;
    started.write(fact::VendStarted{.ticket = {.request = RequestId{"r"}, .slot = Slot{12}, .state = "idle"}});
    end_vend(started, Happening::vended, Drop::drops, Outcome::vended, visit);
    end_vend(started, Happening::vend_failed, Drop::stays, Outcome::failed, visit);
    end_vend(started, Happening::vend_unsent, Drop::stays, Outcome::unsent, visit);
    end_vend(started, Happening::vend_unknown_dropped, Drop::drops, Outcome::unknown, visit);
    end_vend(started, Happening::vend_unknown_stuck, Drop::stays, Outcome::unknown, visit);
    crash_in_vend(started, Happening::vend_crash_dropped, Drop::drops, visit);
    crash_in_vend(started, Happening::vend_crash_stuck, Drop::stays, visit);

    Scene not_ready = before;
    not_ready.write(fact::Abandoned{.reason = AbandonReason::machine_not_ready});
    visit({Happening::vend_not_prepared}, std::move(not_ready));
}

void ask_machine(const Scene& before, const Visit& visit) {
    using Outcome = VendResult::Outcome;
    const Drop drop = before.dropped ? Drop::drops : Drop::stays;
    end_vend(before, Happening::machine_tells, drop, before.dropped ? Outcome::vended : Outcome::failed, visit);
    end_vend(before, Happening::machine_cannot_tell, drop, Outcome::unknown, visit);
}

// ---- what happens by itself
// ---------------------------------------------------------------------------------------

class Happenings {
public:
    Happenings(const Scene& before, const Visit& visit) : before_(before), visit_(visit) {}

    void visit() const {
        phone();
        provider();
        network();
        if (!before_.sale.closed()) {
            sale();
            receipt();
        }
    }

private:
    template <class Change>
    void happens(Happening happening, Change&& change, Operation operation = Operation::request) const {
        Scene after = before_;
        std::forward<Change>(change)(after);
        visit_({happening, operation}, std::move(after));
    }

    void approve(Happening happening, Approved approved) const {
        happens(happening, [&](Scene& scene) {
            scene.truth.phase = Phase::authorized;
            scene.truth.approved = approved;
            scene.hard_fault = scene.hard_fault || approved != Approved::exactly;
        });
    }

    // Nobody can scan a code that was never shown.
    void phone() const {
        const Phase phase = before_.truth.phase;
        const bool seen = before_.payment() != nullptr && before_.payment()->requested;
        if (!seen || (phase != Phase::pending && phase != Phase::approving)) {
            return;
        }
        const bool pending = phase == Phase::pending;
        happens(pending ? Happening::opens_app : Happening::closes_app,
                [&](Scene& scene) { scene.truth.phase = pending ? Phase::approving : Phase::pending; });
        approve(Happening::approves, Approved::exactly);
        approve(Happening::approves_too_little, Approved::too_little);
        approve(Happening::approves_in_euro, Approved::in_euro);
        happens(Happening::declines, [](Scene& scene) { scene.truth.phase = Phase::declined; });
    }

    void provider() const {
        if (before_.truth.phase == Phase::pending) {
            happens(Happening::expires, [](Scene& scene) { scene.truth.phase = Phase::expired; });
        }
        // Before the vend no reservation lapses: a sale is over in minutes, a reservation lasts for days.
        if (before_.truth.reserved() && before_.vended_once) {
            happens(Happening::reservation_lapses, [](Scene& scene) {
                scene.truth.freed = true;
                scene.hard_fault = true;
            });
        }
        if (before_.truth.refund_on_way) {
            happens(Happening::refund_completes, [](Scene& scene) {
                scene.truth.refund_on_way = false;
                scene.truth.refunded = true;
            });
        }
    }

    void network() const {
        for (const Truth::Sent sent : {Truth::Sent::lately, Truth::Sent::earlier}) {
            for (std::size_t number = 0; number < before_.keys.size(); ++number) {
                const auto operation = static_cast<Operation>(number);
                Truth truth = before_.truth;
                bool* mark = truth.delayed(operation, sent);
                if (mark == nullptr || !*mark) {
                    continue;
                }
                *mark = false;
                (void)truth.arrives(operation, sent);
                happens(
                    sent == Truth::Sent::lately ? Happening::arrives_late : Happening::earlier_arrives_late,
                    [&](Scene& scene) { scene.truth = truth; }, operation);
            }
        }
    }

    void sale() const {
        const Payment* payment = before_.payment();
        const bool waits = payment != nullptr && (payment->standing == Payment::Standing::sent ||
                                                  payment->standing == Payment::Standing::pending);
        if (waits && before_.truth.approved == Approved::exactly) {
            happens(Happening::callback, [](Scene& scene) {
                scene.write(fact::Authorized{.payment = {}, .amount = amount(price), .provider_reference = "e"});
            });
        }
        if (!before_.sale.withdrawn) {
            happens(Happening::withdrawn, [](Scene& scene) { scene.write(fact::Withdrawn{}); });
        }
        if (!before_.sale.left) {
            happens(Happening::leaves,
                    [](Scene& scene) { scene.write(fact::Left{.reason = LeftReason::timeout}); });
        }
        happens(Happening::restart, [](Scene& scene) { restart(scene); });
    }

    // Eight failures in a row at once.
    void receipt() const {
        const Payment* payment = before_.payment();
        if (payment != nullptr && payment->of(Operation::post_receipt).standing == Attempts::Standing::unknown) {
            happens(Happening::receipt_fails_on,
                    [](Scene& scene) { scene.sale.payments.front().of(Operation::post_receipt).failures = 8; });
        }
    }

    const Scene& before_;
    const Visit& visit_;
};

}  // namespace

// ---- the scene
// ----------------------------------------------------------------------------------------------------

Scene::Scene(Policy policy) : sale(open_sale(SaleId{"S"}, opened(policy), stamp_at({}))) {}

void Scene::write(const std::vector<Fact>& facts) {
    for (const Fact& fact : facts) {
        write(fact);
    }
}

void Scene::write(const Fact& fact) {
    if (const auto* intended = std::get_if<fact::Intended>(&fact)) {
        check_intent(*intended);
        const Operation operation = intended->operation;
        vend_forbidden = vend_forbidden || operation == Operation::cancel || operation == Operation::refund;
    }
    if (std::holds_alternative<fact::VendStarted>(fact)) {
        check_vend();
        vended_once = true;
    }
    vend_forbidden = vend_forbidden || std::holds_alternative<fact::Withdrawn>(fact) ||
                     std::holds_alternative<fact::Abandoned>(fact);
    was_servable = was_servable || (std::holds_alternative<fact::Authorized>(fact) && truth.servable());
    const Goal before = goal_of(sale);
    apply(sale, fact, now);
    require(before == Goal::serve || goal_of(sale) != Goal::serve, "who cannot be served is never served later");
    follow_keys(fact);
}

void Scene::check_intent(const fact::Intended& intended) {
    const KeyState state = keys[index(intended.operation)];
    const std::uint32_t latest = payment() == nullptr ? 0 : payment()->of(intended.operation).number;
    if (intended.attempt == latest) {
        require(state == KeyState::unclear, "an attempt is repeated only while its outcome is unclear");
        return;
    }
    require(state == KeyState::none || state == KeyState::shown_undone,
            "a new key follows only a definite refusal and an answer that shows the act undone");
    truth.renew_key(intended.operation);
}

void Scene::check_vend() const {
    require(!vended_once, "no vend is ever commanded twice");
    require(!vend_forbidden, "no vend after an intent to return money, the machine's withdrawal, or abandoning");
    require(was_servable, "no vend without an approval that was servable when it was written");
    require(truth.servable(), "no vend for money that is not there any more");
    require(sale.opened.policy.capture == CaptureOrder::after_vend || truth.captured,
            "no vend before the capture where the capture comes first");
}

void Scene::follow_keys(const Fact& fact) {
    const auto set = [this](Operation operation, KeyState state) { keys[index(operation)] = state; };
    if (const auto* intended = std::get_if<fact::Intended>(&fact)) {
        set(intended->operation, KeyState::unclear);
    } else if (const auto* attempted = std::get_if<fact::Attempted>(&fact);
               attempted != nullptr && attempted->operation != Operation::ask) {
        set(attempted->operation, attempted->world == World::refused ? KeyState::refused : KeyState::unclear);
    } else if (std::holds_alternative<fact::Asked>(fact)) {
        for (std::size_t number = 0; number < keys.size(); ++number) {
            if (keys[number] == KeyState::refused) {
                const bool done = shows_done(truth, static_cast<Operation>(number));
                keys[number] = done ? KeyState::done : KeyState::shown_undone;
            }
        }
    } else if (std::holds_alternative<fact::Requested>(fact)) {
        set(Operation::request, KeyState::done);
    } else if (std::holds_alternative<fact::Captured>(fact)) {
        set(Operation::capture, KeyState::done);
    } else if (std::holds_alternative<fact::Cancelled>(fact)) {
        set(Operation::cancel, KeyState::done);
        set(Operation::cancel_unapproved, KeyState::done);
    } else if (std::holds_alternative<fact::Refunded>(fact) || std::holds_alternative<fact::RefundPending>(fact)) {
        set(Operation::refund, KeyState::done);
    }
}

// ---- moves
// --------------------------------------------------------------------------------------------------------

void take_step(const Scene& before, const Step& step, const Visit& visit) {
    if (const auto* call = std::get_if<step::Call>(&step)) {
        CallOutcomes{before, *call, visit}.visit();
    } else if (const auto* wait = std::get_if<step::AwaitPayment>(&step)) {
        poll(before, wait->payment, visit);
    } else if (std::holds_alternative<step::Vend>(step)) {
        vend(before, visit);
    } else if (const auto* question = std::get_if<step::AskProvider>(&step)) {
        ask(before, question->payment, visit);
    } else if (std::holds_alternative<step::AskMachine>(step)) {
        ask_machine(before, visit);
    } else if (const auto* write = std::get_if<step::Write>(&step)) {
        Scene after = before;
        after.write(write->fact);
        visit({Happening::written}, std::move(after));
    }
}

void let_happen(const Scene& before, const Visit& visit) {
    Happenings{before, visit}.visit();
}

}  // namespace qrvend::test
