#pragma once
// The cashless device behind the bus: what each command does in each state, and what is answered (MDB/ICP 4.2,
// section 7). States: Inactive, Disabled, Enabled, Session Idle, Vend.
//
// Every command that is understood is acknowledged at once. What there is to say waits for a poll, except READER
// CONFIG and PERIPHERAL ID, which old machines expect as the answer itself.

#include <deque>
#include <optional>
#include <span>

#include "drivers/mdb/commands.hpp"
#include "drivers/mdb/messages.hpp"
#include "drivers/mdb/outbox.hpp"
#include "drivers/mdb/reader.hpp"
#include "drivers/mdb/session.hpp"
#include "drivers/mdb/settings.hpp"
#include "drivers/mdb/vend.hpp"

namespace qrvend::mdb {

class Cashless {
public:
    explicit Cashless(ReaderSettings settings);
    Cashless(const Cashless&) = delete;
    Cashless& operator=(const Cashless&) = delete;

    /// A block of the master, checksum seen and removed. Empty: a lone ACK. Nothing: silence.
    std::optional<Block> answer_to(std::span<const std::uint8_t> block, MonotonicTime now);

    /// Whether the last answer may be said again: not once a part of it was taken back.
    bool answer_stands() const { return outbox_.answer_stands(); }

    /// The machine has the last answer that held data.
    void acknowledged(MonotonicTime now);

    void bus_reset();
    void pass_time(MonotonicTime now);
    std::optional<MonotonicTime> next_deadline() const;
    Layout layout() const;

    // As in Reader.
    void begin_fresh();
    void approve(Money amount);
    void deny();
    void begin_session();
    void end_session();
    bool always_idle() const;
    std::optional<Event> next_event();

private:
    // Where JUST RESET comes from: the machine need not be told of what it did itself.
    enum class ResetBy : std::uint8_t { us, machine };

    void on(const command::Reset& reset);
    void on(const command::Poll& poll);
    void on(const command::SetupConfig& config);
    void on(const command::SetupPrices& prices);
    void on(const command::VendRequest& request);
    void on(const command::VendCancel& cancel);
    void on(const command::VendSuccess& success);
    void on(const command::VendFailure& failure);
    void on(const command::SessionComplete& complete);
    void on(const command::CashSale& sale);
    void on(const command::NegativeVend& vend);
    void on(const command::ReaderDisable& disable);
    void on(const command::ReaderEnable& enable);
    void on(const command::ReaderCancel& cancel);
    void on(const command::Revalue& revalue);
    void on(const command::RequestId& request);
    void on(const command::EnableOptions& enable);
    void on(const command::Unused& unused);
    void on(const command::Unknown& unknown);

    void listen(const Command& command);
    Block say(const Command& command);
    void start_again(ResetBy by, const std::string& why);
    void settle(Sequence sequence, StateNumber state, const char* what);
    bool refused_by_state(const char* what);
    void check_session(const char* what);
    std::optional<event::VendRequested> readable(const command::VendRequest& request);
    void tell_readiness();
    void odd(std::string what);

    bool may_vend() const;
    StateNumber state_number() const;
    std::uint32_t offered_options() const;
    Units units() const;

    ReaderSettings settings_;
    std::deque<Event> events_;
    Outbox outbox_;
    Vend vend_;
    Session session_;
    bool listening_ = true;     // for what became of a vend of an earlier run
    bool earlier_end_ = false;  // it has been told
    ResetBy reset_by_ = ResetBy::us;
    bool set_up_ = false;
    bool enabled_ = false;
    std::uint8_t level_ = 1;  // the lower of both sides'
    std::uint32_t options_ = 0;
    std::optional<MonotonicTime> last_heard_;  // nothing: never, or told as gone
    bool ever_heard_ = false;
    std::optional<event::Readiness> told_readiness_;
};

}  // namespace qrvend::mdb
