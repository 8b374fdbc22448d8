#pragma once
// A cashless reader behind a Qibixx MDB-USB or Pi HAT: the adapter runs the bus and keeps its timing, we exchange
// lines of ASCII with it. Text lines in, text lines out; no I/O, time as a parameter. Sources: the vendor's MDB-USB
// documentation and the programs that use it (they disagree in places: deny_form, address_key).
//
//     > C,0                       < c,0              parameters can be set only while the reader is off,
//     > C,SETCONF,mdb-...=...     < c,SET,OK         and are gone when the adapter has lost its power
//     > C,1                       < c,1
//                                 < c,STATUS,ENABLED
//                                 < c,STATUS,VEND,1.00,5
//     > C,VEND,1.00               < r,ACK  < c,VEND,SUCCESS  < c,STATUS,ENABLED
//
// Lines come unasked between a command and its reply: replies are known by their beginning.

#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "drivers/mdb/reader.hpp"
#include "drivers/mdb/settings.hpp"

namespace qrvend::mdb {

class Qibixx final : public Reader {
public:
    explicit Qibixx(Settings settings);

    /// The adapter's device was opened: it may have lost its parameters.
    void opened(MonotonicTime now);

    /// The adapter's device is gone, and with it whatever was under way.
    void closed();

    /// One line from the adapter, without its end.
    void receive(std::string_view line, MonotonicTime now);

    /// The next line for the adapter, without its end.
    std::optional<std::string> next_line();

    /// A command that was not answered is repeated; call it at next_deadline().
    void pass_time(MonotonicTime now);
    std::optional<MonotonicTime> next_deadline() const { return deadline_; }

    void begin_fresh() override;
    void approve(Money amount) override;
    void deny() override;
    void begin_session() override;
    void end_session() override;
    bool always_idle() const override { return settings_.reader.always_idle; }
    std::optional<Event> next_event() override;

private:
    enum class Request : std::uint8_t {
        none,
        open,
        approved,  ///< our yes waits in to_send_
        sent,      ///< our yes is on its way: the adapter repeats it on the bus until the machine has heard it
    };

    void ask_next(MonotonicTime now);
    void send_again();
    void take_status(std::string_view status);
    void take_vend(std::string_view figures);
    void take_success();
    void take_error(std::string_view error);
    bool take_reply(std::string_view line);
    void leave_vend(const std::string& why);
    void send_denial();
    bool request_is_open() const;
    void tell(Event event);
    void tell_readiness(const event::Readiness& readiness);
    void tell_session(bool open);
    std::vector<std::string> power_up_lines() const;

    Settings settings_;
    std::deque<std::string> to_send_;
    std::deque<std::string> to_ask_;  // of the power-up sequence, answered one by one
    std::optional<MonotonicTime> deadline_;
    unsigned repetitions_ = 0;
    MonotonicTime now_{};
    bool open_ = false;
    bool fresh_ = false;
    Request request_ = Request::none;
    bool in_doubt_ = false;  ///< how the last approval ended may still be told
    bool session_ = false;
    std::deque<Event> events_;
    std::optional<event::Readiness> readiness_{};
};

/// "1.50", as the adapter writes amounts: units of the currency, whatever the bus counts in. Nothing where it is no
/// amount, or has a fraction of a minor unit.
std::optional<Money> parse_amount(std::string_view text, Currency currency);

/// 150 øre: "1.50".
std::string write_amount(Money amount);

}  // namespace qrvend::mdb
