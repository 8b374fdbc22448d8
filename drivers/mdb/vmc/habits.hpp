#pragma once
// The characters of real vending machines, as far as a cashless reader meets them. Three are ready:
//
//  - fussy()   level 3, Always Idle, 32-bit money, the whole power-up order, other devices on its bus; compares the
//              approved amount, asks again for a garbled answer (RET), gives little time, and resets the reader for
//              whatever it did not expect
//  - sloppy()  level 2, half of the setup, the reader enabled before it was asked what it is; every command twice,
//              slow polls, VEND SUCCESS without the item, SESSION COMPLETE late and once more, mistakes overlooked
//  - old()     level 1: only what a session begun by the reader pays for; refuses where the funds say less than the
//              price, takes no coins meanwhile, numbers no items (FFFF), has no drop sensor
//
// Source: NAMA MDB/ICP 4.2, sections 2 and 7, and what is told of machines in the field.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "controller/base/time.hpp"

namespace qrvend::mdb::vmc {

/// One step of making a reader ready (MDB/ICP 4.2, 7.5, "initializing sequence").
enum class SetupStep : std::uint8_t {
    reset,
    just_reset,   ///< polls until the reader says JUST RESET
    config,       ///< SETUP, what the machine is; waits for READER CONFIG
    prices,       ///< SETUP, highest and lowest price, 16 bits
    identity,     ///< EXPANSION REQUEST ID; waits for PERIPHERAL ID
    options,      ///< EXPANSION ENABLE OPTIONS
    wide_prices,  ///< SETUP, highest and lowest price again, where 32-bit money was agreed on
    enable,
};

/// What the machine does when the reader lets the customer wait too long.
enum class Impatience : std::uint8_t { resets_the_reader, cancels_the_request };

struct Habits {
    std::string name;
    std::uint8_t level = 3;
    bool always_idle = true;    ///< enables it where the reader offers it
    bool wide_money = true;     ///< 32-bit amounts, likewise
    std::uint8_t columns = 16;  ///< of the display the reader may write on; 0: none
    std::uint8_t rows = 2;
    std::vector<SetupStep> power_up;
    bool breaks_first = false;   ///< a bus reset at power-up
    bool knows_prices = true;    ///< else FFFF and 0000
    bool other_devices = false;  ///< polls and acknowledges a changer between two exchanges
    milliseconds poll_interval{100};

    /// From VEND REQUEST to its answer; the reader's own limit (READER CONFIG Z7) where it is shorter or this
    /// empty.
    std::optional<seconds> answer_patience{};
    Impatience impatience = Impatience::cancels_the_request;
    /// How long the reader may be silent; else five seconds or Z7, whichever is longer.
    std::optional<seconds> silence_patience{};

    bool resets_on_surprise = false;
    bool resets_on_out_of_sequence = true;
    bool asks_again = false;         ///< RET for a garbled answer, else NAK
    bool checks_amount = false;      ///< an approval of another amount is a VEND FAILURE
    bool repeats_commands = false;   ///< each command that was acknowledged, once more
    bool success_names_item = true;  ///< else VEND SUCCESS comes without its two bytes
    milliseconds complete_after{0};  ///< from the end of a vend to SESSION COMPLETE
    bool completes_twice = false;

    bool numbers_items = true;    ///< else FFFF
    bool believes_funds = false;  ///< does not ask for what costs more than BEGIN SESSION said, unless FFFF
    bool session_stops_coins = false;
    bool has_drop_sensor = true;
};

Habits fussy();
Habits sloppy();
Habits old();

}  // namespace qrvend::mdb::vmc
