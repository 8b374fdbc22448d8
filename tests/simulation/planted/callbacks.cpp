#include "tests/simulation/planted/callbacks.hpp"

#include <map>
#include <optional>

#include "tests/simulation/board.hpp"
#include "tests/simulation/planted/passing.hpp"

namespace qrvend::simulation::planted {

namespace asio = boost::asio;

namespace {

PaymentEvent approval(const Claim& claim) {
    return {.reference = PaymentReference(claim.reference), .event_id = claim.event_id, .approved = claim.amount};
}

class BelievesAnybody final : public PassingProvider {
public:
    BelievesAnybody(PaymentProvider& provider, const PaymentSystem& system)
        : PassingProvider(provider), system_(system) {}

    qrvend::Callback read_callback(const HttpRequest& request) override {
        qrvend::Callback callback = real().read_callback(request);
        const auto claim = system_.claim_in(request);
        if (callback.reply.status == 401 && claim && claim->approval && claim->success) {
            callback.event = approval(*claim);
        }
        return callback;
    }

private:
    const PaymentSystem& system_;
};

class BelievesFailures final : public PassingProvider {
public:
    BelievesFailures(PaymentProvider& provider, const PaymentSystem& system)
        : PassingProvider(provider), system_(system) {}

    qrvend::Callback read_callback(const HttpRequest& request) override {
        qrvend::Callback callback = real().read_callback(request);
        const auto claim = system_.claim_in(request);
        if (callback.event && claim && claim->approval) {
            callback.event = approval(*claim);
        }
        return callback;
    }

private:
    const PaymentSystem& system_;
};

/// Knows the payment of the customer who stands at the machine.
class KnowsPresent : public PassingProvider {
public:
    using PassingProvider::PassingProvider;

    asio::awaitable<Result<PaymentStatus>> perform(PaymentCall call) override {
        if (call.operation == Operation::request) {
            present_ = {.reference = call.reference, .event_id = "present", .approved = call.amount};
        }
        return real().perform(std::move(call));
    }

protected:
    const std::optional<PaymentEvent>& present() const { return present_; }

private:
    std::optional<PaymentEvent> present_;
};

class PaysForPresent final : public KnowsPresent {
public:
    using KnowsPresent::KnowsPresent;

    qrvend::Callback read_callback(const HttpRequest& request) override {
        qrvend::Callback callback = real().read_callback(request);
        if (callback.event && callback.event->approved && present()) {
            callback.event = *present();
        }
        return callback;
    }
};

class ReadsNoAmount final : public PassingProvider {
public:
    using PassingProvider::PassingProvider;

    asio::awaitable<Result<PaymentStatus>> perform(PaymentCall call) override {
        if (call.operation == Operation::request) {
            ordered_.insert_or_assign(call.reference, call.amount);
        }
        return real().perform(std::move(call));
    }

    qrvend::Callback read_callback(const HttpRequest& request) override {
        qrvend::Callback callback = real().read_callback(request);
        if (callback.event && callback.event->approved) {
            const auto order = ordered_.find(callback.event->reference);
            callback.event->approved = order == ordered_.end() ? *callback.event->approved : order->second;
        }
        return callback;
    }

private:
    std::map<PaymentReference, Money> ordered_;
};

class CommandsVend final : public PassingProvider {
public:
    CommandsVend(PaymentProvider& provider, Board& board) : PassingProvider(provider), board_(board) {}

    qrvend::Callback read_callback(const HttpRequest& request) override {
        qrvend::Callback callback = real().read_callback(request);
        const Board::Request* waiting = board_.open_request();
        if (callback.event && callback.event->approved && waiting != nullptr) {
            board_.command({.request = waiting->id, .slot = waiting->slot, .state = board_.next_vend()});
        }
        return callback;
    }

private:
    Board& board_;
};

}  // namespace

std::unique_ptr<PaymentProvider> unsigned_callback_believed(PaymentProvider& provider, Soil soil) {
    return std::make_unique<BelievesAnybody>(provider, soil.system);
}

std::unique_ptr<PaymentProvider> failed_approval_believed(PaymentProvider& provider, Soil soil) {
    return std::make_unique<BelievesFailures>(provider, soil.system);
}

std::unique_ptr<PaymentProvider> callback_amount_unread(PaymentProvider& provider, Soil) {
    return std::make_unique<ReadsNoAmount>(provider);
}

std::unique_ptr<PaymentProvider> callback_taken_for_present_customer(PaymentProvider& provider, Soil) {
    return std::make_unique<PaysForPresent>(provider);
}

std::unique_ptr<PaymentProvider> callback_commands_vend(PaymentProvider& provider, Soil soil) {
    return std::make_unique<CommandsVend>(provider, soil.board);
}

}  // namespace qrvend::simulation::planted
