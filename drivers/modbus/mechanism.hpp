#pragma once
// One of the two ways to vend, as the machine sees it (machine.hpp). Implemented for relay boards
// (relay_mechanism.hpp) and for controllers (controller_mechanism.hpp). The decisions are in board.hpp.
//
// A start is sent once. Whatever became of its answer, the board is looked at next.

#include <boost/asio/awaitable.hpp>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "controller/base/result.hpp"
#include "controller/base/vending.hpp"
#include "controller/ports/machine.hpp"
#include "drivers/modbus/request.hpp"

namespace qrvend::modbus {

/// What a round of looks has brought.
using Values = std::map<Point, std::uint16_t>;

class Mechanism {
public:
    virtual ~Mechanism() = default;

    virtual bool has(Slot slot) const = 0;

    /// What the machine should look at while nothing is vended, and the faults that this shows.
    virtual std::vector<Point> points() const = 0;
    virtual std::vector<MachineFault> faults(const Values& values) const = 0;

    /// What is still to be done before a vend may begin; called before each round of looks.
    virtual boost::asio::awaitable<Result<void>> upkeep() = 0;

    /// The ticket's text. Starts nothing.
    virtual boost::asio::awaitable<Result<std::string>> prepare(Slot slot) = 0;

    virtual boost::asio::awaitable<VendResult> vend(Slot slot, std::string ticket) = 0;

    /// Commands nothing.
    virtual boost::asio::awaitable<std::optional<VendResult>> outcome_of(std::string ticket) = 0;
};

}  // namespace qrvend::modbus
