#include "tests/simulation/planted/answers.hpp"

#include <map>
#include <set>

#include "tests/simulation/planted/passing.hpp"

namespace qrvend::simulation::planted {

namespace asio = boost::asio;

namespace {

using State = PaymentStatus::State;

bool is_cancel(const PaymentCall& call) {
    return call.operation == Operation::cancel || call.operation == Operation::cancel_unapproved;
}

bool is_unanswered(const Result<PaymentStatus>& result) {
    return !result && result.error().world == World::unknown;
}

PaymentStatus status(State state, Money authorized) {
    const Money none = zero(authorized.currency);
    return {.state = state,
            .amounts = {.authorized = authorized, .captured = none, .cancelled = none, .refunded = none}};
}

/// What would be shown if the call had brought about what it was to.
PaymentStatus as_if_done(const PaymentCall& call, const Soil& soil) {
    const auto truth = soil.system.payment(call.reference.text(), soil.outside.now());
    const bool returns = call.operation == Operation::cancel && truth && truth->authorized > 0;
    if (is_cancel(call) && !returns) {
        return status(State::cancelled, zero(call.amount.currency));
    }
    const Money all{.minor = returns ? truth->authorized : call.amount.minor, .currency = call.amount.currency};
    PaymentStatus done = status(State::authorized, all);
    (returns ? done.amounts.cancelled : done.amounts.captured) = all;
    if (call.operation == Operation::refund) {
        done.amounts.refunded = all;
    }
    return done;
}

class Reader : public PassingProvider {
public:
    using PassingProvider::PassingProvider;

    asio::awaitable<Result<PaymentStatus>> perform(PaymentCall call) override {
        auto result = co_await real().perform(call);
        misread(call, result);
        co_return result;
    }

    asio::awaitable<Result<PaymentStatus>> query(PaymentReference reference, Currency currency) override {
        auto result = co_await real().query(reference, currency);
        misread_shown(reference, currency, result);
        co_return result;
    }

protected:
    /// Of a call's answer.
    virtual void misread(const PaymentCall& call, Result<PaymentStatus>& result) = 0;
    /// Of the answer to a question.
    virtual void misread_shown(const PaymentReference&, Currency, Result<PaymentStatus>&) {}
};

/// Whatever `Wrong` says was done counts as done.
template <bool (*Wrong)(const PaymentCall&, const Failure&)>
class TakenForDone final : public Reader {
public:
    TakenForDone(PaymentProvider& provider, const Soil& soil) : Reader(provider), soil_(soil) {}

protected:
    void misread(const PaymentCall& call, Result<PaymentStatus>& result) override {
        if (!result && Wrong(call, result.error())) {
            result = as_if_done(call, soil_);
        }
    }

private:
    Soil soil_;
};

bool is_unanswered_capture(const PaymentCall& call, const Failure& failure) {
    return call.operation == Operation::capture && failure.world == World::unknown;
}

bool is_unanswered_cancel(const PaymentCall& call, const Failure& failure) {
    return is_cancel(call) && failure.world == World::unknown;
}

bool is_unanswered_refund(const PaymentCall& call, const Failure& failure) {
    return call.operation == Operation::refund && failure.world == World::unknown;
}

bool is_web_page(const PaymentCall& call, const Failure& failure) {
    return call.operation != Operation::request && failure.code == "garbled";
}

bool is_conflict_on_capture(const PaymentCall& call, const Failure& failure) {
    return call.operation == Operation::capture && (failure.code == "409" || failure.refusal == Refusal::conflict);
}

class TimeoutRefuses final : public Reader {
public:
    using Reader::Reader;

protected:
    void misread(const PaymentCall&, Result<PaymentStatus>& result) override {
        if (is_unanswered(result)) {
            result = refused(result.error().code);
        }
    }
};

class ConflictApproves final : public Reader {
public:
    using Reader::Reader;

protected:
    void misread(const PaymentCall& call, Result<PaymentStatus>& result) override {
        if (call.operation == Operation::request && !result && result.error().refusal == Refusal::conflict) {
            paid_.emplace(call.reference, call.amount);
            result = status(State::pending, zero(call.amount.currency));
            result->to_show = ToShow{.content = "https://example.org/paid-already"};
            result->life = std::chrono::minutes{10};
        }
    }

    void misread_shown(const PaymentReference& reference, Currency, Result<PaymentStatus>& result) override {
        if (const auto paid = paid_.find(reference); paid != paid_.end()) {
            result = status(State::authorized, paid->second);
        }
    }

private:
    std::map<PaymentReference, Money> paid_;
};

class ApprovingCancels final : public Reader {
public:
    using Reader::Reader;

protected:
    void misread(const PaymentCall&, Result<PaymentStatus>& result) override {
        if (result && result->state == State::approving) {
            result->state = State::cancelled;
        }
    }
};

class ApprovingApproves final : public Reader {
public:
    using Reader::Reader;

protected:
    void misread(const PaymentCall& call, Result<PaymentStatus>& result) override {
        if (call.operation == Operation::request) {
            ordered_.emplace(call.reference, call.amount);
        }
        if (const auto order = ordered_.find(call.reference);
            result && result->state == State::approving && order != ordered_.end()) {
            result = status(State::authorized, order->second);
        }
    }

private:
    std::map<PaymentReference, Money> ordered_;
};

class UnansweredQueryExpires final : public Reader {
public:
    using Reader::Reader;

protected:
    void misread(const PaymentCall&, Result<PaymentStatus>&) override {}
    void misread_shown(const PaymentReference&, Currency currency, Result<PaymentStatus>& result) override {
        if (is_unanswered(result)) {
            result = status(State::expired, zero(currency));
        }
    }
};

class TooLate final : public Reader {
public:
    using Reader::Reader;

    qrvend::Callback read_callback(const HttpRequest& request) override {
        qrvend::Callback callback = real().read_callback(request);
        if (callback.event && over_.contains(callback.event->reference)) {
            callback.event->approved.reset();
        }
        return callback;
    }

protected:
    void misread(const PaymentCall& call, Result<PaymentStatus>& result) override {
        if (call.operation == Operation::cancel_unapproved) {
            over_.insert(call.reference);
        }
        misread_shown(call.reference, call.amount.currency, result);
    }

    void misread_shown(const PaymentReference& reference, Currency currency,
                       Result<PaymentStatus>& result) override {
        if (result && result->state == State::authorized && over_.contains(reference)) {
            result = status(State::expired, zero(currency));
        }
    }

private:
    std::set<PaymentReference> over_;
};

class GivesUp final : public Reader {
public:
    GivesUp(PaymentProvider& provider, const Soil& soil, Operation operation)
        : Reader(provider), soil_(soil), operation_(operation) {}

protected:
    void misread(const PaymentCall& call, Result<PaymentStatus>& result) override {
        constexpr unsigned enough = 2;
        if (call.operation == operation_ && !result && ++failures_[call.reference] >= enough) {
            result = as_if_done(call, soil_);
        }
    }

private:
    Soil soil_;
    Operation operation_;
    std::map<PaymentReference, unsigned> failures_;
};

class ReadsNoAmount final : public Reader {
public:
    using Reader::Reader;

protected:
    void misread(const PaymentCall& call, Result<PaymentStatus>& result) override {
        if (call.operation == Operation::request) {
            ordered_.insert_or_assign(call.reference, call.amount);
        }
        misread_shown(call.reference, call.amount.currency, result);
    }

    void misread_shown(const PaymentReference& reference, Currency, Result<PaymentStatus>& result) override {
        if (const auto order = ordered_.find(reference);
            result && result->amounts.authorized.minor > 0 && order != ordered_.end()) {
            result->amounts.authorized = order->second;
        }
    }

private:
    std::map<PaymentReference, Money> ordered_;
};

class CapturesOre final : public PassingProvider {
public:
    using PassingProvider::PassingProvider;

    std::string prepare(Operation operation, const PaymentOrder& order, Money amount) const override {
        if (operation == Operation::capture) {
            amount.minor /= 100;
        }
        return real().prepare(operation, order, amount);
    }
};

class EndsApproved final : public PassingProvider {
public:
    using PassingProvider::PassingProvider;

    std::string prepare(Operation operation, const PaymentOrder& order, Money amount) const override {
        return real().prepare(operation == Operation::cancel_unapproved ? Operation::cancel : operation, order,
                              amount);
    }
};

}  // namespace

std::unique_ptr<PaymentProvider> timeout_read_as_refusal(PaymentProvider& provider, Soil) {
    return std::make_unique<TimeoutRefuses>(provider);
}

std::unique_ptr<PaymentProvider> unanswered_capture_read_as_done(PaymentProvider& provider, Soil soil) {
    return std::make_unique<TakenForDone<is_unanswered_capture>>(provider, soil);
}

std::unique_ptr<PaymentProvider> unanswered_cancel_read_as_done(PaymentProvider& provider, Soil soil) {
    return std::make_unique<TakenForDone<is_unanswered_cancel>>(provider, soil);
}

std::unique_ptr<PaymentProvider> unanswered_refund_read_as_done(PaymentProvider& provider, Soil soil) {
    return std::make_unique<TakenForDone<is_unanswered_refund>>(provider, soil);
}

std::unique_ptr<PaymentProvider> web_page_read_as_success(PaymentProvider& provider, Soil soil) {
    return std::make_unique<TakenForDone<is_web_page>>(provider, soil);
}

std::unique_ptr<PaymentProvider> conflict_on_create_read_as_approval(PaymentProvider& provider, Soil) {
    return std::make_unique<ConflictApproves>(provider);
}

std::unique_ptr<PaymentProvider> conflict_on_capture_read_as_captured(PaymentProvider& provider, Soil soil) {
    return std::make_unique<TakenForDone<is_conflict_on_capture>>(provider, soil);
}

std::unique_ptr<PaymentProvider> approving_read_as_cancelled(PaymentProvider& provider, Soil) {
    return std::make_unique<ApprovingCancels>(provider);
}

std::unique_ptr<PaymentProvider> approving_read_as_approved(PaymentProvider& provider, Soil) {
    return std::make_unique<ApprovingApproves>(provider);
}

std::unique_ptr<PaymentProvider> unanswered_query_read_as_expired(PaymentProvider& provider, Soil) {
    return std::make_unique<UnansweredQueryExpires>(provider);
}

std::unique_ptr<PaymentProvider> late_approval_ignored(PaymentProvider& provider, Soil) {
    return std::make_unique<TooLate>(provider);
}

std::unique_ptr<PaymentProvider> refund_given_up(PaymentProvider& provider, Soil soil) {
    return std::make_unique<GivesUp>(provider, soil, Operation::refund);
}

std::unique_ptr<PaymentProvider> cancel_given_up(PaymentProvider& provider, Soil soil) {
    return std::make_unique<GivesUp>(provider, soil, Operation::cancel);
}

std::unique_ptr<PaymentProvider> approved_amount_unread(PaymentProvider& provider, Soil) {
    return std::make_unique<ReadsNoAmount>(provider);
}

std::unique_ptr<PaymentProvider> captures_kroner_as_ore(PaymentProvider& provider, Soil) {
    return std::make_unique<CapturesOre>(provider);
}

std::unique_ptr<PaymentProvider> approved_payment_ended_with_wait(PaymentProvider& provider, Soil) {
    return std::make_unique<EndsApproved>(provider);
}

}  // namespace qrvend::simulation::planted
