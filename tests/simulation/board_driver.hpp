#pragma once
// The machine port over a simulated board: what runs in the machine's computer, and dies with it.

#include <deque>

#include "controller/kiosk/wait.hpp"
#include "controller/ports/machine.hpp"
#include "tests/simulation/board.hpp"

namespace qrvend::simulation {

class BoardDriver final : public Machine {
public:
    /// `chooser` says who has touched that slot on the screen. All must outlive the driver.
    BoardDriver(Board& board, Outside& outside, std::function<CustomerNo(Slot)> chooser);
    ~BoardDriver() override;
    BoardDriver(const BoardDriver&) = delete;
    BoardDriver& operator=(const BoardDriver&) = delete;

    MachineTraits traits() const override;
    MachineStatus status() const override { return board_.status(); }
    boost::asio::awaitable<void> status_changed() override;
    boost::asio::awaitable<Selection> next_selection() override;
    Result<Selection> select(Slot slot) override;
    boost::asio::awaitable<void> withdrawn(RequestId request) override;
    boost::asio::awaitable<void> decline(RequestId request, DeclineReason reason) override;
    boost::asio::awaitable<Result<VendTicket>> prepare(RequestId request, Slot slot) override;
    boost::asio::awaitable<VendResult> vend(VendTicket ticket) override;
    boost::asio::awaitable<std::optional<VendResult>> outcome_of(VendTicket ticket) override;

private:
    boost::asio::awaitable<std::optional<VendResult>> wait_for_end(const VendTicket& ticket, milliseconds patience);

    Board& board_;
    Outside& outside_;
    std::function<CustomerNo(Slot)> chooser_;
    Bell selection_bell_;
    Bell request_bell_;
    Bell vend_bell_;
    Bell status_bell_;
    std::deque<Selection> pressed_;
};

}  // namespace qrvend::simulation
