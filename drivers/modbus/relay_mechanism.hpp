#pragma once
// Vends by a pulse on a slot's relay, and asks a drop sensor what fell.
//
// The pulse ends in every case: by the board itself (flash), and by an "off" that is repeated until the board
// confirms it. Off may be repeated, on may not. From the confirmed off on, the sensor has its time to speak.
//
// At start all relays are switched off, because a board keeps them on through a restart of ours. A flash that may
// still run is left alone: the board ends it, and cutting it short would leave a product half-way.

#include "controller/ports/clock.hpp"
#include "drivers/modbus/board.hpp"
#include "drivers/modbus/bus.hpp"
#include "drivers/modbus/mechanism.hpp"

namespace qrvend::modbus {

class RelayMechanism final : public Mechanism {
public:
    RelayMechanism(Clock& clock, Bus& bus, RelayBoard board, milliseconds poll);

    bool has(Slot slot) const override;
    std::vector<Point> points() const override;
    std::vector<MachineFault> faults(const Values& values) const override;
    boost::asio::awaitable<Result<void>> upkeep() override;
    boost::asio::awaitable<Result<std::string>> prepare(Slot slot) override;
    boost::asio::awaitable<VendResult> vend(Slot slot, std::string ticket) override;
    boost::asio::awaitable<std::optional<VendResult>> outcome_of(std::string ticket) override;

private:
    /// One vend on its way.
    struct Trial {
        RelayTicket ticket{};
        bool watched = true;  ///< every answer came, since the ticket
        std::optional<SensorLook> last{};
        bool off = false;  ///< the board has confirmed it
    };

    boost::asio::awaitable<Result<SensorLook>> look();
    boost::asio::awaitable<Trial> look_once(Trial trial);
    boost::asio::awaitable<Trial> run_pulse(Relay relay, Trial trial);
    boost::asio::awaitable<Result<void>> call_boards();
    boost::asio::awaitable<Result<bool>> is_on(Relay relay);
    boost::asio::awaitable<Trial> switch_off(Relay relay, Trial trial);
    boost::asio::awaitable<VendResult> wait_for_drop(Trial trial, MonotonicTime until);
    VendResult verdict(const Trial& trial) const;

    Request on_request(const Relay& relay) const;
    Request off_request(const Relay& relay) const;
    MonotonicTime now() const { return clock_.now().monotonic; }

    Clock& clock_;
    Bus& bus_;
    RelayBoard board_;
    milliseconds poll_;
    MonotonicTime started_;
    std::vector<Relay> maybe_on_;  ///< still to be switched off
    MonotonicTime off_since_;      ///< all of them, where maybe_on_ is empty
};

}  // namespace qrvend::modbus
