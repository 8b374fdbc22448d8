#pragma once
// What the Modbus driver has to be told: the line, how the board vends, and what its inputs mean. No board is like
// another, so every address, function, scale and meaning is a setting. The values come from the config file.

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "controller/base/ids.hpp"
#include "controller/base/time.hpp"
#include "drivers/modbus/request.hpp"

namespace qrvend::modbus {

enum class Parity : std::uint8_t { none, even, odd };

/// A serial line, 8 data bits.
struct Rtu {
    std::string device;  ///< a stable name such as /dev/serial/by-id/...
    int baud = 9600;     ///< one of baud_rates
    Parity parity = Parity::none;
    int stop_bits = 1;
    bool rs485 = false;  ///< the kernel switches the direction; adapters that do it themselves need nothing
};

struct Tcp {
    std::string host;
    std::uint16_t port = 502;
};

/// What libmodbus 3.1.6 knows; it takes any other for 9600 without a word.
inline constexpr int baud_rates[] = {1200, 2400, 4800, 9600, 19200, 38400, 57600, 115200};

struct Line {
    std::variant<Rtu, Tcp> way;
    milliseconds response_timeout{1000};  ///< until an answer begins; longer than the slowest answer of any board
    milliseconds byte_timeout{200};       ///< between two bytes of it
    milliseconds gap{10};                 ///< between two frames
};

/// A write with one fixed value: the clear command of a drop sensor.
struct Command {
    std::uint8_t unit = 1;
    bool is_coil = true;  ///< function 05, else 06
    std::uint16_t address = 0;
    std::uint16_t value = 1;  ///< of a coil: 0 or 1
};

/// A sensor below the columns. A drop is over within milliseconds, so the board must keep it: as a latched input,
/// or counted.
struct DropSensor {
    enum class Kind : std::uint8_t { latch, counter };
    Kind kind = Kind::counter;
    Point value{};
    bool latched_when = true;  ///< the state of a latch that means a drop
    std::optional<Command> clear{};
    std::optional<Point> beam{};  ///< the sensor's live state; without it silence proves nothing
    bool blocked_when = true;
    seconds drop_wait{5};  ///< after the pulse until the sensor's silence means that nothing fell
};

struct Relay {
    Slot slot;
    std::uint8_t unit = 1;
    std::uint16_t address = 0;
};

/// A board that only switches motors: a pulse on a slot's relay turns its spiral once.
struct RelayBoard {
    enum class By : std::uint8_t {
        coil,           ///< function 05 on, and off after the pulse
        flash,          ///< function 05 with a time: the board switches off by itself
        register_pair,  ///< function 06 with a value for on, and one for off
    };
    By by = By::flash;
    milliseconds pulse{700};
    std::uint16_t flash_offset = 0x0200;  ///< what the flash addresses begin with
    milliseconds flash_unit{100};         ///< of the time
    std::uint16_t on_value = 0x0100;
    std::uint16_t off_value = 0x0200;
    std::vector<Relay> relays;
    std::optional<DropSensor> sensor{};
};

/// A controller that turns motors itself: selection and sequence go in, its state and result come out.
struct ControllerBoard {
    enum class Meaning : std::uint8_t { idle, running, done, blocked, fault };
    struct State {
        std::uint16_t value = 0;
        Meaning meaning = Meaning::idle;
        std::string detail{};
    };
    enum class Verdict : std::uint8_t {
        dropped,  ///< its own sensor saw the product
        failed,   ///< it says that nothing dropped
        unclear,  ///< the motor turned and nobody saw what fell
    };
    struct ResultCode {
        std::uint16_t value = 0;
        Verdict verdict = Verdict::unclear;
        std::string detail{};
    };
    struct Column {
        Slot slot;
        std::uint16_t selection = 0;  ///< as the board names it
    };

    std::uint8_t unit = 1;
    std::uint16_t selection_address = 0;  ///< holding registers next to each other, written by one function 10h
    std::uint16_t sequence_address = 1;
    Table status_table = Table::input_registers;
    std::uint16_t echo_address = 0;  ///< the sequence of the vend that state and result are about
    std::uint16_t state_address = 1;
    std::uint16_t result_address = 2;
    std::vector<State> states;
    std::vector<ResultCode> results;
    std::vector<Column> columns{};   ///< empty: the slot's number is the selection
    milliseconds accept_wait{3000};  ///< from the start until the sequence must echo
    seconds vend_limit{30};          ///< from the start until the board must be done
};

/// Customers choose on a keypad of the board.
struct Keypad {
    enum class Kind : std::uint8_t {
        held,  ///< the register holds the key while it is pressed, or until it is acknowledged
        fifo,  ///< each read takes the oldest key out
    };
    struct Entry {
        std::uint16_t value = 0;
        Slot slot;
    };
    Kind kind = Kind::held;
    Point point{.table = Table::input_registers};
    std::uint16_t idle_value = 0;  ///< no key
    bool acknowledge = false;      ///< write idle_value back after a key
    std::uint16_t digits = 0;      ///< 0: a value is a selection; else a key, and so many make a selection
    std::uint16_t zero_key = 0;    ///< the value of key 0; 1 to 9 follow
    std::optional<std::uint16_t> cancel_value{};
    std::vector<Entry> entries{};  ///< empty: the selection is the slot's number
};

/// An input that takes the machine out of service: door, compressor, temperature.
struct FaultInput {
    std::string code;  ///< lower case with underscores
    std::string detail;
    Point point{};
    bool faulty_when = true;   ///< of a bit
    std::int32_t minimum = 0;  ///< of a register, in units of the scale; outside is the fault
    std::int32_t maximum = 0;
    std::int32_t scale = 1;  ///< the register counts so many to the unit: 10 for tenths of a degree
    bool is_signed = false;  ///< two's complement
};

struct Settings {
    Line line;
    std::variant<RelayBoard, ControllerBoard> board;
    std::optional<Keypad> keypad{};  ///< without one, customers choose on the screen
    std::vector<FaultInput> faults{};
    milliseconds poll{100};  ///< from one look at the inputs to the next
};

/// Whether the machine tells a product that dropped from one that did not.
bool confirms_product(const Settings& settings);

/// Everything in `settings` that cannot be used, one sentence each; empty where all is well.
std::vector<std::string> problems(const Settings& settings);

}  // namespace qrvend::modbus
