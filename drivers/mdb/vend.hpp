#pragma once
// One vend, from VEND REQUEST to VEND SUCCESS or VEND FAILURE, as the reader sees it (MDB/ICP 4.2, section 7). An
// approval is money, so this is where the races are decided:
//
//  - Cancelled with the approval not yet acknowledged: a denial takes its place. It never was on the bus: nothing
//    can have been vended. It was: the machine tells by what it does next, and in doubt nobody knows.
//  - Acknowledged, or followed by VEND SUCCESS or VEND FAILURE: the machine has taken it.
//  - A RESET after that counts as VEND SUCCESS.
//  - An answer belongs to one request. Whatever else is asked for in its place, it is gone.

#include <deque>
#include <optional>
#include <string>

#include "drivers/mdb/outbox.hpp"
#include "drivers/mdb/reader.hpp"

namespace qrvend::mdb {

/// Whether a command fitted the state; if not, the machine is told CMD OUT OF SEQUENCE.
enum class Sequence : std::uint8_t { kept, broken };

class Vend {
public:
    /// Both must outlive it: what the machine is told, what the driver above is told.
    Vend(Outbox& outbox, std::deque<Event>& events) : outbox_(outbox), events_(events) {}

    /// A vend that must not be interrupted.
    bool under_way() const { return stage_ == Stage::waiting || stage_ == Stage::approving || vending(); }
    /// The machine has taken the approval, and has not said how it ended.
    bool vending() const { return stage_ == Stage::vending; }
    /// The state is Vend: also while a denial has not been acknowledged.
    bool shown() const { return under_way() || outbox_.holds<message::VendDenied>(); }

    // What the machine says.

    /// Without a value: something that cannot be sold.
    Sequence request(const std::optional<event::VendRequested>& wanted);
    Sequence cancel();
    Sequence succeed(const event::Vended& vended);
    Sequence fail(const event::VendFailed& failed);
    /// SESSION COMPLETE. Not while vending().
    Sequence complete();
    void reset(const std::string& why);
    void machine_gone(const std::string& why);
    void approval_heard();
    void denial_heard();

    // What the driver says. An answer to a request that it has not been told of yet was meant for an earlier one.

    /// Nothing: an amount that the bus cannot name.
    void approve(std::optional<std::uint32_t> wire_amount);
    void deny();

    /// VEND DENIED, whether or not something was asked for.
    void refuse();

private:
    enum class Stage : std::uint8_t {
        none,
        waiting,    // for approve() or deny()
        approving,  // the approval waits for a poll, or for its ACK
        vending,
        denying,   // the denial waits for a poll, or for its ACK
        recalled,  // an approval that had been on the bus was replaced by a denial
    };
    enum class End : std::uint8_t { none, vended, failed };

    bool approval_was_sent() const { return outbox_.was_sent<message::VendApproved>(); }
    bool request_was_told() const;
    void drop_approval(const std::string& why);
    void recall_approval();
    void end_doubt(const std::string& why);
    void abandon(const std::string& why);
    Sequence end(End end, Event event);

    Outbox& outbox_;
    std::deque<Event>& events_;
    Stage stage_ = Stage::none;
    std::optional<event::VendRequested> request_;
    bool in_doubt_ = false;  // recalled, and nobody has been told what became of the approval
    End last_end_ = End::none;
};

}  // namespace qrvend::mdb
