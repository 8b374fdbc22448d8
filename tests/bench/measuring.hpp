#pragma once
// Parts that stand around the real ones and note when something passes.

#include <list>
#include <memory>
#include <optional>

#include "controller/ports/http.hpp"
#include "controller/ports/machine.hpp"
#include "controller/ports/screen.hpp"
#include "display/display.hpp"
#include "tests/bench/relay.hpp"

namespace qrvend::bench {

inline double in_ms(Steady::duration time) {
    return std::chrono::duration<double, std::milli>(time).count();
}

/// Knows when requests were under way: the provider's and the network's part of a sale.
class MeasuredTransport final : public HttpTransport {
public:
    /// `inner` must outlive the transport.
    explicit MeasuredTransport(HttpTransport& inner) : inner_(inner) {}

    boost::asio::awaitable<Result<HttpResponse>> send(HttpRequest request, milliseconds deadline) override;

    /// For how much of the time between two instants at least one request was under way.
    Steady::duration under_way(Steady::time_point from, Steady::time_point to) const;

    /// Forgets the requests that have ended.
    void forget();

private:
    struct Call {
        Steady::time_point from;
        std::optional<Steady::time_point> to{};
    };

    HttpTransport& inner_;
    std::list<Call> calls_;  // in the order of their beginnings
};

/// Knows when the last vend was commanded.
class MeasuredMachine final : public Machine {
public:
    explicit MeasuredMachine(std::unique_ptr<Machine> inner) : inner_(std::move(inner)) {}

    std::optional<Steady::time_point> vend_commanded_at() const { return commanded_at_; }

    MachineTraits traits() const override { return inner_->traits(); }
    MachineStatus status() const override { return inner_->status(); }
    boost::asio::awaitable<void> status_changed() override { return inner_->status_changed(); }
    boost::asio::awaitable<Selection> next_selection() override { return inner_->next_selection(); }
    Result<Selection> select(Slot slot) override { return inner_->select(slot); }
    boost::asio::awaitable<void> withdrawn(RequestId request) override { return inner_->withdrawn(request); }
    boost::asio::awaitable<void> decline(RequestId request, DeclineReason reason) override {
        return inner_->decline(request, reason);
    }
    boost::asio::awaitable<Result<VendTicket>> prepare(RequestId request, Slot slot) override {
        return inner_->prepare(request, slot);
    }
    boost::asio::awaitable<VendResult> vend(VendTicket ticket) override {
        commanded_at_ = Steady::now();
        return inner_->vend(std::move(ticket));
    }
    boost::asio::awaitable<std::optional<VendResult>> outcome_of(VendTicket ticket) override {
        return inner_->outcome_of(std::move(ticket));
    }

private:
    std::unique_ptr<Machine> inner_;
    std::optional<Steady::time_point> commanded_at_;
};

/// Knows when the view that was shown last has reached the glass.
class MeasuredScreen final : public Screen {
public:
    explicit MeasuredScreen(std::unique_ptr<display::SdlScreen> inner) : inner_(std::move(inner)) {}

    void show(View view) override {
        ++shown_;
        inner_->show(std::move(view));
    }
    boost::asio::awaitable<Touch> next_touch() override { return inner_->next_touch(); }

    bool painted() const { return inner_->newest_painted() >= shown_; }

private:
    std::unique_ptr<display::SdlScreen> inner_;
    std::uint64_t shown_ = 0;  // the kiosk never shows the same view twice in a row
};

}  // namespace qrvend::bench
