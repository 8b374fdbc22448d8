#pragma once
// Vends through a controller that turns the motors itself: selection and sequence are written at once, then its
// status is read until it shows that sequence, and says that it is done. What it says counts when two looks in a
// row say the same, because a board may change its registers one after the other.

#include "controller/ports/clock.hpp"
#include "drivers/modbus/board.hpp"
#include "drivers/modbus/bus.hpp"
#include "drivers/modbus/mechanism.hpp"

namespace qrvend::modbus {

class ControllerMechanism final : public Mechanism {
public:
    ControllerMechanism(Clock& clock, Bus& bus, ControllerBoard board, milliseconds poll);

    bool has(Slot slot) const override;
    std::vector<Point> points() const override;
    std::vector<MachineFault> faults(const Values& values) const override;
    boost::asio::awaitable<Result<void>> upkeep() override;
    boost::asio::awaitable<Result<std::string>> prepare(Slot slot) override;
    boost::asio::awaitable<VendResult> vend(Slot slot, std::string ticket) override;
    boost::asio::awaitable<std::optional<VendResult>> outcome_of(std::string ticket) override;

private:
    /// How long to go on asking, and what is known of the start.
    struct Patience {
        MonotonicTime taken_by;  ///< the sequence must echo
        MonotonicTime over_by;
        bool confirmed = false;
    };

    boost::asio::awaitable<Result<ControllerLook>> look();
    boost::asio::awaitable<VendResult> follow(ControllerTicket ticket, Patience patience);
    Request start_request(Slot slot, ControllerTicket ticket) const;
    Point status(std::uint16_t address) const;
    MonotonicTime now() const { return clock_.now().monotonic; }

    Clock& clock_;
    Bus& bus_;
    ControllerBoard board_;
    milliseconds poll_;
};

}  // namespace qrvend::modbus
