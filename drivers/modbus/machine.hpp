#pragma once
// The Machine port over Modbus: customers' selections from a keypad or the screen, faults from inputs, and vends
// through one of the two mechanisms. Between vends it looks at all its inputs in rounds; during a vend the
// mechanism has the bus for itself, and what is pressed meanwhile is forgotten.

#include <boost/asio/io_context.hpp>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "controller/kiosk/wait.hpp"
#include "controller/ports/clock.hpp"
#include "controller/ports/log.hpp"
#include "controller/ports/machine.hpp"
#include "drivers/modbus/bus.hpp"
#include "drivers/modbus/bus_health.hpp"
#include "drivers/modbus/keys.hpp"
#include "drivers/modbus/mechanism.hpp"
#include "drivers/modbus/settings.hpp"

namespace qrvend::modbus {

class Machine final : public qrvend::Machine {
public:
    /// Begins to look at the board on `io`. `io`, `clock` and `log` must outlive the machine; the loop must not run
    /// any more when it is gone. Throws std::invalid_argument where problems() names anything.
    Machine(boost::asio::io_context& io, Clock& clock, Log& log, std::unique_ptr<Bus> bus, Settings settings);

    MachineTraits traits() const override;
    MachineStatus status() const override { return status_; }
    boost::asio::awaitable<void> status_changed() override;
    boost::asio::awaitable<Selection> next_selection() override;
    Result<Selection> select(Slot slot) override;
    boost::asio::awaitable<void> withdrawn(RequestId request) override;
    boost::asio::awaitable<void> decline(RequestId request, DeclineReason reason) override;
    boost::asio::awaitable<Result<VendTicket>> prepare(RequestId request, Slot slot) override;
    boost::asio::awaitable<VendResult> vend(VendTicket ticket) override;
    boost::asio::awaitable<std::optional<VendResult>> outcome_of(VendTicket ticket) override;

private:
    boost::asio::awaitable<void> look_for_ever();
    boost::asio::awaitable<Result<Values>> round();
    boost::asio::awaitable<void> take_key(Values values);
    boost::asio::awaitable<void> acknowledge_key();
    void press(const Keys::Event& event);
    void judge(const Result<Values>& round);
    void set_faults(std::vector<MachineFault> faults);

    Selection open_request(Slot slot);
    void end_request(const RequestId& request);
    bool is_open(const RequestId& request) const { return open_.contains(request); }

    Clock& clock_;
    Log& log_;
    Settings settings_;
    std::unique_ptr<Bus> bus_;
    std::unique_ptr<Mechanism> mechanism_;
    std::vector<Request> reads_;
    std::optional<Keys> keys_;
    BusHealth health_;
    MachineStatus status_;
    Bell status_bell_;
    Bell selection_bell_;
    std::deque<Selection> pressed_;
    std::map<RequestId, std::shared_ptr<Bell>> open_;  ///< requests that wait for their answer
    std::string start_;                                ///< begins the names of this run's requests
    std::uint64_t requests_ = 0;
    bool vending_ = false;
};

}  // namespace qrvend::modbus
