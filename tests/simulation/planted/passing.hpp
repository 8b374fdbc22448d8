#pragma once
// Ports that pass everything on to the real one. A planted bug derives from one of them and overrides what it gets
// wrong, and nothing else.

#include <boost/asio/awaitable.hpp>
#include <string>
#include <utility>
#include <vector>

#include "controller/ports/clock.hpp"
#include "controller/ports/journal.hpp"
#include "controller/ports/machine.hpp"
#include "controller/ports/payment_provider.hpp"

namespace qrvend::simulation::planted {

class PassingClock : public Clock {
public:
    explicit PassingClock(Clock& clock) : clock_(clock) {}

    Stamp now() const override { return clock_.now(); }
    std::uint64_t call_at(MonotonicTime deadline, std::move_only_function<void()> expired) override {
        return clock_.call_at(deadline, std::move(expired));
    }
    void cancel(std::uint64_t wait) override { clock_.cancel(wait); }

protected:
    Clock& real() const { return clock_; }

private:
    Clock& clock_;
};

class PassingJournal : public Journal {
public:
    explicit PassingJournal(Journal& journal) : journal_(journal) {}

    boost::asio::awaitable<Result<std::vector<Record>>> append(SaleId sale, Stamp stamp,
                                                               std::vector<Fact> facts) override {
        return journal_.append(std::move(sale), stamp, std::move(facts));
    }
    boost::asio::awaitable<Result<void>> reserve_room() override { return journal_.reserve_room(); }
    boost::asio::awaitable<Result<std::vector<Record>>> open_sales() override { return journal_.open_sales(); }
    boost::asio::awaitable<Result<std::vector<Record>>> history(SaleId sale) override {
        return journal_.history(std::move(sale));
    }
    boost::asio::awaitable<Result<void>> remember(std::string name, std::string value) override {
        return journal_.remember(std::move(name), std::move(value));
    }
    boost::asio::awaitable<Result<std::optional<std::string>>> recall(std::string name) override {
        return journal_.recall(std::move(name));
    }

protected:
    Journal& real() const { return journal_; }

private:
    Journal& journal_;
};

class PassingProvider : public PaymentProvider {
public:
    explicit PassingProvider(PaymentProvider& provider) : provider_(provider) {}

    PaymentTraits traits() const override { return provider_.traits(); }
    boost::asio::awaitable<Result<void>> get_ready() override { return provider_.get_ready(); }
    std::string prepare(Operation operation, const PaymentOrder& order, Money amount) const override {
        return provider_.prepare(operation, order, amount);
    }
    boost::asio::awaitable<Result<PaymentStatus>> perform(PaymentCall call) override {
        return provider_.perform(std::move(call));
    }
    boost::asio::awaitable<Result<PaymentStatus>> query(PaymentReference reference, Currency currency) override {
        return provider_.query(std::move(reference), currency);
    }
    boost::asio::awaitable<Result<PngBytes>> load_picture(std::string url) override {
        return provider_.load_picture(std::move(url));
    }
    qrvend::Callback read_callback(const HttpRequest& request) override { return provider_.read_callback(request); }

protected:
    PaymentProvider& real() const { return provider_; }

private:
    PaymentProvider& provider_;
};

class PassingMachine : public Machine {
public:
    explicit PassingMachine(Machine& machine) : machine_(machine) {}

    MachineTraits traits() const override { return machine_.traits(); }
    MachineStatus status() const override { return machine_.status(); }
    boost::asio::awaitable<void> status_changed() override { return machine_.status_changed(); }
    boost::asio::awaitable<Selection> next_selection() override { return machine_.next_selection(); }
    Result<Selection> select(Slot slot) override { return machine_.select(slot); }
    boost::asio::awaitable<void> withdrawn(RequestId request) override {
        return machine_.withdrawn(std::move(request));
    }
    boost::asio::awaitable<void> decline(RequestId request, DeclineReason reason) override {
        return machine_.decline(std::move(request), reason);
    }
    boost::asio::awaitable<Result<VendTicket>> prepare(RequestId request, Slot slot) override {
        return machine_.prepare(std::move(request), slot);
    }
    boost::asio::awaitable<VendResult> vend(VendTicket ticket) override { return machine_.vend(std::move(ticket)); }
    boost::asio::awaitable<std::optional<VendResult>> outcome_of(VendTicket ticket) override {
        return machine_.outcome_of(std::move(ticket));
    }

protected:
    Machine& real() const { return machine_; }

private:
    Machine& machine_;
};

}  // namespace qrvend::simulation::planted
