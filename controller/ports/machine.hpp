#pragma once
// The vending mechanism: who chooses, who drops, who can tell what dropped. One implementation for each way to
// reach it.
//
// A request is one customer's selection. The machine may take it back at any moment (coin return, cash, time-out);
// from then on vend() for it must do nothing and say so. No vend is ever commanded twice: vend() is called at most
// once for a ticket, and after a restart only outcome_of() is.

#include <boost/asio/awaitable.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "controller/base/result.hpp"
#include "controller/base/time.hpp"
#include "controller/base/vending.hpp"

namespace qrvend {

enum class DeclineReason : std::uint8_t { not_paid, out_of_service, unknown_slot };

/// A fault stands until it is cleared. Codes are lower case with underscores and never change their meaning.
struct MachineFault {
    std::string code;
    std::string detail;
    bool operator==(const MachineFault&) const = default;
};

struct MachineStatus {
    std::vector<MachineFault> faults{};
    std::vector<Slot> sold_out{};
    bool wants_begin = false;  ///< takes no selection before begin(): customers start with a touch on our screen
    bool ready() const { return faults.empty(); }
    bool operator==(const MachineStatus&) const = default;
};

struct MachineTraits {
    bool own_keypad = false;                     ///< customers choose on the machine, not on our screen
    bool confirms_product = true;                ///< tells vended from failed; a relay without sensor does not
    std::optional<milliseconds> answer_limit{};  ///< how long the machine waits for our answer to a request
};

class Machine {
public:
    virtual ~Machine() = default;

    virtual MachineTraits traits() const = 0;
    virtual MachineStatus status() const = 0;

    /// Completes when status() has changed since the last call completed.
    virtual boost::asio::awaitable<void> status_changed() = 0;

    /// A customer stands there and wants to choose. Nothing happens where the machine does not want to be told.
    virtual void begin() {}

    /// The next selection made on the machine itself.
    virtual boost::asio::awaitable<Selection> next_selection() = 0;

    /// Takes a selection made on our screen. Refused where the slot is unknown or sold out, or the machine busy.
    virtual Result<Selection> select(Slot slot) = 0;

    /// Completes when the machine no longer waits for an answer to `request`: it took it back, or has its answer.
    /// An unknown or ended request completes at once.
    virtual boost::asio::awaitable<void> withdrawn(RequestId request) = 0;

    /// Ends a request without a vend. An unknown or ended request is no error.
    virtual boost::asio::awaitable<void> decline(RequestId request, DeclineReason reason) = 0;

    /// Looks before the leap: what must be known now to tell later whether the vend happened. Touches nothing.
    /// Fails (unsent) where the machine cannot vend this now.
    virtual boost::asio::awaitable<Result<VendTicket>> prepare(RequestId request, Slot slot) = 0;

    /// Commands the vend and waits for its end. Has its own deadlines and always returns.
    virtual boost::asio::awaitable<VendResult> vend(VendTicket ticket) = 0;

    /// After a restart: what became of a vend that may have been commanded; nothing where the machine cannot tell.
    virtual boost::asio::awaitable<std::optional<VendResult>> outcome_of(VendTicket ticket) = 0;
};

}  // namespace qrvend
