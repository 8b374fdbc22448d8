#pragma once
// A Qibixx MDB-USB adapter that stands between a simulated vending machine and whoever writes lines to it: the bus
// with a reader on one side, ASCII on the other. Text lines in, text lines out, time as a parameter. Sources: the
// vendor's MDB-USB documentation and programs that use the adapter; where they disagree it is a quirk here.
//
//     > V                                  < v,4.0.2.0,...
//     > C,0                                < c,0            parameters are taken only while the reader is off
//     > C,SETCONF,mdb-always-idle=1        < c,SET,OK       and are gone with the power
//     > C,1                                < c,STATUS,INACTIVE  < c,1
//                                          < c,STATUS,DISABLED  < c,STATUS,ENABLED  < c,STATUS,VEND,1.50,5
//     > C,VEND,1.50                        < r,ACK  < c,VEND,SUCCESS  < c,STATUS,IDLE  < c,STATUS,ENABLED

#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "drivers/mdb/peripheral.hpp"
#include "drivers/mdb/vmc/bus.hpp"

namespace qrvend::mdb::vmc {

struct AdapterQuirks {
    DenyForm deny_form = DenyForm::vend_minus_one;  ///< the one it understands
    std::string address_key = "mdb-addr";           ///< or "mdb-address"
    bool quotes_errors = false;                     ///< c,ERR,"VEND 3" for c,ERR,VEND 3
};

class FakeQibixx {
public:
    /// The machine must outlive the adapter.
    explicit FakeQibixx(Vmc& vmc, AdapterQuirks quirks = {});
    FakeQibixx(const FakeQibixx&) = delete;
    FakeQibixx& operator=(const FakeQibixx&) = delete;

    /// One line from the computer, without its end.
    void receive(std::string_view line, MonotonicTime now);

    /// The next line for the computer, without its end.
    std::optional<std::string> next_line();

    MonotonicTime next_deadline() const { return bus_.next_deadline(); }
    /// Does all that is due on the bus until `now`.
    void pass_time(MonotonicTime now);

    /// Unplugged and plugged in again: the reader is off, all parameters and unread lines are gone.
    void power_cycle();

    /// For faults between machine and adapter.
    Bus& bus() { return bus_; }

private:
    void take_cashless(std::string_view command);
    void switch_on();
    void switch_off();
    void set_parameter(std::string_view assignment);
    bool assign(std::string_view name, std::string_view value);
    void vend(std::string_view figures);
    void stop();
    void start();

    void after(const Exchange& exchange);
    void tell_events();
    void tell(const Event& event);
    void tell_bus_state(const Exchange& exchange);
    void say(std::string line) { lines_.push_back(std::move(line)); }
    void say_error(std::string_view what);
    void say_status(const std::string& status);

    ReaderSettings power_on_settings() const;

    Vmc& vmc_;
    AdapterQuirks quirks_;
    ReaderSettings settings_;
    std::unique_ptr<Peripheral> reader_;  // while it is on
    Bus bus_;
    std::string status_;
    bool ready_ = false;         // the machine has enabled the reader
    bool request_open_ = false;  // the machine waits for an answer
    bool session_ = false;       // begun by C,START
    std::deque<std::string> lines_;
};

}  // namespace qrvend::mdb::vmc
