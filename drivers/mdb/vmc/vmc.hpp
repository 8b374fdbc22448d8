#pragma once
// A vending machine as its cashless reader meets it: the master of the Multi-Drop Bus, with a customer's hands, a
// mechanism and books of what really happened. A pure state machine: it has no clock and no line. Whoever joins it
// to a reader (bus.hpp) asks what it sends and when, and hands it the answers. Source: NAMA MDB/ICP 4.2, sections 2
// and 7; what real machines make of that is in habits.hpp.
//
//  - One exchange each poll interval: a command, or a POLL. A command is repeated until its answer has come.
//  - A motor turns only after VEND APPROVED, once for each; the reader is told how that ended.
//  - A block repeated because our ACK was lost is acknowledged and not obeyed twice.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "drivers/mdb/amounts.hpp"
#include "drivers/mdb/vmc/answers.hpp"
#include "drivers/mdb/vmc/books.hpp"
#include "drivers/mdb/vmc/commands.hpp"
#include "drivers/mdb/vmc/errands.hpp"
#include "drivers/mdb/vmc/habits.hpp"
#include "drivers/mdb/vmc/mechanism.hpp"

namespace qrvend::mdb::vmc {

struct Column {
    Slot slot;
    Money price;
};

struct VmcSettings {
    std::uint8_t address = 0x10;
    Currency currency;
    std::vector<Column> columns;
    milliseconds motor_time{3000};
};

/// What the machine puts on the bus: a frame, or a break (bus reset) where `frame` is empty.
struct Transmission {
    Frame frame;
    bool operator==(const Transmission&) const = default;
};

/// How a good answer is replied to: by an ACK, or by a whim.
enum class Reply : std::uint8_t { ack, nak, ret };

/// Where its dealings with the reader stand.
enum class Stage : std::uint8_t {
    dark,        ///< without power
    setting_up,  ///< the reader is not ready yet
    idle,        ///< also within a session in which nothing was chosen
    asking,      ///< VEND REQUEST waits for its answer
    cancelling,  ///< VEND CANCEL waits for its answer
    vending,     ///< approved, the motor turns
    closing,     ///< SESSION COMPLETE waits for its answer
};

class Vmc {
public:
    Vmc(Habits habits, VmcSettings settings, MonotonicTime power_on);

    // ---- the bus
    MonotonicTime next_deadline() const { return slot_; }

    /// Nothing before next_deadline(). What is returned wants an answer(), except a break.
    std::optional<Transmission> next(MonotonicTime now);

    /// What came back; empty: silence for longest_response. Returns the ACK, NAK or RET to send, if any; after RET
    /// the next answer belongs to the same exchange.
    std::optional<std::uint8_t> answer(const Frame& frame, MonotonicTime now, Reply reply = Reply::ack);

    // ---- the customer
    /// A selection. One that the reader is already being asked about is cancelled for the new one.
    void press(Slot slot);
    /// Coins for a selection.
    void pay_cash(Slot slot);
    /// The coin-return lever.
    void pull_lever();

    // ---- misfortune
    void reset_reader(MonotonicTime now, const std::string& why);
    void reset_bus(MonotonicTime now);
    void cut_power(MonotonicTime now, milliseconds dark);
    Mechanism& mechanism() { return mechanism_; }

    // ---- what can be seen
    Stage stage() const { return stage_; }
    bool session_open() const { return session_open_; }
    bool always_idle() const { return always_idle_; }
    bool takes_coins() const { return stage_ != Stage::dark && !(session_open_ && habits_.session_stops_coins); }
    const std::string& display() const { return display_; }
    const Books& books() const { return books_; }
    const Habits& habits() const { return habits_; }
    const VmcSettings& settings() const { return settings_; }

private:
    enum class Forgotten : std::uint8_t { we_reset, it_restarted, power_cut };
    struct Wish {
        Slot slot;
        bool cash = false;
    };
    /// What the motor turns for.
    struct Turning {
        bool cash = false;
        std::size_t entry = 0;  // in the books
    };

    // vmc.cpp: exchanges, setting up, resets
    void power_up(MonotonicTime now);
    void begin_setup(MonotonicTime now, std::size_t step);
    void continue_setup();
    std::optional<Errand> setup_errand(SetupStep step) const;
    Block prices(Width width) const;
    void tend(MonotonicTime now);
    void check_patience(MonotonicTime now);
    bool out_of_patience(Task task, milliseconds waited) const;
    void done(Task task);
    void take(const std::vector<Message>& messages, MonotonicTime now);
    Layout layout() const;
    Width width() const { return wide_money_ ? Width::wide : Width::narrow; }
    std::optional<command::Amount> on_wire(Money money) const;
    Errand order(Task task, Block block) const;
    void add_waiting(Task task, Block block);

    // messages.cpp: what the reader says. False: the machine has begun anew, the rest of the block is void.
    bool hear(const Message& message, MonotonicTime now);
    bool hear_just_reset(MonotonicTime now);
    bool hear_config(const Message& message, MonotonicTime now);
    bool hear_identity(const Message& message, MonotonicTime now);
    bool hear_begin_session(const Message& message, MonotonicTime now);
    bool hear_session_cancel(MonotonicTime now);
    bool hear_approved(const Message& message, MonotonicTime now);
    bool hear_denied(MonotonicTime now);
    bool hear_end_session(MonotonicTime now);
    bool hear_out_of_sequence(MonotonicTime now);
    bool surprise(const std::string& what, MonotonicTime now);

    // sale.cpp: customers and motors
    void wish(Slot slot, bool cash);
    const Column* column(Slot slot) const;
    void grant_wish(MonotonicTime now);
    void sell_for_cash(const Column& column, MonotonicTime now);
    void ask(const Column& column, MonotonicTime now);
    bool may_ask(const Column& column);
    void cancel();
    void start_motor(Turning turning, MonotonicTime now);
    void settle_motor(Mechanism::End end, MonotonicTime now);
    void settle_cash_motor(CashSale& sale, std::size_t entry, bool success);
    void report(Vend::End end, MonotonicTime now);
    void complete_session(MonotonicTime now);
    void forget_sale(Forgotten why);
    Vend& vend() { return books_.vends.back(); }

    Habits habits_;
    VmcSettings settings_;
    Mechanism mechanism_;
    Books books_;
    Errands errands_;

    Stage stage_ = Stage::dark;
    MonotonicTime slot_;        // of the next exchange
    MonotonicTime last_heard_;  // from the reader
    bool break_due_ = false;
    bool polled_ = false;                // the exchange that runs is a POLL
    bool asked_again_ = false;           // in this exchange
    std::vector<Message> last_block_{};  // which the reader repeats where our ACK was lost
    std::size_t setup_step_ = 0;

    Units units_;              // of the wire, as READER CONFIG said
    std::uint8_t level_;       // what both can
    seconds reader_limit_{5};  // Z7
    bool reader_wants_cash_sales_ = false;
    std::uint16_t country_code_ = 0xFFFF;
    std::uint32_t offered_ = 0;  // option bits of its PERIPHERAL ID
    bool always_idle_ = false;
    bool wide_money_ = false;

    bool session_open_ = false;
    std::optional<Money> funds_{};  // of the session; nothing: unknown
    std::optional<Wish> wish_{};
    std::optional<Turning> turning_{};
    std::size_t cash_told_ = 0;  // the entry that CASH SALE tells
    std::string display_;
};

}  // namespace qrvend::mdb::vmc
