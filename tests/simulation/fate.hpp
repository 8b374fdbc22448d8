#pragma once
// What goes wrong, and when: one draw for each opportunity, from the seed, the kind of trouble and the number of
// the opportunity alone. So a run can be had again with some of its troubles left out, and the others stay what
// they were: that is what shrinking needs.
//
// How often each kind strikes is the weather of the run, drawn from the seed over wide ranges; in most runs some
// kinds never do, because troubles hide each other.

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "controller/base/time.hpp"
#include "tests/simulation/dice.hpp"

namespace qrvend::simulation {

enum class Trouble : std::uint8_t {
    // the network, as the machine's requests meet it
    name_not_resolved,
    connection_refused,
    tls_refused,
    unreachable,
    outage,  ///< nothing gets through for up to three days
    request_lost,
    request_late,  ///< by up to three days
    request_doubled,
    gateway_answers,  ///< 409, 423, 429, 5xx or a web page in the provider's place
    answer_lost,
    answer_cut,
    answer_late,
    answer_spoilt,  ///< half of it, none of it, a web page, or 5xx after the work was done
    // the provider's calls to the machine
    callback_lost,
    callback_late,
    callback_doubled,
    callback_forged,  ///< preceded by one that is wrongly signed, or rightly signed about something else
    // the provider
    token_revoked,
    // customers
    customer_comes,  ///< no trouble, but may be left out as one
    walks_away,
    photographs_code,  ///< and pays when the code has left the screen
    rejects,
    keeps_app_open,
    touches_cancel,
    pulls_lever,
    chooses_again,
    dismisses,
    // the vending machine
    motor_jams,
    drops_late,
    goes_mute,  ///< the product drops and nobody is told
    command_lost,
    link_lost,
    board_restarts,
    door_opens,
    // the disk
    write_fails,       ///< and is not found afterwards
    write_fails_kept,  ///< and is found afterwards all the same
    disk_full,
    tail_lost,  ///< of what was written and not yet durable at a crash
    // the process and its computer
    dies_before_durable,
    dies_after_durable,
    dies_at_send,
    dies_at_answer,
    dies_at_command,
    dies_at_any_time,
    computer_restarts,
    asked_to_stop,
    started_twice,
    clock_steps,  ///< by up to ten years either way
    // customers again
    card_refused,           ///< by the bank, and the customer tries once more
    approves_other_amount,  ///< than ordered
    count_,
};

inline constexpr auto trouble_kinds = static_cast<std::size_t>(Trouble::count_);

/// "request_lost"
std::string_view to_string(Trouble trouble);

/// How often each kind strikes, in thousandths of its opportunities.
using Weather = std::array<std::uint32_t, trouble_kinds>;

/// The weather of a seed.
Weather draw_weather(std::uint64_t seed);

/// One trouble of a run: the `nth` opportunity of its kind in a customer's turn (turn 0: before the first came).
struct Strike {
    std::size_t turn = 0;
    Trouble trouble = Trouble::request_lost;
    std::uint64_t nth = 0;
    auto operator<=>(const Strike&) const = default;
};

class Fate {
public:
    /// With `only`, nothing strikes but what is in it.
    Fate(std::uint64_t seed, Weather weather, std::optional<std::set<Strike>> only = std::nullopt);

    /// Whether it strikes at this opportunity; then with dice for what it is like.
    std::optional<Dice> strikes(Trouble trouble);

    /// Another customer's turn begins.
    void next_turn();

    /// From now on nothing goes wrong, and customers come.
    void calm_down() { calm_ = true; }
    bool calm() const { return calm_; }

    /// What has struck, in order.
    const std::vector<Strike>& struck() const { return struck_; }
    bool has_struck(Trouble trouble) const;

private:
    std::uint64_t seed_;
    Weather weather_;
    std::optional<std::set<Strike>> only_;
    std::size_t turn_ = 0;
    std::array<std::uint64_t, trouble_kinds> opportunities_{};  // of this turn
    std::array<bool, trouble_kinds> has_struck_{};
    std::vector<Strike> struck_;
    bool calm_ = false;
};

}  // namespace qrvend::simulation
