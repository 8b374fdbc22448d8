#include "tests/simulation/planted/machine.hpp"

#include "controller/kiosk/wait.hpp"
#include "tests/simulation/board.hpp"
#include "tests/simulation/planted/passing.hpp"

namespace qrvend::simulation::planted {

namespace asio = boost::asio;

namespace {

using namespace std::chrono_literals;
using enum VendResult::Outcome;

/// A driver that knows its way to the board past the real one.
class OnBoard : public PassingMachine {
public:
    OnBoard(Machine& machine, const Soil& soil)
        : PassingMachine(machine), clock_(soil.outside.clock), board_(soil.board) {}

protected:
    Board& board() const { return board_; }
    asio::awaitable<void> sleep(milliseconds time) { return sleep_until(clock_, clock_.now().monotonic + time); }
    bool waits_for(const RequestId& request) const {
        return board_.open_request() != nullptr && board_.open_request()->id == request;
    }

private:
    Clock& clock_;
    Board& board_;
};

class VendsAgain final : public OnBoard {
public:
    using OnBoard::OnBoard;

    asio::awaitable<std::optional<VendResult>> outcome_of(VendTicket ticket) override {
        board().command(ticket);
        return real().outcome_of(std::move(ticket));
    }
};

class TriesOnceMore final : public OnBoard {
public:
    using OnBoard::OnBoard;

    asio::awaitable<VendResult> vend(VendTicket ticket) override {
        VendResult result = co_await real().vend(ticket);
        if (result.outcome == unknown) {
            board().command(ticket);
            result = (co_await real().outcome_of(ticket)).value_or(result);
        }
        co_return result;
    }
};

VendResult taken_for(VendResult result, VendResult::Outcome what, VendResult::Outcome other) {
    result.outcome = result.outcome == what ? other : result.outcome;
    return result;
}

/// Takes one outcome for another.
template <VendResult::Outcome What, VendResult::Outcome Other>
class Mistakes final : public PassingMachine {
public:
    using PassingMachine::PassingMachine;

    asio::awaitable<VendResult> vend(VendTicket ticket) override {
        co_return taken_for(co_await real().vend(std::move(ticket)), What, Other);
    }

    asio::awaitable<std::optional<VendResult>> outcome_of(VendTicket ticket) override {
        const auto told = co_await real().outcome_of(std::move(ticket));
        co_return taken_for(told.value_or(VendResult{.outcome = unknown, .reason = "silence"}), What, Other);
    }
};

class Impatient final : public OnBoard {
public:
    using OnBoard::OnBoard;

    asio::awaitable<VendResult> vend(VendTicket ticket) override {
        if (!waits_for(ticket.request) || !board().command(ticket)) {
            board().close(ticket.request);
            co_return VendResult{.outcome = unsent, .reason = "no longer possible"};
        }
        co_await sleep(4s);
        co_return board().recall(ticket.state).value_or(VendResult{.outcome = failed, .reason = "too slow"});
    }
};

/// Commands without a look at whether the machine still waits.
class Blind : public OnBoard {
public:
    using OnBoard::OnBoard;

    asio::awaitable<Result<VendTicket>> prepare(RequestId request, Slot slot) override {
        co_return VendTicket{.request = std::move(request), .slot = slot, .state = board().next_vend()};
    }

    asio::awaitable<VendResult> vend(VendTicket ticket) override {
        if (!board().command(ticket)) {
            board().close(ticket.request);
            co_return VendResult{.outcome = unsent, .reason = "the cable is out"};
        }
        const auto told = co_await real().outcome_of(std::move(ticket));
        co_return told.value_or(VendResult{.outcome = unknown, .reason = "silence"});
    }
};

class Deaf final : public Blind {
public:
    using Blind::Blind;

    asio::awaitable<void> withdrawn(RequestId) override { return sleep(24h * 365); }
};

class HardOfHearing final : public Blind {
public:
    using Blind::Blind;

    asio::awaitable<void> withdrawn(RequestId request) override {
        while (waits_for(request)) {
            co_await sleep(10s);
        }
    }
};

}  // namespace

std::unique_ptr<Machine> vends_again_after_restart(Machine& machine, Soil soil) {
    return std::make_unique<VendsAgain>(machine, soil);
}

std::unique_ptr<Machine> unknown_vend_commanded_again(Machine& machine, Soil soil) {
    return std::make_unique<TriesOnceMore>(machine, soil);
}

std::unique_ptr<Machine> jam_taken_for_drop(Machine& machine, Soil) {
    return std::make_unique<Mistakes<failed, vended>>(machine);
}

std::unique_ptr<Machine> slow_drop_taken_for_jam(Machine& machine, Soil soil) {
    return std::make_unique<Impatient>(machine, soil);
}

std::unique_ptr<Machine> silence_taken_for_jam(Machine& machine, Soil) {
    return std::make_unique<Mistakes<unknown, failed>>(machine);
}

std::unique_ptr<Machine> withdrawal_not_heard(Machine& machine, Soil soil) {
    return std::make_unique<Deaf>(machine, soil);
}

std::unique_ptr<Machine> vends_after_withdrawal(Machine& machine, Soil soil) {
    return std::make_unique<HardOfHearing>(machine, soil);
}

}  // namespace qrvend::simulation::planted
