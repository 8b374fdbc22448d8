#include "tests/simulation/planted/keys.hpp"

#include <map>

#include "controller/kiosk/names.hpp"
#include "tests/simulation/planted/passing.hpp"

namespace qrvend::simulation::planted {

namespace asio = boost::asio;

namespace {

/// The key of the `nth` sending of what was first sent under `key`.
IdempotencyKey key_of_sending(const IdempotencyKey& key, std::uint64_t nth) {
    if (nth == 1) {
        return key;
    }
    std::uint64_t seed = nth;
    for (const char letter : key.text()) {
        seed = mix(seed, static_cast<unsigned char>(letter));
    }
    DiceRandom random(seed);
    return new_key(random);
}

// The sale goes on with the first key, as the provider's half does, so that both count the same sendings.
class WritesNewKeys final : public PassingJournal {
public:
    using PassingJournal::PassingJournal;

    asio::awaitable<Result<std::vector<Record>>> append(SaleId sale, Stamp stamp,
                                                        std::vector<Fact> facts) override {
        std::vector<Fact> changed = facts;
        for (Fact& fact : changed) {
            if (auto* intent = std::get_if<fact::Intended>(&fact)) {
                intent->key = key_of_sending(intent->key, ++sendings_[intent->key]);
            }
        }
        auto written = co_await real().append(std::move(sale), stamp, std::move(changed));
        for (std::size_t at = 0; written && at < facts.size(); ++at) {
            written->at(at).fact = std::move(facts[at]);
        }
        co_return written;
    }

private:
    std::map<IdempotencyKey, std::uint64_t> sendings_;
};

class SendsNewKeys final : public PassingProvider {
public:
    using PassingProvider::PassingProvider;

    asio::awaitable<Result<PaymentStatus>> perform(PaymentCall call) override {
        call.key = key_of_sending(call.key, ++sendings_[call.key]);
        return real().perform(std::move(call));
    }

private:
    std::map<IdempotencyKey, std::uint64_t> sendings_;
};

class RefundsTwice final : public PassingProvider {
public:
    RefundsTwice(PaymentProvider& provider, Random& random) : PassingProvider(provider), random_(random) {}

    asio::awaitable<Result<PaymentStatus>> perform(PaymentCall call) override {
        auto result = co_await real().perform(call);
        if (call.operation == Operation::refund && !result && result.error().world == World::unknown) {
            call.key = new_key(random_);
            result = co_await real().perform(std::move(call));
        }
        co_return result;
    }

private:
    Random& random_;
};

class CreatesAnother final : public PassingProvider {
public:
    CreatesAnother(PaymentProvider& provider, Random& random) : PassingProvider(provider), random_(random) {}

    asio::awaitable<Result<PaymentStatus>> perform(PaymentCall call) override {
        if (call.operation == Operation::request && !latest_.emplace(call.reference, call.reference).second) {
            create_another(call);
        }
        call.reference = latest(call.reference);
        return real().perform(std::move(call));
    }

    asio::awaitable<Result<PaymentStatus>> query(PaymentReference reference, Currency currency) override {
        return real().query(latest(reference), currency);
    }

    qrvend::Callback read_callback(const HttpRequest& request) override {
        qrvend::Callback callback = real().read_callback(request);
        for (const auto& [first, last] : latest_) {
            if (callback.event && callback.event->reference == last) {
                callback.event->reference = first;
            }
        }
        return callback;
    }

private:
    void create_another(PaymentCall& call) {
        const PaymentReference another = new_reference(random_, "vm-0042");
        call.body.replace(call.body.find(call.reference.text()), call.reference.text().size(), another.text());
        call.key = new_key(random_);
        latest_[call.reference] = another;
    }

    PaymentReference latest(const PaymentReference& first) const {
        const auto found = latest_.find(first);
        return found == latest_.end() ? first : found->second;
    }

    Random& random_;
    std::map<PaymentReference, PaymentReference> latest_;  // by the one that the sale knows
};

}  // namespace

std::unique_ptr<Journal> new_key_on_retry_written(Journal& journal, Soil) {
    return std::make_unique<WritesNewKeys>(journal);
}

std::unique_ptr<PaymentProvider> new_key_on_retry_sent(PaymentProvider& provider, Soil) {
    return std::make_unique<SendsNewKeys>(provider);
}

std::unique_ptr<PaymentProvider> refund_sent_twice(PaymentProvider& provider, Soil soil) {
    return std::make_unique<RefundsTwice>(provider, soil.random);
}

std::unique_ptr<PaymentProvider> new_reference_on_retry(PaymentProvider& provider, Soil soil) {
    return std::make_unique<CreatesAnother>(provider, soil.random);
}

}  // namespace qrvend::simulation::planted
