#pragma once
// The machine port over a cashless reader: the vending machine chooses, names the price, vends after our approval
// and says how it went. Source: NAMA MDB/ICP 4.2, section 7.
//
//  - The machine always has its answer before its own limit (READER CONFIG), whatever the payment system does: what
//    was not decided by then is denied, and the request is over.
//  - An approval that never reached the bus is a vend that was not sent. One on the bus without ACK, or followed by
//    a lost link, is unknown. One acknowledged and then a RESET counts as vended, as the standard says.
//  - After a restart of ours, VEND SUCCESS or FAILURE within the non-response time is the outcome of a vend that
//    was open; then, and in every other case at once, the machine is told JUST RESET.
//  - Price 0 is not sold: the machine has no price for that item, or gives it away without us. Item FFFF names
//    nothing: it is sold only where the item table says which slot it stands for.
//  - A machine without Always Idle takes selections only within a session, which a touch on our screen begins. One
//  in
//    which nothing is chosen is closed after a while: many machines take no cash while one is open.

#include <boost/asio/awaitable.hpp>
#include <deque>
#include <memory>
#include <optional>
#include <string>

#include "controller/kiosk/wait.hpp"
#include "controller/ports/clock.hpp"
#include "controller/ports/log.hpp"
#include "controller/ports/machine.hpp"
#include "drivers/mdb/alarm.hpp"
#include "drivers/mdb/link.hpp"
#include "drivers/mdb/reader.hpp"
#include "drivers/mdb/settings.hpp"

namespace qrvend::mdb {

class Machine final : public qrvend::Machine, private Link::User {
public:
    /// Begins to use the link. `clock` and `log` must outlive the machine.
    Machine(Settings settings, std::unique_ptr<Link> link, Clock& clock, Log& log);

    MachineTraits traits() const override;
    MachineStatus status() const override;
    boost::asio::awaitable<void> status_changed() override;
    void begin() override;
    boost::asio::awaitable<Selection> next_selection() override;
    Result<Selection> select(Slot slot) override;
    boost::asio::awaitable<void> withdrawn(RequestId request) override;
    boost::asio::awaitable<void> decline(RequestId request, DeclineReason reason) override;
    boost::asio::awaitable<Result<VendTicket>> prepare(RequestId request, Slot slot) override;
    boost::asio::awaitable<VendResult> vend(VendTicket ticket) override;
    boost::asio::awaitable<std::optional<VendResult>> outcome_of(VendTicket ticket) override;

private:
    /// The one request that waits for an answer.
    struct Open {
        RequestId id;
        Money price;
        std::shared_ptr<Bell> over;  ///< rings when it waits no more
    };
    /// What the reader has said about the one vend that is waited for.
    struct Vend {
        bool taken = false;  ///< the machine has acknowledged the approval
        std::optional<VendResult> end{};
    };

    void reader_spoke() override;
    void link_opened() override;
    void link_closed(MachineFault why) override;

    void on(const event::VendRequested& requested);
    void on(const event::Withdrawn& withdrawn);
    void on(const event::ApprovalTaken& taken);
    void on(const event::ApprovalDropped& dropped);
    void on(const event::ApprovalInDoubt& doubt);
    void on(const event::Vended& vended);
    void on(const event::VendFailed& failed);
    void on(const event::CashSale& sale);
    void on(const event::Readiness& readiness);
    void on(const event::Session& session);
    void on(const event::Oddity& oddity);

    void deny();
    void answer_in_time();
    void watch_session();
    void close_request();
    void end_vend(VendResult end);
    void begin_fresh();
    bool is_open(const RequestId& request) const { return open_ && open_->id == request; }
    std::optional<Slot> slot_of(std::uint16_t item) const;
    boost::asio::awaitable<void> wait_for_word(MonotonicTime until);
    boost::asio::awaitable<void> wait_for_end(milliseconds patience);

    Settings settings_;
    Clock& clock_;
    Log& log_;
    Bell selection_bell_;
    Bell vend_bell_;
    Bell status_bell_;
    Alarm limit_;    ///< of the open request
    Alarm session_;  ///< set while a session is open in which nothing is chosen
    std::deque<Selection> selections_;
    std::optional<Open> open_;
    std::optional<Vend> vend_;
    std::optional<MachineFault> link_fault_{};
    std::optional<MachineFault> reader_fault_{};
    bool session_open_ = false;
    bool wanted_begin_ = false;  ///< status() when it was last told
    bool listening_ = true;      ///< for the outcome of a vend of an earlier run
    bool asking_ = false;        ///< somebody waits for that outcome
    std::string start_;          ///< begins the names of this run's requests
    std::uint64_t requests_ = 0;
    std::unique_ptr<Link> link_;  ///< the first to go: it calls the rest
    Reader& reader_;
};

}  // namespace qrvend::mdb
