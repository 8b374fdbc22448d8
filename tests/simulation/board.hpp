#pragma once
// The vending machine's own electronics: keypad, lever, motors, drop sensor and a memory. It stands beside the
// computer and goes on when that is dead. It jams, drops late, drops twice if it is told twice, and loses its
// cable.

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "controller/base/vending.hpp"
#include "controller/ports/machine.hpp"
#include "tests/simulation/outside.hpp"
#include "tests/simulation/violation.hpp"

namespace qrvend::simulation {

struct BoardSettings {
    bool own_keypad = false;
    std::optional<milliseconds> answer_limit{};
    milliseconds vend_time{3000};
};

/// Who stands before the machine: a customer's number, from 1.
using CustomerNo = std::size_t;

class Board {
public:
    /// What the board's side of one selection has seen.
    struct Request {
        RequestId id;
        Slot slot;
        CustomerNo customer = 0;
        bool open = true;        ///< waits for an answer
        bool withdrawn = false;  ///< taken back: nothing may be vended for it any more
        unsigned commands = 0;
        unsigned drops = 0;
        bool silent = false;  ///< the machine could not tell, at least once, what came of the vend
    };

    /// What the computer's driver is told. The functions may be empty: nobody listens.
    struct Ears {
        std::function<void(const Selection&)> pressed;
        std::function<void()> request_ended;
        std::function<void(const std::string& vend)> vend_ended;
        std::function<void()> status_changed;
    };

    /// Told when a command arrives, before anything moves: whether it may is the judge's business.
    using Watch = std::function<void(const Request&)>;

    Board(Outside& outside, BoardSettings settings, Watch on_command);

    const BoardSettings& settings() const { return settings_; }

    // ---- the customer and the technician
    void press(Slot slot, CustomerNo customer);
    void pull_lever();
    void repair();  ///< everything works again

    // ---- the computer
    void listen(Ears ears);  ///< a driver takes over: an open request is gone ("just reset")
    void hang_up() { ears_ = {}; }
    bool linked() const { return linked_; }
    MachineStatus status() const { return status_; }
    Selection open(Slot slot, CustomerNo customer);
    const Request* open_request() const;
    void close(const RequestId& id);
    /// A number for the next vend, which the board will know again until it restarts.
    std::string next_vend();
    /// False where the command did not arrive.
    bool command(const VendTicket& ticket);
    /// What the board says of a vend; nothing where it still runs, was forgotten, or the cable is out.
    std::optional<VendResult> recall(const std::string& vend) const;
    bool runs(const std::string& vend) const;
    void could_not_tell(const RequestId& id) { requests_.at(id).silent = true; }

    const std::map<RequestId, Request>& requests() const { return requests_; }

private:
    enum class End : std::uint8_t { dropped, jammed };
    struct Vend {
        std::optional<End> end{};
        bool mute = false;  ///< happened, and the board will not say so
    };

    void move(const VendTicket& ticket);
    void end(const VendTicket& ticket, End end);
    void withdraw(Request& request);
    void withdraw_open();
    void lose_link();
    void restart();
    void open_door();
    void set_fault(const std::string& code, bool stands);
    void tell(const RequestId& id, std::string_view what);

    Outside& outside_;
    BoardSettings settings_;
    Watch on_command_;
    Ears ears_;
    MachineStatus status_;
    bool linked_ = true;
    std::map<RequestId, Request> requests_;
    RequestId open_;
    std::map<std::string, Vend> vends_;  // by the ticket's state
    std::uint64_t opened_ = 0;
    std::uint64_t prepared_ = 0;
    std::string life_ = "life-1";  // from one restart of the board to the next; begins each vend's number
    std::uint64_t lives_ = 1;
};

}  // namespace qrvend::simulation
