#pragma once
// What the looks at a board prove about one vend: pure decisions, no I/O. The rule behind all of them: the board's
// own report, or a drop sensor known to work, is proof; an answer that did not come is none.

#include <cstdint>
#include <optional>
#include <string>

#include "controller/base/vending.hpp"
#include "drivers/modbus/settings.hpp"

namespace qrvend::modbus {

// ---- a relay board with a drop sensor

/// The sensor, read once.
struct SensorLook {
    std::uint16_t value = 0;          ///< of the counter, or 0 and 1 of the latch
    std::optional<bool> beam_free{};  ///< nothing where the live state is not wired
    bool operator==(const SensorLook&) const = default;
};

/// What a relay vend leaves in its ticket: the sensor's value from before, or that there is none.
struct RelayTicket {
    std::optional<std::uint16_t> before{};
    bool operator==(const RelayTicket&) const = default;
};

std::string to_text(const RelayTicket& ticket);
std::optional<RelayTicket> read_relay_ticket(const std::string& text);

/// A product that bounces is counted more than once; a counter that moved by more, or backwards, began anew.
inline constexpr std::uint16_t most_counts = 3;

/// Why no vend can begin on what the sensor shows; empty where one can.
std::string sensor_fault(const DropSensor& sensor, const SensorLook& look);

/// Whether something fell since the ticket: nothing where the sensor cannot tell (it began anew).
std::optional<bool> fell(const DropSensor& sensor, RelayTicket ticket, const SensorLook& look);

/// Whether a sensor that stayed silent for long enough proves that nothing fell. `watched`: no answer was lost
/// since the ticket, so that the board cannot have restarted unseen, and forgotten a drop. A counter that still
/// stands high proves that by itself.
bool silence_is_proof(RelayTicket ticket, const SensorLook& look, const DropSensor& sensor, bool watched);

// ---- a controller with a sequence register

struct ControllerLook {
    std::uint16_t echo = 0;
    std::uint16_t state = 0;
    std::uint16_t result = 0;
    bool operator==(const ControllerLook&) const = default;
};

struct ControllerTicket {
    std::uint16_t before = 0;    ///< what the board echoed when the ticket was made
    std::uint16_t sequence = 0;  ///< of this vend
    bool operator==(const ControllerTicket&) const = default;
};

std::string to_text(const ControllerTicket& ticket);
std::optional<ControllerTicket> read_controller_ticket(const std::string& text);

/// The ticket for the next vend. 0 is left out: boards show it after power-up.
ControllerTicket next_ticket(const ControllerLook& look);

/// The meaning of a state; a fault where the settings do not name it.
ControllerBoard::State state_of(const ControllerBoard& board, std::uint16_t value);

/// Whether a vend can begin in this state.
bool can_start(const ControllerBoard& board, const ControllerLook& look);

/// How the vend of `ticket` stands.
struct ControllerVend {
    enum class Standing : std::uint8_t {
        not_taken,  ///< the board still shows the vend before
        running,
        over,  ///< `result` says how
    };
    Standing standing = Standing::running;
    VendResult result{};
};
ControllerVend judge(const ControllerBoard& board, ControllerTicket ticket, const ControllerLook& look);

/// What is known when the time for the sequence to echo is over and the board, answering, shows the vend before.
/// `confirmed`: it had confirmed the start.
VendResult never_taken(const ControllerBoard& board, ControllerTicket ticket, const ControllerLook& look,
                       bool confirmed);

}  // namespace qrvend::modbus
