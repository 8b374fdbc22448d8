// The keys of a Modbus machine. What they become, and what must fit together, is in modbus_settings.cpp.

#include "config/sections.hpp"

namespace qrvend::config {

namespace {

// ---- keys that come again and again

Key text_of(std::string_view name, std::string_view about, std::vector<std::string_view> choices,
            std::string_view example) {
    return {
        .name = name, .type = Key::Type::text, .about = about, .example = example, .choices = std::move(choices)};
}

Key number(std::string_view name, std::string_view about, std::int64_t minimum, std::int64_t maximum,
           std::string_view otherwise) {
    return {.name = name,
            .type = Key::Type::integer,
            .about = about,
            .example = otherwise,
            .otherwise = otherwise,
            .minimum = minimum,
            .maximum = maximum};
}

Key needed(Key key) {
    key.required = true;
    key.otherwise = {};
    return key;
}

Key word(std::string_view name, std::string_view about, std::string_view example) {
    return number(name, about, 0, 65'535, example);
}

Key unit() {
    return number("unit", "The board's address on the bus; over TCP also 255, the device itself.", 1, 255, "1");
}

Key address(std::string_view about) {
    return needed(word("address", about, "0"));
}

Key slot() {
    return needed(number("slot", "As in products.", 1, 65'534, "12"));
}

Key detail(std::string_view about, std::string_view example) {
    return {.name = "detail",
            .type = Key::Type::text,
            .about = about,
            .example = example,
            .minimum = 1,
            .maximum = 100};
}

Key yes_or_no(std::string_view name, std::string_view about, std::string_view otherwise) {
    return {.name = name, .type = Key::Type::boolean, .about = about, .example = otherwise, .otherwise = otherwise};
}

Key part(std::string_view name, const Section& section) {
    return {.name = name, .type = Key::Type::section, .about = section.about, .section = &section};
}

Key list(std::string_view name, const Section& section) {
    return {.name = name,
            .type = Key::Type::sections,
            .about = section.about,
            .minimum = 1,
            .maximum = 500,
            .section = &section};
}

Key table(std::vector<std::string_view> choices, std::string_view example) {
    return needed(text_of("table",
                          "Which of the board's four tables: functions 01, 02, 03 and 04 read coils, "
                          "discrete inputs, holding and input registers.",
                          std::move(choices), example));
}

Key any_table() {
    return table({"coils", "discrete_inputs", "holding_registers", "input_registers"}, R"("discrete_inputs")");
}

// ---- the line

const Section& rtu_section() {
    static const Section section{
        .about = "A serial line. Either this or tcp.",
        .keys = {
            {.name = "device",
             .type = Key::Type::text,
             .about = "The port, by a name that stays the same after an unplug.",
             .example = R"("/dev/serial/by-id/usb-FTDI_FT232R_USB_UART_A50285BI-if00-port0")",
             .required = true,
             .pattern = "/.+",
             .pattern_says = "an absolute path such as \"/dev/serial/by-id/...\""},
            number("baud", "As it is set on the boards: 1200, 2400, 4800, 9600, 19200, 38400, 57600 or 115200.",
                   1'200, 115'200, "9600"),
            {.name = "parity",
             .type = Key::Type::text,
             .about = "As it is set on the boards.",
             .example = R"("none")",
             .otherwise = R"("none")",
             .choices = {"none", "even", "odd"}},
            number("stop_bits", "1, or 2 with boards that ask for it.", 1, 2, "1"),
            yes_or_no("rs485",
                      "The kernel switches the direction of the line. Adapters that do it themselves "
                      "need no true.",
                      "false")}};
    return section;
}

const Section& tcp_section() {
    static const Section section{.about = "A board or a gateway on the network. Either this or rtu.",
                                 .keys = {{.name = "host",
                                           .type = Key::Type::text,
                                           .about = "Its address or name.",
                                           .example = R"("192.168.7.20")",
                                           .required = true,
                                           .minimum = 1},
                                          number("port", "Its Modbus port.", 1, 65'535, "502")}};
    return section;
}

// ---- relays

const Section& clear_section() {
    static const Section section{.about = "The write that resets the sensor's latch or counter; a latch needs one.",
                                 .keys = {unit(),
                                          {.name = "function",
                                           .type = Key::Type::text,
                                           .about = "coil: function 05. register: function 06.",
                                           .example = R"("coil")",
                                           .otherwise = R"("coil")",
                                           .choices = {"coil", "register"}},
                                          address("What is written."),
                                          word("value", "With which value; of a coil 0 or 1.", "1")}};
    return section;
}

const Section& beam_section() {
    static const Section section{
        .about = "The sensor's live state. Without it a silent sensor proves nothing.",
        .keys = {unit(), table({"coils", "discrete_inputs"}, R"("discrete_inputs")"),
                 address("The input that follows the sensor."),
                 yes_or_no("blocked_when", "Its state while something stands in the beam.", "true")}};
    return section;
}

const Section& sensor_section() {
    static const Section section{
        .about = "A drop sensor, which the board latches or counts. Absent: nobody knows what dropped.",
        .keys = {needed(text_of("kind", "counter: a register that counts drops. latch: a bit that stays set.",
                                {"counter", "latch"}, R"("counter")")),
                 unit(), any_table(), address("The counter, or the latch."),
                 yes_or_no("latched_when", "The state of a latch that means a drop.", "true"),
                 part("clear", clear_section()), part("beam", beam_section()),
                 number("drop_wait_s",
                        "After the pulse, until a silent sensor means that nothing dropped. A motor "
                        "that turns on by itself is part of it.",
                        1, 60, "5")}};
    return section;
}

const Section& relay_section() {
    static const Section section{.about = "Which relay turns which slot's motor.",
                                 .keys = {slot(), unit(), address("The relay's coil, or its register.")}};
    return section;
}

const Section& relays_section() {
    static const Section section{
        .about = "A relay board: a pulse turns a slot's motor. Either this or controller.",
        .keys = {
            {.name = "by",
             .type = Key::Type::text,
             .about = "flash: the board itself ends the pulse (function 05 with a time). coil: we switch on and "
                      "off. register: the same with function 06.",
             .example = R"("flash")",
             .otherwise = R"("flash")",
             .choices = {"flash", "coil", "register"}},
            number("pulse_ms", "How long the relay is on: one turn of the motor.", 50, 60'000, "700"),
            word("flash_offset", "Added to a relay's address for its flash command; 512 is 0200h.", "512"),
            number("flash_unit_ms", "The unit of the flash command's time.", 1, 10'000, "100"),
            word("on_value", "What switches on by register.", "256"),
            word("off_value", "What switches off by register.", "512"),
            list("slots", relay_section()),
            part("drop_sensor", sensor_section())}};
    return section;
}

// ---- a controller

const Section& state_section() {
    static const Section section{
        .about = "What the state register's values mean; a value without a meaning is a fault.",
        .keys = {needed(word("value", "In the state register.", "0")),
                 needed(text_of("meaning",
                                "idle and done: a vend can start. running: one is under way. blocked: "
                                "the drop sensor is. fault: the board is out of order.",
                                {"idle", "running", "done", "blocked", "fault"}, R"("idle")")),
                 detail("What the technician reads.", R"("the lift is not at home")")}};
    return section;
}

const Section& result_section() {
    static const Section section{
        .about = "What the result register's values mean once a vend is over; any other leaves it open.",
        .keys = {needed(word("value", "In the result register.", "1")),
                 needed(text_of("meaning",
                                "dropped: the board's sensor saw the product. failed: the board says that "
                                "nothing dropped. unclear: the motor turned, nobody saw what dropped.",
                                {"dropped", "failed", "unclear"}, R"("dropped")")),
                 detail("What the technician reads.", R"("the motor jammed")")}};
    return section;
}

const Section& column_section() {
    static const Section section{.about = "What the board calls a slot. Absent: the slot's own number.",
                                 .keys = {slot(), needed(word("selection", "In the selection register.", "258"))}};
    return section;
}

const Section& controller_section() {
    static const Section section{
        .about =
            "A vending controller: selection and sequence go in, state and result come out. Either this or "
            "relays.",
        .keys = {unit(), needed(word("selection_address", "The holding register that takes the selection.", "0")),
                 needed(word("sequence_address", "The holding register beside it that takes the sequence.", "1")),
                 needed(text_of("status_table", "Where the three registers of the status are.",
                                {"holding_registers", "input_registers"}, R"("input_registers")")),
                 needed(word("echo_address", "The sequence that state and result are about.", "256")),
                 needed(word("state_address", "The state.", "257")),
                 needed(word("result_address", "The result.", "258")), list("states", state_section()),
                 list("results", result_section()), list("slots", column_section()),
                 number("accept_ms", "From the start until the board must echo its sequence.", 100, 30'000, "3000"),
                 number("vend_limit_s", "From the start until the board must be done.", 1, 300, "30")}};
    return section;
}

// ---- inputs

const Section& selection_section() {
    static const Section section{.about = "What the keypad calls a slot. Absent: the slot's own number.",
                                 .keys = {needed(word("value", "As the keypad says it.", "258")), slot()}};
    return section;
}

const Section& keypad_section() {
    static const Section section{
        .about = "Customers choose on a keypad of the board. Absent: on the screen.",
        .keys = {needed(text_of("kind",
                                "held: a register that holds the key. fifo: each read takes the oldest key "
                                "out.",
                                {"held", "fifo"}, R"("held")")),
                 unit(),
                 table({"holding_registers", "input_registers"}, R"("holding_registers")"),
                 address("The keypad's register."),
                 word("idle_value", "What it shows when no key is there.", "0"),
                 yes_or_no("acknowledge", "idle_value is written back after a key.", "false"),
                 number("digits",
                        "0: a value is a selection. Else each value is a key, and so many make a "
                        "selection.",
                        0, 5, "0"),
                 word("zero_key", "The value of key 0, which 1 to 9 follow.", "0"),
                 {.name = "cancel_value",
                  .type = Key::Type::integer,
                  .about = "The key that takes a selection back.",
                  .example = "35",
                  .minimum = 0,
                  .maximum = 65'535},
                 list("selections", selection_section())}};
    return section;
}

const Section& fault_section() {
    static const Section section{
        .about = "Inputs that take the machine out of service: doors, compressors, temperatures.",
        .keys = {
            {.name = "code",
             .type = Key::Type::text,
             .about = "The fault's name in logs.",
             .example = R"("door_open")",
             .required = true,
             .pattern = "[a-z0-9_]{1,40}",
             .pattern_says = "1 to 40 lower case letters, digits and underscores"},
            needed(detail("What the technician reads.", R"("the door is open")")),
            unit(),
            any_table(),
            address("The input."),
            yes_or_no("faulty_when", "The state of a bit that is the fault.", "true"),
            number("minimum", "Of a register, in whole units; below is the fault.", -32'768, 65'535, "0"),
            number("maximum", "Of a register, in whole units; above is the fault.", -32'768, 65'535, "0"),
            number("scale", "The register counts so many to the unit: 10 for tenths of a degree.", 1, 1000, "1"),
            yes_or_no("signed", "The register is two's complement.", "false")}};
    return section;
}

Section make_modbus_section() {
    return {.about = "A relay board or a vending controller over Modbus (drivers/modbus/README.md).",
            .keys = {part("rtu", rtu_section()), part("tcp", tcp_section()),
                     number("response_timeout_ms", "Until an answer begins; longer than any board's slowest.", 50,
                            10'000, "1000"),
                     number("byte_timeout_ms", "Between two bytes of an answer.", 5, 5'000, "200"),
                     number("gap_ms", "Between two frames; some relay boards want 20 to 200.", 0, 1'000, "10"),
                     number("poll_ms", "From one look at the inputs to the next.", 20, 5'000, "100"),
                     part("relays", relays_section()), part("controller", controller_section()),
                     part("keypad", keypad_section()), list("faults", fault_section())}};
}

}  // namespace

const Section& modbus_section() {
    static const Section section = make_modbus_section();
    return section;
}

}  // namespace qrvend::config
