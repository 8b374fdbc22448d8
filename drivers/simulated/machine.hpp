#pragma once
// A vending machine in memory, for demos, tests and engineers without hardware. It has the hands that a test needs
// (press, take back, jam, break down), and, like the board of a real one, a memory of its own: a record file that
// outlives the daemon, so that after a crash outcome_of() and a judge can tell what was commanded and what dropped.

#include <deque>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "controller/kiosk/wait.hpp"
#include "controller/ports/clock.hpp"
#include "controller/ports/machine.hpp"

namespace qrvend::simulated {

struct MachineSettings {
    bool own_keypad = false;
    bool wants_begin = false;  ///< before each selection; presses without it do nothing
    bool confirms_product = true;
    std::optional<milliseconds> answer_limit{};
    milliseconds look_time{0};       ///< until prepare() has looked
    milliseconds vend_time{0};       ///< from the command until the product drops
    milliseconds recall_time{0};     ///< from the question until outcome_of() answers
    std::filesystem::path record{};  ///< one line for each start, command and drop; empty: memory only
};

/// What the mechanism does with the next vend commands.
enum class Mood : std::uint8_t {
    works,
    jams,         ///< the motor turns, nothing drops, and the machine says so
    keeps_quiet,  ///< the product drops and no answer comes
    is_gone,      ///< the command does not reach the mechanism
};

/// One line of the record.
struct Deed {
    enum class What : std::uint8_t {
        started,  ///< a driver took the machine over; its numbers of requests and vends begin anew under this one
        commanded,
        dropped,
        jammed,
    };
    What what = What::commanded;
    std::string vend;  ///< the ticket's state, unique for each prepared vend; for `started`: which start it is
    Slot slot;
};

class Machine final : public qrvend::Machine {
public:
    /// Reads an existing record, and lets a motor that ran when the last driver died finish its turn. Throws
    /// std::runtime_error where the record cannot be read or written.
    Machine(Clock& clock, MachineSettings settings);

    MachineTraits traits() const override;
    MachineStatus status() const override { return status_; }
    boost::asio::awaitable<void> status_changed() override;
    void begin() override;
    boost::asio::awaitable<Selection> next_selection() override;
    Result<Selection> select(Slot slot) override;
    boost::asio::awaitable<void> withdrawn(RequestId request) override;
    boost::asio::awaitable<void> decline(RequestId request, DeclineReason reason) override;
    boost::asio::awaitable<Result<VendTicket>> prepare(RequestId request, Slot slot) override;
    boost::asio::awaitable<VendResult> vend(VendTicket ticket) override;
    boost::asio::awaitable<std::optional<VendResult>> outcome_of(VendTicket ticket) override;

    // The customer's and the technician's hands.
    /// On the machine's own keypad; takes back a selection that is not answered yet. `price`: the machine names it.
    void press(Slot slot, std::optional<Money> price = {});
    void take_back();  ///< the coin-return lever: the open request is withdrawn
    void set_mood(Mood mood) { mood_ = mood; }
    void raise(MachineFault fault);
    void clear(const std::string& code);
    void set_sold_out(std::vector<Slot> slots);

    /// All that it ever did, from its record where it has one.
    std::vector<Deed> deeds() const;

    /// The record of a machine that may run no more, for a judge. Throws std::runtime_error on a line it cannot
    /// read.
    static std::vector<Deed> read_record(const std::filesystem::path& record);

private:
    Selection open_request(Slot slot);
    void end_request();
    void write_down(const Deed& deed);
    void finish_last_vend();
    bool did(Deed::What what, const std::string& vend) const;
    void change_status();

    Clock& clock_;
    MachineSettings settings_;
    Mood mood_ = Mood::works;
    MachineStatus status_;
    Bell status_bell_;
    Bell selection_bell_;
    Bell request_bell_;
    std::deque<Selection> pressed_;
    RequestId open_;     ///< the request that waits for an answer; empty where none does
    std::string start_;  ///< which start of a driver this is, by the record
    std::uint64_t requests_ = 0;
    std::uint64_t prepared_ = 0;
    std::vector<Deed> deeds_;  ///< of a machine without a record
};

}  // namespace qrvend::simulated
