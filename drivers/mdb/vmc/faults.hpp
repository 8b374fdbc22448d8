#pragma once
// What may go wrong in one exchange between a vending machine and its reader. Nothing goes wrong by itself: before
// each exchange somebody outside is asked, so that a simulation decides by its seed and a test by counting.

#include <cstdint>
#include <functional>

#include "drivers/mdb/wire.hpp"

namespace qrvend::mdb::vmc {

enum class Fault : std::uint8_t {
    none,
    // on the wire
    command_lost,
    command_damaged,
    answer_lost,  ///< or too late: the machine has turned away after 5 ms
    answer_damaged,
    reply_lost,  ///< the machine's ACK, NAK or RET
    reply_damaged,
    // whims of the machine
    nak,        ///< instead of the ACK of a good answer
    ret,        ///< likewise
    reset,      ///< RESET instead of what is due, and everything forgotten
    bus_reset,  ///< the line held low
    // its mains
    power_cut,         ///< before the exchange
    power_cut_within,  ///< the command went out, nobody hears the answer
};

/// What happens to the bytes of a damaged frame. One bit or one byte: what the checksum surely finds.
struct Damage {
    enum class Way : std::uint8_t { flip, drop, twice };
    Way way = Way::flip;
    std::uint8_t place = 0;  ///< which byte, modulo the length
    std::uint8_t bit = 0;    ///< which bit is flipped, modulo 9; 8 is the mode bit
};

struct Trouble {
    Fault fault = Fault::none;
    Damage damage{};          ///< where the fault is one of the damaged
    milliseconds dark{2000};  ///< how long a power cut lasts
};

/// Asked before each exchange, with its number from 1.
using Fate = std::function<Trouble(std::uint64_t exchange)>;

Frame damaged(Frame frame, Damage damage);

}  // namespace qrvend::mdb::vmc
