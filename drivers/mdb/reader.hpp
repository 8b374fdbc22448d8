#pragma once
// A cashless reader on the bus, whoever keeps the bus's timing: our own peripheral (peripheral.hpp) over a raw
// line, or an adapter that runs the protocol by itself (qibixx.hpp). What the vending machine says comes out as
// events, what it is to be told goes in as calls. No I/O, no clock.
//
// An approval is money: its way is told step by step, because a vend must be neither forgotten nor commanded twice.

#include <cstdint>
#include <optional>
#include <string>
#include <variant>

#include "controller/base/money.hpp"

namespace qrvend::mdb {

/// What the vending machine's item number is where it names none (MDB/ICP 4.2, 7.4.9).
inline constexpr std::uint16_t no_item = 0xFFFF;

namespace event {

/// The customer has chosen; the machine waits for approve() or deny(). Also after begin_session().
struct VendRequested {
    Money price;
    std::uint16_t item = no_item;
    bool operator==(const VendRequested&) const = default;
};
/// The machine no longer waits: cancelled, session over, reset, or it went on without our answer. Comes once for a
/// request that was neither denied nor approved.
struct Withdrawn {
    std::string why;
    bool operator==(const Withdrawn&) const = default;
};
/// The approval was on the bus, and the machine acknowledged it: the vend has begun.
struct ApprovalTaken {
    bool operator==(const ApprovalTaken&) const = default;
};
/// The approval never was on the bus and will not be: nothing can have been vended.
struct ApprovalDropped {
    std::string why;
    bool operator==(const ApprovalDropped&) const = default;
};
/// The approval was on the bus, nobody knows whether the machine heard it, and it will not be repeated.
struct ApprovalInDoubt {
    std::string why;
    bool operator==(const ApprovalInDoubt&) const = default;
};
/// After ApprovalTaken: VEND SUCCESS, or a RESET in its place, which the standard counts as one. Late, after
/// ApprovalInDoubt, where the machine tells after all before anything else is asked for; VendFailed likewise.
struct Vended {
    std::string proof;
    std::optional<std::uint16_t> item{};
    bool operator==(const Vended&) const = default;
};
/// After ApprovalTaken: VEND FAILURE.
struct VendFailed {
    std::string reason;
    bool operator==(const VendFailed&) const = default;
};
/// Somebody paid cash: it belongs in the operator's books too. In the item number the standard marks what is not
/// plain cash (bit 15 free, 14 a test, 13 goods taken back, 12 a token); machines that number their items beyond
/// 4095 do not know that, so it is passed on as it is.
struct CashSale {
    Money price;
    std::uint16_t item = no_item;
    bool operator==(const CashSale&) const = default;
};
/// Whether the machine wants our reader just now (READER ENABLE, DISABLE, reset). Not ready: `why` for the
/// technician.
struct Readiness {
    bool ready = false;
    std::string why;
    bool operator==(const Readiness&) const = default;
};
/// A session without a vend is open, or over (machines without Always Idle).
struct Session {
    bool open = false;
    bool operator==(const Session&) const = default;
};
/// Something unusual that was dealt with, for the log.
struct Oddity {
    std::string what;
    bool operator==(const Oddity&) const = default;
};

}  // namespace event

using Event = std::variant<event::VendRequested, event::Withdrawn, event::ApprovalTaken, event::ApprovalDropped,
                           event::ApprovalInDoubt, event::Vended, event::VendFailed, event::CashSale,
                           event::Readiness, event::Session, event::Oddity>;

/// It begins by listening: what a vend of an earlier run came to (Vended, VendFailed) is told, nothing else is.
class Reader {
public:
    virtual ~Reader() = default;

    /// Ends the listening: the machine is told JUST RESET, and from then on everything is told.
    virtual void begin_fresh() = 0;

    /// Approves the open request for exactly this amount, which must fit the machine's units. Without an open
    /// request it does nothing but say ApprovalDropped. A request is open for the driver once next_event() has
    /// given it: an answer that was on its way to the one before never meets it.
    virtual void approve(Money amount) = 0;

    /// Denies the open request. After approve() it takes an approval back that the machine has not acknowledged:
    /// ApprovalDropped, or ApprovalInDoubt if it had been on the bus. Without an open request it does nothing.
    virtual void deny() = 0;

    /// Opens a session where the machine does not take requests without one, so that the customer can choose. Where
    /// none can be opened now, it says that none is open.
    virtual void begin_session() = 0;

    /// Ends a session in which nothing was chosen.
    virtual void end_session() = 0;

    /// A machine that takes requests at any time (Always Idle was agreed on).
    virtual bool always_idle() const = 0;

    /// The next thing that the machine has said.
    virtual std::optional<Event> next_event() = 0;
};

}  // namespace qrvend::mdb
